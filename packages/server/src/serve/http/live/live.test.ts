import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { raiseIn } from '../../../act/alerts/rows.ts'
import { admin } from '../../../desk/desk.fixture.ts'
import { applyDocument } from '../../../desk/document.ts'
import { createToken } from '../../../desk/tokens.ts'
import { createUser } from '../../../desk/users.ts'
import { tell } from '../../../keep/queue/topics.ts'
import { type Listening, listen } from '../listen.ts'
import { openTestServer, type TestServer } from '../server.fixture.ts'
import { LiveFeed } from './feed.ts'
import { Listener, unreadBytesMax } from './listener.ts'
import { EventRing } from './ring.ts'

let server: TestServer
let listening: Listening
beforeEach(async () => {
  server = await openTestServer()
  listening = await listen(server, { host: '127.0.0.1', port: 0, socketPath: null })
})
afterEach(async () => {
  await listening.close()
  await server.desk.close()
})

interface Event {
  id?: string
  event: string
  data: unknown
}

/** Opens a stream; `until` waits for an event of a name. */
async function open(query = '', lastEventId?: string, token = server.tokens.viewer) {
  const events: Event[] = []
  const waiting: (() => void)[] = []
  let [text, status] = ['', 0]
  const headers = {
    authorization: `Bearer ${token}`,
    ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
  }
  const sent = request(`${listening.url}/api/v1/live${query}`, { headers })
  const ended = new Promise<void>((resolve) => sent.once('close', resolve))
  sent.on('error', () => {})
  await new Promise<void>((resolve) => {
    sent.once('response', (response) => {
      status = response.statusCode ?? 0
      response.on('error', () => {})
      response.on('data', (chunk) => {
        text += chunk
        const parts = text.split('\n\n')
        text = parts.pop() ?? ''
        for (const part of parts) {
          const fields = Object.fromEntries(
            part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
          )
          if (fields.event)
            events.push({
              ...(fields.id ? { id: fields.id } : {}),
              event: fields.event,
              data: JSON.parse(fields.data ?? ''),
            })
        }
        for (const wake of waiting.splice(0)) wake()
      })
      resolve()
    })
    sent.end()
  })
  async function until(name: string): Promise<Event> {
    for (;;) {
      const found = events.find(({ event }) => event === name)
      if (found) return found
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  return { events, until, ended, status: () => status, close: () => sent.destroy() }
}

const latest = (at: number, value: number) => ({ at, value, failure: null, text: null, hits: 2 })

describe('live events', () => {
  test('samples come of the named series only, the newest of each, in batches', async () => {
    const page = await open('?topics=sample&series=1.1,1.2')
    tell(server.desk.queue, 'samples.taken', [
      { series: '1.1', latest: latest(1_000, 3) },
      { series: '9.9', latest: latest(1_000, 3) },
    ])
    tell(server.desk.queue, 'samples.taken', [{ series: '1.1', latest: latest(2_000, 4) }])
    tell(server.desk.queue, 'alert.changed', { alertId: 1 })
    server.desk.clock.advance(250)
    expect(await page.until('sample')).toEqual({
      event: 'sample',
      data: [{ series: '1.1', latest: { at: '1970-01-01T00:00:02.000Z', value: 4 }, hits: 2 }],
    })
    page.close()
  })

  test('alerts and runs come in the shapes of the API, read once however often they changed', async () => {
    const page = await open()
    await server.ask('operator', 'POST', '/api/v1/stop-all', { reason: 'fire in the rack' })
    const run = await server.desk.store.runs.insert(aRun)
    for (let change = 0; change < 3; change++) tell(server.desk.queue, 'run.changed', { runId: run.id })
    server.desk.clock.advance(250)
    const told = await page.until('run')
    expect(told).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-\d+$/),
      data: { id: run.id, state: 'running', steps: [] },
    })
    expect((await page.until('alert')).data).toMatchObject({
      kind: 'red-stop',
      state: 'open',
      text: 'token:for-operator stopped everything: fire in the rack',
    })
    expect(page.events.filter(({ event }) => event === 'run')).toHaveLength(1)
    page.close()
  })

  test('a page that comes back gets what it missed; one that was away too long is told to read again', async () => {
    const first = await open('?topics=hits')
    const hits = (n: number) =>
      tell(server.desk.queue, 'hits.changed', [{ triggerId: n, series: '1.1', hits: 1, hitsNeeded: 2, at: 0 }])
    hits(1)
    const { id } = await first.until('hits')
    first.close()
    await first.ended
    hits(2)
    const second = await open('?topics=hits', id)
    expect((await second.until('hits')).data).toMatchObject([{ trigger: 2 }])
    second.close()
    const third = await open('?topics=hits', 'another-7')
    expect((await third.until('missed')).data).toEqual({})
    third.close()
  })

  test('a page of somebody who may nothing any more is closed', async () => {
    const page = await open()
    await server.ask('admin', 'DELETE', '/api/v1/tokens/for-viewer')
    server.desk.clock.advance(60_000)
    await page.ended
  })

  test.each(['?topics=nothing', '?series=x'])('%s is refused in words', async (query) => {
    const answer = await server.ask('viewer', 'GET', `/api/v1/live${query}`)
    expect([answer.statusCode, answer.json().type]).toEqual([400, 'urn:tscaler:error:bad-input'])
  })
})

