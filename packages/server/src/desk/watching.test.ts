import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failureKinds } from '../model/sample.ts'
import { findingsOf } from '../wire/findings.ts'
import * as wire from '../wire/watching.ts'
import { admin, openTestDesk, type TestDesk } from './desk.fixture.ts'
import { applyDocument } from './document.ts'
import { samplesOf } from './samples.ts'
import { listSeries } from './series.ts'
import { statusOf } from './status.ts'
import { triggerState } from './trigger-state.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
  const counter = (name: string) => ({ name, ssh: { script: 'echo 1' }, threshold: '> 4' })
  const document = {
    version: 1,
    counters: ['load1', 'users', 'unused'].map(counter),
    clusters: [
      { name: 'shop', counters: ['load1'], nodes: [{ name: 'shop01' }, { name: 'shop02' }] },
      { name: 'batch', nodes: [{ name: 'batch01' }] },
    ],
    actions: [{ name: 'app', localScript: { script: 'echo' } }],
    triggers: [{ name: 'grow', cluster: 'shop', counters: ['users'], timing: 5, actions: [{ action: 'app' }] }],
  }
  await applyDocument(desk, admin, { document })
})
afterEach(() => desk.close())

describe('series', () => {
  test("are each node's counters of its cluster and of the cluster's triggers", async () => {
    desk.recent.put([
      { series: '1.1', latest: { at: 1_000, value: 3.5, failure: null, text: null, hits: 2 } },
      { series: '2.1', latest: { at: 2_000, value: null, failure: 'timeout', text: 'took over 3 s', hits: 0 } },
    ])
    const { items, next } = await listSeries(desk, {})
    expect(items.map(({ id }) => id)).toEqual(['1.1', '2.1', '1.2', '2.2'])
    expect(next).toBeNull()
    expect(items[0]).toMatchObject({
      cluster: { name: 'shop' },
      node: { name: 'shop01' },
      counter: { name: 'load1' },
      latest: { value: 3.5 },
      hits: 2,
    })
    expect(items[1]?.latest).toEqual({
      at: '1970-01-01T00:00:02.000Z',
      failure: { kind: 'timeout', text: 'took over 3 s' },
    })
    for (const item of items) expect(findingsOf(wire.Series, item)).toEqual([])
  })

  test('are narrowed and paged', async () => {
    const ids = async (query: object) => (await listSeries(desk, query)).items.map(({ id }) => id)
    expect(await ids({ node: 'shop02' })).toEqual(['1.2', '2.2'])
    expect(await ids({ counter: 'users' })).toEqual(['2.1', '2.2'])
    expect(await ids({ cluster: 'batch' })).toEqual([])
    expect(await ids({ source: 'jmx' })).toEqual([])
    const first = await listSeries(desk, { limit: 3 })
    expect(await ids({ limit: 3, cursor: first.next })).toEqual(['2.2'])
  })
})

describe('samples', () => {
  const from = 1_700_000_000_000
  const keep = (at: number, value: number, failure = 0) =>
    desk.history.append([{ series: '1.1', at, value, failure, hits: 0, ...(failure ? { text: 'no answer' } : {}) }])

  test('come as columns, failures and gaps apart', async () => {
    keep(from, 1)
    keep(from + 10_000, 2)
    keep(from + 20_000, Number.NaN, failureKinds.indexOf('unreachable') + 1)
    keep(from + 80_000, 3)
    await desk.history.flush()
    const answer = await samplesOf(desk, { series: ['1.1', '2.2'], from, to: from + 100_000, stepMs: null })
    expect(answer.series).toEqual([
      {
        id: '1.1',
        times: [from, from + 10_000, from + 80_000],
        values: [1, 2, 3],
        failures: [{ at: from + 20_000, kind: 'unreachable', text: 'no answer' }],
        gaps: [[from + 10_000, from + 80_000]],
      },
      { id: '2.2', times: [], values: [], failures: [], gaps: [] },
    ])
    expect(findingsOf(wire.Samples, answer)).toEqual([])
  })

  test('more than a picture can show are thinned out, the peak kept', async () => {
    const peak = 5_003
    for (let n = 0; n < 9_000; n++) keep(from + n * 1_000, n === peak ? 99 : n % 2)
    await desk.history.flush()
    const answer = await samplesOf(desk, { series: ['1.1'], from, to: from + 9_000_000, stepMs: null })
    const { times = [], values = [] } = answer.series[0] ?? {}
    expect(times.length).toBeLessThanOrEqual(4_002)
    expect(times[values.indexOf(99)]).toBe(from + peak * 1_000)
  })

  test('a range that ends before it begins is refused', async () => {
    await expect(samplesOf(desk, { series: ['1.1'], from, to: from, stepMs: null })).rejects.toMatchObject({
      code: 'bad-input',
    })
  })
})

test("a trigger's state: hits, what holds it back, what was decided", async () => {
  await desk.store.verdicts.insert({
    triggerId: 1,
    outcome: 'refused',
    guard: 'cooldown',
    reason: 'until 12:04',
    until: 5_000,
    runId: null,
    seriesId: '2.1',
    hits: 4,
    at: 1,
    lastAt: 2,
    repeats: 3,
  })
  desk.recent.put([{ series: '2.1', latest: { at: 2_000, value: 5, failure: null, text: null, hits: 4 } }])
  desk.judge = {
    stateOf: async () => [{ series: '2.1', counterId: 2, nodeId: 1, hits: 4, hitsNeeded: 30, breachSinceAt: 1_000 }],
    heldBackBy: async () => ({ guard: 'cooldown', reason: 'until 12:04', until: 5_000 }),
  }
  const state = await triggerState(desk, 'grow')
  expect(state).toMatchObject({
    trigger: { id: 1, name: 'grow' },
    series: [
      {
        id: '2.1',
        node: { name: 'shop01' },
        counter: { name: 'users' },
        threshold: '> 4',
        hits: 4,
        hitsNeeded: 30,
        breachSince: '1970-01-01T00:00:01.000Z',
        latest: { value: 5 },
      },
    ],
    heldBackBy: { guard: 'cooldown', until: '1970-01-01T00:00:05.000Z' },
    verdicts: [{ outcome: 'refused', guard: 'cooldown', repeats: 3 }],
  })
  expect(findingsOf(wire.TriggerState, state)).toEqual([])
})

test('the status counts what there is', async () => {
  const status = await statusOf(desk, 1_000)
  expect(status).toMatchObject({
    nodes: 3,
    clusters: 2,
    series: 4,
    lastSampleAt: '1970-01-01T00:00:01.000Z',
    runsActive: 0,
    alertsOpen: 0,
    redStop: null,
    pausedUntil: null,
  })
  expect(findingsOf(wire.Status, status)).toEqual([])
})
