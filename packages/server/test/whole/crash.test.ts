import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startSmtp } from '@tscaler/rehearsal/smtp.ts'
import { type SshdNode, startSshdFleet } from '@tscaler/rehearsal/sshd.ts'
import { startProxy } from '@tscaler/rehearsal/tcp-proxy.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Run } from '../../src/wire/runs.ts'
import { fleetDocument } from './fleet-document.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('sshd', 'fab')

describe.skipIf(skip)('kill -9 before, in and after each step', () => {
  const key = makeEd25519()
  let nodes: SshdNode[] = []
  let smtp: Awaited<ReturnType<typeof startSmtp>>
  let line: Awaited<ReturnType<typeof startProxy>>
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let environment: Record<string, string>
  let tscaler: Tscaler
  let runId: number

  beforeAll(async () => {
    nodes = await startSshdFleet(3, { authorizedKeys: [key.publicKey] })
    smtp = await startSmtp()
    line = await startProxy({ to: { host: '127.0.0.1', port: smtp.port } })
    folder = await dataFolder()
    environment = { TSCALER_SERVER_COMMANDS: 'on', TSCALER_SMTP_URL: `smtp://127.0.0.1:${line.port}` }
    tscaler = await startTscaler(folder.data, environment)
    const document = fleetDocument({
      nodes,
      privateKey: key.privateKey,
      serverFolder: path.dirname(folder.data),
      smtpTo: 'ops@example.org',
      triggerState: 'watch',
    })
    await tscaler.api('POST', '/api/v1/apply', { document })
  })

  afterAll(async () => {
    await tscaler?.kill()
    await Promise.all(nodes.map((node) => node.stop()))
    await line?.close()
    await smtp?.close()
    await folder?.remove()
  })

  async function crash(): Promise<void> {
    await tscaler.kill()
    tscaler = await startTscaler(folder.data, environment)
  }

  async function ranOn(node: SshdNode): Promise<string[]> {
    const text = await readFile(path.join(node.home, 'ran'), 'utf8').catch(() => '')
    return text.split('\n').filter((one) => one !== '')
  }

  function stepState(n: number, state: string): Promise<Run> {
    return waitFor(`step ${n} to be ${state}`, async () => {
      const run = await tscaler.api<Run>('GET', `/api/v1/runs/${runId}`)
      return run.steps[n - 1]?.state === state && run
    })
  }

  test('before the first step: the accepted run is not lost', async () => {
    const { items } = await tscaler.api<{ items: { id: number }[] }>('GET', '/api/v1/triggers?q=busy')
    const trigger = items.find(({ id }) => id > 1) ?? items[0]
    const run = await tscaler.api<Run>('POST', `/api/v1/triggers/${trigger?.id}/execute`, {})
    runId = run.id
    await crash()
    await stepState(1, 'running')
  })

  test('in a script on every node: each goes on and ends once', async () => {
    for (const node of nodes) await waitFor('the script to begin', async () => (await ranOn(node)).length === 1)
    await crash()
    for (const node of nodes) await writeFile(path.join(node.home, 'go'), '')
    await stepState(1, 'succeeded')
    for (const [index, node] of nodes.entries()) {
      const lines = (await ranOn(node)).slice(0, 2)
      // An attempt whose intent was stored, but which tscaler died too early to begin, has a number and ran nowhere.
      const attempt = lines[0]?.split(' ').at(-1)
      const on = `${runId}.1 shop0${index + 1} ${attempt}`
      expect(lines).toEqual([`begin ${on}`, `end ${on}`])
    }
  })

  test('between two steps, and in a Fabric script: each host is worked on once', async () => {
    await crash()
    for (const node of nodes) await waitFor('fab to begin', async () => (await ranOn(node)).length === 3)
    await crash()
    for (const node of nodes) await writeFile(path.join(node.home, 'go-fab'), '')
    await stepState(2, 'succeeded')
    for (const node of nodes) expect((await ranOn(node)).slice(2)).toEqual(['begin-fab live', 'end-fab live'])
  })

  test('in a command on the own machine: it runs once', async () => {
    await crash()
    const home = path.dirname(folder.data)
    const ran = () => readFile(path.join(home, 'command-ran'), 'utf8').catch(() => '')
    await waitFor('the command to begin', async () => (await ran()).startsWith('begin-command'))
    line.stall()
    await crash()
    await writeFile(path.join(home, 'go-command'), '')
    await stepState(3, 'succeeded')
    expect(await ran()).toBe(`begin-command ${runId}\nend-command ${runId}\n`)
  })

  test('in a mail: it is sent at most once, the doubt is reported, and the run ends', async () => {
    await stepState(4, 'running')
    await waitFor('the mail to be on its way', () => line.connections > 0)
    await crash()
    line.resume()
    const run = await waitFor('the run to end', async () => {
      const found = await tscaler.api<Run>('GET', `/api/v1/runs/${runId}`)
      return ['succeeded', 'failed'].includes(found.state) && found
    })
    expect(run.state).toBe('succeeded')
    const [task] = run.steps[3]?.tasks ?? []
    expect(smtp.mails.length === 1 || (task?.error ?? '') !== '').toBe(true)
    expect(smtp.mails.length).toBeLessThanOrEqual(1)
  })

  test('after the last step: the ended run stays as it was', async () => {
    const before = await tscaler.api<Run>('GET', `/api/v1/runs/${runId}`)
    await crash()
    expect(await tscaler.api<Run>('GET', `/api/v1/runs/${runId}`)).toEqual(before)
    for (const node of nodes) expect(await ranOn(node)).toHaveLength(4)
    expect(before.steps.flatMap(({ tasks }) => tasks).map(({ state }) => state)).toEqual(Array(8).fill('succeeded'))
  })
})
