import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCluster, aCounter, aNode, aTrigger } from '../../../decide/fixtures.ts'
import { openTestServer, type TestServer } from '../server.fixture.ts'

let server: TestServer
let begin: number
beforeAll(async () => {
  server = await openTestServer()
  const { store, history, clock } = server.desk
  await store.counters.insert(aCounter())
  await store.clusters.insert(aCluster())
  await store.nodes.insert(aNode({ sshProfileId: null }))
  const { id } = await store.actions.insert({
    name: 'tell',
    type: 'email',
    fields: {},
    timeoutMs: 1,
    retries: 0,
    retryDelayMs: 0,
    secrets: {},
  })
  await store.triggers.insert(aTrigger({ actions: [{ actionId: id, target: 'none', onFailure: 'continue' }] }))
  begin = clock.now()
  history.append(
    [1, 5, 5, 5, 1].map((value, n) => ({ series: '1.1', at: begin + n * 10_000, value, failure: 0, hits: 0 })),
  )
  history.append([{ series: 'size.1.counted', at: begin, value: 1, failure: 0, hits: 0 }])
  history.append([{ series: 'size.1.in-service', at: begin, value: 1, failure: 0, hits: 0 }])
  clock.advance(50_000)
  await history.flush()
})
afterAll(() => server.close())

const post = (url: string, body?: unknown) => server.ask('viewer', 'POST', `/api/v1${url}`, body)
const get = (url: string) => server.ask('viewer', 'GET', `/api/v1${url}`)

test('a viewer backtests a saved trigger, with a body or none', async () => {
  expect((await post('/triggers/grow/backtest')).json()).toMatchObject({
    result: { fires: 1 },
    compare: null,
    sweep: null,
  })
  const answer = await post('/triggers/1/backtest', { set: { timing: 0 }, compare: { threshold: 9 } })
  expect(answer.json()).toMatchObject({ result: { fires: 3 }, compare: { fires: 0 }, nodesFrom: 'now' })
})

test('a trigger that is being edited, and what is wrong with it', async () => {
  const trigger = { name: 'wide', cluster: 'shop', counters: ['load1'], timing: '20s' }
  expect((await post('/backtest', { trigger })).json()).toMatchObject({ trigger: { id: null }, result: { fires: 1 } })
  // Under its saved one's name it is that one, changed.
  const edited = await post('/backtest', { trigger: { ...trigger, name: 'grow' } })
  expect(edited.json()).toMatchObject({ trigger: { id: 1, name: 'grow' } })
  const wrong = await post('/backtest', { trigger: { ...trigger, counters: ['load2'] }, price: 1 })
  expect([wrong.statusCode, wrong.json().findings.length]).toEqual([400, 1])
  const dangling = await post('/backtest', { trigger: { ...trigger, counters: ['load2'] } })
  expect(dangling.json().findings).toEqual([
    { path: 'trigger.counters[0]', message: 'there is no counter "load2". Did you mean "load1"?' },
  ])
})

test('a moment is explained, by either form of an instant', async () => {
  for (const at of [begin + 25_000, new Date(begin + 25_000).toISOString()])
    expect((await get(`/triggers/grow/explain?at=${at}`)).json()).toMatchObject({
      live: false,
      series: [{ id: '1.1', hits: 2, hitsNeeded: 3 }],
      timeline: [{ kind: 'breach' }, { kind: 'reset' }],
    })
  expect((await get('/triggers/grow/explain')).json()).toMatchObject({ live: true })
  expect((await get('/triggers/grow/explain?at=soon')).statusCode).toBe(400)
})

test('how many nodes there were, of one cluster and of all', async () => {
  const size = { cluster: { id: 1, name: 'shop' }, times: [begin], counted: [1], inService: [1], gaps: [], runs: [] }
  expect((await get('/clusters/shop/size')).json()).toEqual(size)
  expect((await get(`/sizes?from=${begin}`)).json()).toEqual({ items: [size] })
  expect((await get('/clusters/none/size')).statusCode).toBe(404)
})
