import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startSmtp } from '@tscaler/rehearsal/smtp.ts'
import { type SshdNode, startSshdFleet } from '@tscaler/rehearsal/sshd.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Run } from '../../src/wire/runs.ts'
import { fleetDocument } from './fleet-document.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('sshd', 'fab')

describe.skipIf(skip)('the loop on real machines', () => {
  const key = makeEd25519()
  let nodes: SshdNode[] = []
  let smtp: Awaited<ReturnType<typeof startSmtp>>
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler

  beforeAll(async () => {
    nodes = await startSshdFleet(3, { authorizedKeys: [key.publicKey] })
    smtp = await startSmtp()
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data, { TSCALER_SERVER_COMMANDS: 'on', TSCALER_SMTP_URL: smtp.url })
  })

  afterAll(async () => {
    await tscaler?.stop()
    await Promise.all(nodes.map((node) => node.stop()))
    await smtp?.close()
    await folder?.remove()
  })

  test('a load on one node fires the trigger after Timing, and its actions follow in order', {
    timeout: 60_000,
  }, async () => {
    const document = fleetDocument({
      nodes,
      privateKey: key.privateKey,
      serverFolder: path.dirname(folder.data),
      smtpTo: 'ops@example.org',
    })
    await tscaler.api('POST', '/api/v1/apply', { document })
    await waitFor('values from all nodes', async () => {
      const { items } = await tscaler.api<{ items: { latest: { value?: number } | null }[] }>(
        'GET',
        '/api/v1/series?counter=load',
      )
      return items.length === 3 && items.every(({ latest }) => latest?.value === 0)
    })
    const home = path.dirname(folder.data)
    for (const node of nodes) for (const name of ['go', 'go-fab']) await writeFile(path.join(node.home, name), '')
    await writeFile(path.join(home, 'go-command'), '')

    const load = spawn('/bin/sh', ['-c', 'echo $$ >"$HOME/load.pid"; while :; do :; done'], {
      env: { HOME: nodes[1]?.home },
      stdio: 'ignore',
    })
    const firstRun = async () => (await tscaler.api<{ items: Run[] }>('GET', '/api/v1/runs')).items.at(-1)
    await waitFor('the trigger to fire', firstRun, 30_000).finally(() => load.kill('SIGKILL'))
    const run = await waitFor('the run to end', async () => {
      const found = await firstRun()
      return found && ['succeeded', 'failed'].includes(found.state) && found
    })
    expect(run).toMatchObject({ state: 'succeeded', trigger: { name: 'busy' }, cluster: { name: 'shop' } })
    expect(run.cause.text).toMatch(/^shop02 load was \d+ > 10 for 3s$/)
    expect(run.steps.map(({ action, state }) => [action.name, state])).toEqual([
      ['script', 'succeeded'],
      ['fab', 'succeeded'],
      ['command', 'succeeded'],
      ['mail', 'succeeded'],
    ])
    const ends = run.steps.map(({ endedAt }) => endedAt)
    expect([...ends].sort()).toEqual(ends)
    for (const [index, node] of nodes.entries()) {
      const name = `shop0${index + 1}`
      expect(await readFile(path.join(node.home, 'ran'), 'utf8')).toBe(
        `begin ${run.id}.1 ${name} 1\nend ${run.id}.1 ${name} 1\nbegin-fab live\nend-fab live\n`,
      )
    }
    expect(await readFile(path.join(home, 'command-ran'), 'utf8')).toBe(
      `begin-command ${run.id}\nend-command ${run.id}\n`,
    )
    const mail = await smtp.waitForMail(({ to }) => to.includes('ops@example.org'))
    expect(mail.subject).toBe('busy on shop')
    expect(mail.text).toMatch(/^because load was \d+ \(> 10\), run \d+/)
    expect(smtp.mails).toHaveLength(1)
  })
})