test('a reader that does not read is cut off, and what is kept stays bounded', () => {
  const feed = new LiveFeed(server.desk, () => {})
  let [unread, ended] = [0, 0]
  const slow = new Listener(
    { topics: new Set(['log']), series: new Set() },
    {
      write: (text) => {
        unread += text.length
      },
      unreadBytes: () => unread,
      end: () => {
        ended += 1
      },
    },
  )
  feed.add(slow, undefined)
  const line = { id: 1, taskId: 1, at: 0, stream: 'out', text: 'x'.repeat(10_000) } as const
  for (let n = 0; n < 1_000; n++)
    tell(server.desk.queue, 'log.appended', { runId: 1, n: 1, taskId: 1, nodeId: 1, lines: [line] })
  expect(ended).toBe(1)
  expect(unread).toBeLessThan(unreadBytesMax + 20_000)
  feed.close()
})

describe('the ring', () => {
  test.each([
    { name: 'the last event known', after: 2, expected: ['c', 'd'] },
    { name: 'nothing missed', after: 4, expected: [] },
    { name: 'an id of the future', after: 5, expected: undefined },
  ])('$name', ({ after, expected }) => {
    const ring = new EventRing()
    for (const text of ['a', 'b', 'c', 'd']) ring.push('log', text)
    expect(ring.after(after)?.map(({ text }) => text)).toEqual(expected)
  })

  test('forgets the oldest beyond 2,000, and says so', () => {
    const ring = new EventRing()
    for (let n = 1; n <= 2_500; n++) ring.push('log', `${n}`)
    expect(ring.after(500)).toHaveLength(2_000)
    expect(ring.after(499)).toBeUndefined()
  })

  test('after a time without listeners the place before it is not known', () => {
    const ring = new EventRing()
    const { n } = ring.push('log', 'a')
    ring.forget()
    expect(ring.after(n)).toBeUndefined()
    expect(ring.after(ring.last)).toEqual([])
  })
})

const aRun = {
  triggerId: null,
  triggerName: null,
  clusterId: null,
  clusterName: null,
  state: 'running',
  effect: 'none',
  cause: { kind: 'person', text: 'by hand', by: 'admin' },
  planHash: 'h',
  note: null,
  cancelRequested: false,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
} as const

describe('with a role for one cluster', () => {
  let token: string
  beforeEach(async () => {
    const { desk } = server
    const cluster = (name: string) => ({ name, nodes: [{ name: `${name}01`, hostname: '10.0.0.1' }] })
    await applyDocument(desk, admin, { document: { version: 1, clusters: [cluster('shop'), cluster('bank')] } })
    const own = { name: 'shopper', role: 'none' as const, clusterRoles: [{ cluster: 'shop', role: 'viewer' as const }] }
    const user = await createUser(desk, admin, own)
    const asker = { who: user.name, role: user.role, clusterRoles: user.clusterRoles, userId: user.id }
    token = (await createToken(desk, asker, own)).secret
  })

  test('nothing is heard of other clusters, and what is heard keeps its order', async () => {
    const { desk } = server
    for (const [kind, subject] of [
      ['host-key-changed', 'node:2'],
      ['host-key-changed', 'node:1'],
      ['clock-step', 'tscaler'],
    ] as const)
      await raiseIn(desk.store, { kind, subject, text: subject }, 1)
    const page = await open('?topics=node,alert,sample&series=1.1,1.2', undefined, token)
    for (const nodeId of [2, 1]) tell(desk.queue, 'node.changed', { nodeId })
    for (const alertId of [1, 2, 3]) tell(desk.queue, 'alert.changed', { alertId })
    tell(desk.queue, 'samples.taken', [
      { series: '1.1', latest: latest(1_000, 3) },
      { series: '1.2', latest: latest(1_000, 4) },
    ])
    await advanceUntil(page.until('alert'))
    expect(page.events.map(({ event, data }) => [event, JSON.stringify(data)])).toEqual([
      ['sample', expect.stringContaining('"series":"1.1"')],
      ['node', expect.stringContaining('"name":"shop01"')],
      ['alert', expect.stringContaining('node:1')],
    ])
    expect(JSON.stringify(page.events)).not.toContain('"1.2"')
    page.close()
  })

  test('who comes back reads everything again, as what was kept is not sorted by clusters', async () => {
    const page = await open('?topics=node', 'x-1', token)
    expect((await page.until('missed')).data).toEqual({})
    page.close()
  })

  test('a page is closed when its clusters are others', async () => {
    const page = await open('?topics=node', undefined, token)
    await server.ask('admin', 'PATCH', '/api/v1/users/shopper', { clusterRoles: [] })
    server.desk.clock.advance(60_000)
    await page.ended
  })
})

/** Moves the clock on by a batch at a time until it has come. */
async function advanceUntil<Result>(coming: Promise<Result>): Promise<Result> {
  let isThere = false
  void coming.then(() => {
    isThere = true
  })
  while (!isThere) {
    server.desk.clock.advance(250)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return coming
}
