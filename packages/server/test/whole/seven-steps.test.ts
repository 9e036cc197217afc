import { execFile } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Cloud, startCloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { namespaceMachines } from '@tscaler/rehearsal/cloud/machines/namespaces.ts'
import { type Haproxy, startHaproxy } from '@tscaler/rehearsal/haproxy.ts'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { type Hub, startHub } from '@tscaler/rehearsal/machine-nodes.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startSmtp, type TestSmtp } from '@tscaler/rehearsal/smtp.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Node } from '../../src/wire/resources.ts'
import type { Run } from '../../src/wire/runs.ts'
import { type Artifacts, askShop, serveArtifacts, setCable } from './shop-in-hub.ts'
import { type Example, putDownExample } from './tomcat-example.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'
import { warFile } from './war-file.ts'

const { skip } = requirePart('machines', 'puppet', 'tomcat', 'java', 'haproxy', 'curl', 'sudo')

const run = promisify(execFile)
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A machine, Puppet and Tomcat take 10 s on a machine that does nothing else, and ten times as long on a very busy one. */
const runLimitMs = 120_000
const testLimitMs = 150_000

// Each test goes on with the machines of the one before: to make them anew would take most of the time.
describe.skipIf(skip)('the seven steps of the shipped example', () => {
  const key = makeEd25519()
  const secrets = { JMX_PASSWORD: 'jmx-secret-1', ARTIFACTS_TOKEN: 'artifacts-secret-1' }
  let hub: Hub
  let cloud: Cloud
  let smtp: TestSmtp
  let artifacts: Artifacts
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let example: Example
  let front: Haproxy
  let tscaler: Tscaler

  beforeAll(async () => {
    hub = await startHub()
    cloud = await startCloud({
      machines: namespaceMachines(hub),
      inventory: {
        keyPairs: [{ name: 'shop', publicKey: key.publicKey }],
        targetGroups: [{ name: 'shop', deregistrationDelayMs: 50 }],
      },
      times: { pendingMs: 20 },
    })
    smtp = await startSmtp({ enter: hub.enter })
    artifacts = await serveArtifacts(hub, await warFile(), secrets.ARTIFACTS_TOKEN)
    folder = await dataFolder()
    example = await putDownExample({
      cloud,
      privateKey: key.privateKey,
      artifactsUrl: artifacts.url,
      folder: path.dirname(folder.data),
    })
    const { program, config, members, pidFile } = example.front
    await run(program, [config, members, pidFile], { env: {} })
    front = await startHaproxy({
      files: [config, members],
      pidFile,
      enter: hub.enter,
      env: { REHEARSAL_HUB: hub.name }, // ends with the hub, however that ends
    })
    const url = await cloud.listenInside(hub.enter)
    const environment = {
      TSCALER_SERVER_COMMANDS: 'on',
      TSCALER_SMTP_URL: smtp.url,
      TSCALER_PUBLIC_URL: 'https://tscaler.example.org',
      TSCALER_EC2_ENDPOINT: url,
      TSCALER_ELB_ENDPOINT: url,
      AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
    }
    tscaler = await startTscaler(folder.data, environment, { enter: hub.enter })
    const words = [main, 'apply', '-f', example.file, '--yes', '--data', folder.data]
    await run(process.execPath, words, { env: { PATH: process.env.PATH, HOME: path.dirname(folder.data), ...secrets } })
  })

  afterAll(async () => {
    await tscaler?.stop()
    await front?.stop()
    await artifacts?.close()
    await smtp?.close()
    await cloud?.close()
    await hub?.stop()
    await folder?.remove()
  })

  async function list<Item>(what: string): Promise<Item[]> {
    return (await tscaler.api<{ items: Item[] }>('GET', `/api/v1/${what}`)).items
  }

  const nodes = async () => (await list<Node>('nodes')).filter(({ cluster }) => cluster?.name === 'shop')
  const shown = async () => (await nodes()).map(({ name, state }) => `${name} ${state}`)
  const targets = () => cloud.balancers().flatMap(({ members }) => members.map(({ id }) => id))

  async function nodeNamed(name: string): Promise<Node> {
    const node = (await nodes()).find((one) => one.name === name)
    if (!node) throw new Error(`${name} is not there.`)
    return node
  }

  /** By hand; the two machines that came by themselves are all that may come and go in five minutes. */
  async function executeByForce(trigger: string): Promise<void> {
    await tscaler.api('POST', `/api/v1/triggers/${trigger}/execute`, { force: true, reason: 'a test goes on' })
  }

  /** The first run of the trigger after those, once it has ended. */
  async function endedAfter(trigger: string, lastId: number): Promise<Run> {
    const found = await waitFor(
      `a run of ${trigger} to end`,
      async () => {
        const one = (await list<Run>('runs')).find((run) => run.trigger?.name === trigger && run.id > lastId)
        if (!one) return undefined
        const run = await tscaler.api<Run>('GET', `/api/v1/runs/${one.id}`)
        if (!['succeeded', 'failed', 'cancelled'].includes(run.state)) throw new Error(await logsOf(run))
        return run
      },
      runLimitMs,
    )
    console.log(overheadOf(found))
    return found
  }

  /** For the message of a test that fails. */
  async function logsOf({ id, state, note, steps }: Run): Promise<string> {
    const logs = steps.map(async ({ n, tasks }) => {
      const { items } = await tscaler.api<{ items: { text: string }[] }>('GET', `/api/v1/runs/${id}/steps/${n}/log`)
      const errors = tasks.flatMap(({ error }) => error ?? [])
      return [...items.map(({ text }) => text), ...errors].map((text) => `${n} ${text}`).join('\n')
    })
    return `run ${id} is ${state} (${note}):\n${(await Promise.all(logs)).join('\n')}`
  }

  const lastRunId = async () => Math.max(0, ...(await list<Run>('runs')).map(({ id }) => id))
  const stepsOf = ({ steps }: Run) => steps.map(({ action, type, state }) => `${action.name} ${type} ${state}`)

  /** Who answers behind the front; asked often enough that everybody has had a turn. */
  async function behindFront(): Promise<string[]> {
    const seen = new Set<string>()
    for (let n = 0; n < 12; n += 1) seen.add((await askShop(hub, '127.0.0.1')).node)
    return [...seen].sort()
  }

  const untilBehindFront = (names: readonly string[]) =>
    waitFor(`${names.join(' and ')} behind the front`, async () => {
      const seen = await behindFront()
      if (seen.join() !== names.join()) throw new Error(`there are ${seen.join()}; HAProxy wrote:\n${front.output()}`)
      return true
    })

  const peersOf = async (name: string) => (await askShop(hub, `${(await nodeNamed(name)).hostname}:8080`)).peers

  const grown = [
    'new-machine deployEc2Node succeeded',
    'base osConfiguration succeeded',
    'tomcat localScript succeeded',
    'application localScript succeeded',
    'healthy waitUntil succeeded',
    'new-machine nodeReady succeeded',
    'peers localScript succeeded',
    'front serverCommand succeeded',
  ]

  test('the cluster below its least size is given its first machine', { timeout: testLimitMs }, async () => {
    await tscaler.api('PATCH', '/api/v1/triggers/grow', { state: 'on' })
    const first = await endedAfter('grow', 0)
    expect(stepsOf(first), await logsOf(first)).toEqual([...grown, 'tell-grown email succeeded'])
    expect(await shown()).toEqual(['shop01 in-service'])
    await untilBehindFront(['shop01'])
    await smtp.waitForMail(({ subject }) => subject === 'shop: shop01 is in service')
  })

  test('a load on it brings the second: everybody hears of it', { timeout: testLimitMs }, async () => {
    const [before, shop01] = [await lastRunId(), await nodeNamed('shop01')]
    artifacts.loads.set(shop01.hostname, 7)
    const second = await endedAfter('grow', before)
    artifacts.loads.clear()
    expect(second.cause.kind).toBe('fire')
    expect(stepsOf(second), await logsOf(second)).toEqual([...grown, 'tell-grown email succeeded'])
    expect(await shown()).toEqual(['shop01 in-service', 'shop02 in-service'])
    const shop02 = await nodeNamed('shop02')
    expect(targets()).toEqual([shop01.instanceId, shop02.instanceId])
    expect([await peersOf('shop01'), await peersOf('shop02')]).toEqual([shop02.hostname, shop01.hostname])
    await untilBehindFront(['shop01', 'shop02'])
    const mail = await smtp.waitForMail(({ subject }) => subject === 'shop: shop02 is in service')
    expect(mail.text).toContain('Why: load1 was 7 on shop01, and the trigger grow says > 4.')
    expect(mail.text).toContain(`https://tscaler.example.org/runs/${second.id}`)
  })

  test('its JVM is asked through SSH, with the password that the set-up gave it', {
    timeout: testLimitMs,
  }, async () => {
    await waitFor('a sample of both JVMs', async () => {
      const series = await list<{ latest: { value?: number } | null }>('series?counter=busy-threads')
      return series.length === 2 && series.every(({ latest }) => latest?.value !== undefined)
    })
  })

  test('a mail server that refuses and a peer out of reach do not take the new machine away', {
    timeout: testLimitMs,
  }, async () => {
    const [before, shop01] = [await lastRunId(), await nodeNamed('shop01')]
    smtp.refuse(550)
    await setCable(hub, shop01.hostname, 'down')
    await executeByForce('grow')
    const third = await endedAfter('grow', before)
    await setCable(hub, shop01.hostname, 'up')
    smtp.accept()
    const { hostname, instanceId } = await nodeNamed('shop03')
    expect(third.state, await logsOf(third)).toBe('succeeded')
    expect(third.note).toContain('step 9 (tell-grown) failed: the mail was not sent')
    const peers = third.steps.find(({ action }) => action.name === 'peers')?.tasks
    const missed = peers?.find(({ node }) => node?.name === 'shop01')
    expect(missed).toMatchObject({ state: expect.stringMatching(/skipped|failed/), error: expect.stringMatching(/./) })
    expect(peers?.filter(({ state }) => state === 'succeeded').map(({ node }) => node?.name)).toEqual([
      'shop02',
      'shop03',
    ])
    expect(await shown()).toContain('shop03 in-service')
    expect(targets()).toContain(instanceId)
    expect(await peersOf('shop02')).toContain(hostname)
    await untilBehindFront(['shop01', 'shop02', 'shop03'])
  })

  test('the way back takes the newest out of the front first, and then away', { timeout: testLimitMs }, async () => {
    const before = await lastRunId()
    const gone = await nodeNamed('shop03')
    await waitFor('shop01 to answer again', async () => (await nodeNamed('shop01')).connection.state === 'open', 90_000)
    await executeByForce('shrink')
    const shrunk = await endedAfter('shrink', before)
    expect(stepsOf(shrunk), await logsOf(shrunk)).toEqual([
      'drain localScript succeeded',
      'drop-machine removeEc2Node succeeded',
      'peers localScript succeeded',
      'front serverCommand succeeded',
      'tell-shrunk email succeeded',
    ])
    expect(shrunk.steps.slice(0, 2).flatMap(({ tasks }) => tasks.map(({ node }) => node?.name))).toEqual([
      'shop03',
      'shop03',
    ])
    expect(await shown()).toEqual(['shop01 in-service', 'shop02 in-service'])
    expect(cloud.instances().find(({ id }) => id === gone.instanceId)?.state).toBe('terminated')
    expect(targets()).not.toContain(gone.instanceId)
    expect(await peersOf('shop01')).toBe((await nodeNamed('shop02')).hostname)
    await untilBehindFront(['shop01', 'shop02'])
    const mail = await smtp.waitForMail(({ subject }) => subject === 'shop: one machine fewer')
    expect(mail.text).toContain(`https://tscaler.example.org/runs/${shrunk.id}`)
  })

  test('secrets are in no log', async () => {
    const logs = [tscaler.output()]
    for (const run of await list<Run>('runs')) logs.push(await logsOf(run))
    for (const secret of Object.values(secrets)) expect(logs.join('\n')).not.toContain(secret)
  })
})

/** What the run took beside its steps, for people: steps wait for others, the time between them is tscaler's. */
function overheadOf({ id, steps, createdAt, endedAt }: Run): string {
  const lengthMs = (from: string | null, to: string | null) => Date.parse(to ?? '') - Date.parse(from ?? '')
  const done = steps.filter((step) => step.startedAt !== null)
  const took = done.map((step) => ({ name: step.action.name, ms: lengthMs(step.startedAt, step.endedAt) }))
  const wholeMs = lengthMs(createdAt, endedAt)
  const betweenMs = wholeMs - took.reduce((sum, { ms }) => sum + ms, 0)
  return `run ${id}: ${wholeMs} ms, between its steps ${betweenMs} ms (${took.map(({ name, ms }) => `${name} ${ms}`).join(', ')})`
}
