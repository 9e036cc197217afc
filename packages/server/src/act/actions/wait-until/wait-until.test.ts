import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startSshdNode } from '@tscaler/rehearsal/sshd.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { embeddedRecent } from '../../../keep/recent/embedded/embedded.ts'
import { keepJvms } from '../../../keep/store/jvms.ts'
import { systemClock } from '../../../model/clock.ts'
import type { Counter } from '../../../model/counter.ts'
import type { Node } from '../../../model/node.ts'
import type { Machine } from '../../../reach/machine.ts'
import { openReach } from '../../../reach/reach.ts'
import { byHand, type House } from '../../act.fixture.ts'
import { engineHouse, idleMachine } from '../../engine.fixture.ts'
import { waitUntil } from './wait-until.ts'

const at = engineHouse()
const cleanUps: (() => unknown)[] = []
let recent = embeddedRecent()

beforeEach(() => {
  recent = embeddedRecent()
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

type Some = NonNullable<Parameters<House['action']>[2]>

/** Runs the wait on the node; what the fields leave out has its default. */
async function waitOn(node: Node, fields: Record<string, unknown>, some: Some = {}) {
  const defaults = { via: 'direct', every: 20, successes: 1, parallel: 10, stopAfterFailures: 1 }
  const action = await at.house.action('ready', 'waitUntil', { ...some, fields: { ...defaults, ...fields } })
  const process = await at.house.start([waitUntil({ store: at.house.store, recent })])
  return process.admission.admitByHand(byHand({ action, nodeIds: [node.id] }))
}

async function serve(answer: RequestListener, host = '127.0.0.1'): Promise<{ server: Server; port: number }> {
  const server = createServer(answer)
  server.listen(0, host)
  await once(server, 'listening')
  cleanUps.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
  return { server, port: (server.address() as AddressInfo).port }
}

async function nodeAt(hostname: string): Promise<Node> {
  const node = await at.house.node('web1', { clusterId: at.cluster.id, hostname })
  at.house.machines.set(node.id, idleMachine)
  return node
}

describe('an HTTP check', () => {
  test('waits for the wanted status, and logs what it sees when that changes', async () => {
    let asked = 0
    const { port } = await serve((request, response) => {
      asked++
      response.writeHead(request.url === '/health?of=web1' && asked > 3 ? 200 : 503).end()
    })
    const run = await waitOn(await nodeAt('127.0.0.1'), { url: `http://{{host}}:${port}/health?of={{node}}` })
    const seen = await at.house.ended(run.id)
    expect(seen.run.state).toBe('succeeded')
    expect(seen.log.slice(1)).toEqual(['note 503', 'note 200'])
    expect(asked).toBe(4)
  })

  test('a text must stand in the body too', async () => {
    let asked = 0
    const { port } = await serve((_, response) => response.end(++asked > 2 ? '{"status":"UP"}' : '{"status":"DOWN"}'))
    const run = await waitOn(await nodeAt('127.0.0.1'), { url: `http://{{host}}:${port}/`, contains: '"UP"' })
    const seen = await at.house.ended(run.id)
    expect(seen.run.state).toBe('succeeded')
    expect(seen.log.slice(1)).toEqual([String.raw`note 200: contains no "\"UP\""`, 'note 200'])
  })

  test('only the first 64 KB of a body are looked at', async () => {
    const { port } = await serve((_, response) => response.end(`${'x'.repeat(65_536)}UP`))
    const run = await waitOn(
      await nodeAt('127.0.0.1'),
      { url: `http://{{host}}:${port}/`, contains: 'UP' },
      { timeoutMs: 300 },
    )
    const seen = await at.house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ error: 'timed out after 0.3 s; last seen: 200: contains no "UP"' }])
  })

  test('a redirect is what it is, and not followed', async () => {
    const paths: (string | undefined)[] = []
    const { port } = await serve((request, response) => {
      paths.push(request.url)
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    const node = await nodeAt('127.0.0.1')
    const run = await waitOn(node, { url: `http://{{host}}:${port}/`, status: '200' }, { timeoutMs: 200 })
    expect((await at.house.ended(run.id)).tasks).toMatchObject([{ error: 'timed out after 0.2 s; last seen: 302' }])
    expect(new Set(paths)).toEqual(new Set(['/']))
  })

  test('good answers must come in a row', async () => {
    const answers = [200, 503, 200, 200, 200]
    let asked = 0
    const { port } = await serve((_, response) => response.writeHead(answers[asked++] ?? 500).end())
    const run = await waitOn(await nodeAt('127.0.0.1'), { url: `http://{{host}}:${port}/`, successes: 3 })
    expect((await at.house.ended(run.id)).run.state).toBe('succeeded')
    expect(asked).toBe(5)
  })

  test('where nothing listens it says so, and fails at its time limit with that', async () => {
    const { server, port } = await serve((_, response) => response.end())
    server.close()
    const run = await waitOn(await nodeAt('127.0.0.1'), { url: `http://{{host}}:${port}/` }, { timeoutMs: 200 })
    const seen = await at.house.ended(run.id)
    expect(seen.tasks).toMatchObject([
      { state: 'failed', error: 'timed out after 0.2 s; last seen: connection refused' },
    ])
    expect(seen.log.slice(1)).toEqual([
      'note connection refused',
      'note stopped waiting; last seen: connection refused',
    ])
  })

  test('a server that never answers does not hold up the time limit', async () => {
    const { port } = await serve(() => {})
    const run = await waitOn(await nodeAt('127.0.0.1'), { url: `http://{{host}}:${port}/` }, { timeoutMs: 200 })
    expect((await at.house.ended(run.id)).tasks).toMatchObject([
      { state: 'failed', error: 'timed out after 0.2 s; last seen: nothing yet' },
    ])
  })

  test('a run that goes on after a crash waits anew', async () => {
    let isUp = false
    const { port } = await serve((_, response) => response.writeHead(isUp ? 200 : 503).end())
    const node = await nodeAt('127.0.0.1')
    const action = await at.house.action('ready', 'waitUntil', {
      fields: { url: `http://{{host}}:${port}/`, via: 'direct', every: 20, successes: 1 },
    })
    const kind = waitUntil({ store: at.house.store, recent })
    const first = await at.house.start([kind])
    const run = await first.admission.admitByHand(byHand({ action, nodeIds: [node.id] }))
    await at.house.until(run.id, ({ log }) => log.includes('note 503'))
    await first.engine.close()
    isUp = true
    await at.house.start([kind])
    expect((await at.house.ended(run.id)).tasks).toMatchObject([{ state: 'succeeded' }])
  })
})

describe.skipIf(requirePart('sshd').skip)("through the node's SSH connection", () => {
  async function remoteNode(): Promise<Node> {
    const sshd = await startSshdNode()
    cleanUps.push(() => sshd.stop())
    const log = { info() {}, warn() {}, debug() {} }
    const reach = openReach({ clock: systemClock, random: Math.random, log })
    cleanUps.push(() => reach.close())
    const node = await at.house.node('web1', { clusterId: at.cluster.id, hostname: sshd.host, port: sshd.port })
    const { host: hostname, port, user, privateKey, hostKey } = sshd
    const none = { passphrase: null, password: null, agent: null, jump: [], knownHosts: null, certAuthorities: [] }
    const access = { nodeId: node.id, nodeName: node.name, hostname, port, user, privateKey, hostKey }
    reach.configure([{ ...none, ...access, hostKeys: 'strict', stopped: false }], [])
    at.house.machines.set(node.id, reach.find(node.id) as Machine)
    return node
  }

  test('an address is asked as it is seen from there, with its own Host', async () => {
    const hosts: (string | undefined)[] = []
    const { port } = await serve(({ headers }, response) => {
      hosts.push(headers.host)
      response.end('all UP here')
    })
    const run = await waitOn(await remoteNode(), { url: `http://127.0.0.1:${port}/`, via: 'ssh', contains: 'UP' })
    const seen = await at.house.ended(run.id)
    expect(seen.log.slice(1)).toEqual(['note 200'])
    expect(seen.run.state).toBe('succeeded')
    expect(hosts).toEqual([`127.0.0.1:${port}`])
  })

  test('a port where nothing listens there is waited for', async () => {
    const { server, port } = await serve((_, response) => response.end())
    await new Promise((resolve) => server.close(resolve))
    const run = await waitOn(
      await remoteNode(),
      { url: `http://127.0.0.1:${port}/`, via: 'ssh' },
      { timeoutMs: 20_000 },
    )
    await at.house.until(run.id, ({ log }) => log.some((line) => line.includes(`${port}`) && !line.includes('attempt')))
    server.listen(port, '127.0.0.1')
    expect((await at.house.ended(run.id)).run.state).toBe('succeeded')
  })
})

describe('a counter', () => {
  async function counterOf(some: Partial<Counter> = {}): Promise<Counter> {
    const counter = await at.house.store.counters.insert({
      name: 'load1',
      source: 'ssh',
      fields: { script: 'echo 1' },
      threshold: null,
      periodMs: 1_000,
      unit: '',
      shared: false,
      ...some,
    })
    await at.house.store.clusters.update(at.cluster.id, { counterIds: [counter.id] })
    return counter
  }

  function put(series: string, value: number | null, takenAt: number): void {
    const failed = { failure: 'exit' as const, text: 'exited with 3' }
    const rest = value === null ? failed : { failure: null, text: null }
    recent.put([{ series, latest: { at: takenAt, value, hits: 0, ...rest } }])
  }

  test('waits for a sample as wanted that was taken after the step began', async () => {
    const counter = await counterOf()
    const node = await nodeAt('web1.test')
    const series = `${counter.id}.${node.id}`
    put(series, 1, Date.now() - 60_000)
    const run = await waitOn(node, { counter: counter.id, until: '< 4' })
    await at.house.until(run.id, ({ log }) => log.includes('note no sample of load1 yet'))
    put(series, 9, Date.now() + 1_000)
    await at.house.until(run.id, ({ log }) => log.includes('note load1 is 9, not yet < 4'))
    put(series, null, Date.now() + 2_000)
    await at.house.until(run.id, ({ log }) => log.includes('note load1 failed (exit): exited with 3'))
    put(series, 3, Date.now() + 3_000)
    const seen = await at.house.ended(run.id)
    expect(seen.run.state).toBe('succeeded')
    expect(seen.log.at(-1)).toBe('note load1 is 3')
  })

  test('of a JVM counter all JVMs must be as wanted', async () => {
    const counter = await counterOf({ name: 'heap', source: 'jmx', unit: 'bytes' })
    const node = await nodeAt('web1.test')
    const ids = await Promise.all(['tomcat', 'batch'].map((name, index) => jvmProfile(name, 9_010 + index)))
    await keepJvms(at.house.store, { id: node.id, jvmProfileIds: ids })
    const [one, two] = await at.house.store.jvms.list({ where: { nodeId: node.id } })
    const run = await waitOn(node, { counter: counter.id, until: '< 100' })
    await at.house.until(run.id, ({ log }) => log.length > 1)
    put(`${counter.id}.${node.id}.${one?.id}`, 5, Date.now() + 1_000)
    await at.house.until(run.id, ({ log }) =>
      log.includes('note heap of tomcat is 5 bytes; no sample of heap of batch yet'),
    )
    put(`${counter.id}.${node.id}.${two?.id}`, 6, Date.now() + 1_000)
    expect((await at.house.ended(run.id)).run.state).toBe('succeeded')
  })

  test('a counter that the cluster does not collect is a failure in words at once', async () => {
    const counter = await counterOf()
    await at.house.store.clusters.update(at.cluster.id, { counterIds: [] })
    const run = await waitOn(await nodeAt('web1.test'), { counter: counter.id, until: '< 4' }, { retries: 3 })
    expect((await at.house.ended(run.id)).tasks).toMatchObject([
      {
        state: 'failed',
        attempts: 1,
        error: 'cluster "shop" does not collect counter "load1": add it to the counters of the cluster',
      },
    ])
  })

  test('a counter that only a trigger of the cluster names is collected too', async () => {
    const counter = await counterOf()
    await at.house.store.clusters.update(at.cluster.id, { counterIds: [] })
    await at.house.trigger(at.cluster.id, [], {
      state: 'watch',
      counters: [{ counterId: counter.id, threshold: null }],
    })
    const node = await nodeAt('web1.test')
    const run = await waitOn(node, { counter: counter.id, until: '>= 4' })
    put(`${counter.id}.${node.id}`, 4, Date.now() + 60_000)
    expect((await at.house.ended(run.id)).run.state).toBe('succeeded')
  })

  test('a JVM counter on a node without JVMs is a failure in words at once', async () => {
    const counter = await counterOf({ name: 'heap', source: 'jmx' })
    const run = await waitOn(await nodeAt('web1.test'), { counter: counter.id, until: '< 4' })
    expect((await at.house.ended(run.id)).tasks).toMatchObject([
      { state: 'failed', error: 'counter "heap" is of JVMs, and web1 has no JVM profile: give it one' },
    ])
  })

  async function jvmProfile(name: string, port: number): Promise<number> {
    const none = { user: null, password: null, tlsCa: null, tlsCert: null, tlsKey: null, hostOverride: null }
    const row = await at.house.store.jvmProfiles.insert({ name, port, tls: false, via: 'direct', ...none })
    return row.id
  }
})
