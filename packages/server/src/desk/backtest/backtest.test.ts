import { afterEach, expect, test } from 'vitest'
import type * as wire from '../../wire/backtest.ts'
import { instant } from '../../wire/convert/show.ts'
import type { TestDesk } from '../desk.fixture.ts'
import { begin, deploy, doing, drop, openShop, record, type Shop, secondsOf, tell, times } from './backtest.fixture.ts'
import { backtestSaved, backtestUnsaved } from './backtest.ts'

let desk: TestDesk
afterEach(() => desk.close())

async function shop(some: Shop, said: Record<string, readonly (number | null)[]>): Promise<void> {
  desk = await openShop(some)
  await record(desk, said)
}

const growing: Shop = { trigger: { actions: [doing(deploy)] } }
const marksOf = ({ marks }: wire.BacktestResult, kind: wire.BacktestMark['kind']) =>
  secondsOf(marks.filter((mark) => mark.kind === kind))
const ask = (given: wire.BacktestBody = {}) => backtestSaved(desk, 'grow', given)

test('says when it would have fired, for which series and with what value', async () => {
  await shop({}, { '1.1': [1, 5, 5, 5, 5, 5, 5, 1], '1.2': times(8, 1) })
  const { result, samples, change } = await ask()
  expect([samples, change]).toEqual([16, { added: 0, removed: 0 }])
  expect(marksOf(result, 'fired')).toEqual([30, 60])
  expect(result.marks[0]).toMatchObject({
    kind: 'fired',
    run: 1,
    series: '1.1',
    node: { id: 1, name: 'shop01' },
    counter: { id: 1, name: 'load1' },
    value: 5,
    hits: 3,
    reason: 'shop01 load1 was 5 > 4 for 30s',
  })
  expect(result.series[0]).toMatchObject({
    id: '1.1',
    threshold: '> 4',
    hitsNeeded: 3,
    samples: 8,
    breaches: [{ from: begin + 10_000, to: begin + 60_000, hits: 6, ended: 'clean' }],
  })
})

test('growth counts nodes up to the max, waits for its cooldown, and costs', async () => {
  await shop({ ...growing, cluster: { max: 4 } }, { '1.1': times(360, 5), '1.2': times(360, 1) })
  const { result, notes } = await ask({ from: instant(begin), pricePerHour: 0.5 })
  expect(marksOf(result, 'fired')).toEqual([20, 320])
  expect(result.nodes).toEqual({ start: 2, end: 4, least: 2, most: 4 })
  expect(result.sizes.map(({ nodes }) => nodes)).toEqual([2, 3, 4])
  expect(result.refusedBy).toEqual({ cooldown: 2, size: 1 })
  // Two nodes for the hour, one for all of it but 20 s, one for all but 320 s.
  expect(result.nodeHours).toBeCloseTo(2 + (3_580 + 3_280) / 3_600, 1)
  expect([result.cost, result.costUnchanged]).toEqual([1.95, 1])
  expect(notes[0]).toBe('The recorded load does not answer to nodes that would have come or gone.')
  const refused = result.marks.find(({ guard }) => guard === 'cooldown')
  expect(refused?.reason).toMatch(
    /^Trigger "grow" held back by cooldown until .* \(5m after run 1\)\. It stays armed\.$/,
  )
  expect(refused?.repeats).toBe(26)
})

test('a run that takes its time holds the cluster, and its cooldown begins at its end', async () => {
  await shop(growing, { '1.1': times(120, 5) })
  const { result, runLengthFrom } = await ask({ from: instant(begin), runLength: '5m' })
  expect(runLengthFrom).toBe('given')
  expect(marksOf(result, 'fired')).toEqual([20, 620])
  expect(Object.keys(result.refusedBy)).toEqual(['run-under-way', 'cooldown'])
})

test('the length of a run is that of its past runs', async () => {
  await shop(growing, { '1.1': times(60, 5) })
  for (const seconds of [60, 120]) await past({ seconds })
  expect(await ask()).toMatchObject({ runLength: '1m30s', runLengthFrom: 'past-runs' })
})

async function past({ seconds }: { seconds: number }): Promise<void> {
  const at = { createdAt: begin, startedAt: begin, endedAt: begin + seconds * 1_000 }
  const names = { triggerId: 1, triggerName: 'grow', clusterId: 1, clusterName: 'shop' }
  const rest = { cause: { kind: 'fire', text: '' }, planHash: '', note: null, cancelRequested: false } as const
  await desk.store.runs.insert({ ...at, ...names, ...rest, state: 'succeeded', effect: 'grow' })
}

test('two settings in one answer, and a table of many', async () => {
  await shop({}, { '1.1': [5, 5, 7, 7, 7, 1, 5, 5, 5, 1] })
  const { result, compare, sweep } = await ask({
    set: { timing: '20s' },
    compare: { threshold: 6 },
    sweep: { threshold: [4, '> 6', 9], timing: ['10s', '30s'] },
  })
  expect(marksOf(result, 'fired')).toEqual([10, 30, 70])
  expect(result.settings).toMatchObject({ thresholds: { load1: '> 4' }, timing: '20s' })
  expect(compare && marksOf(compare, 'fired')).toEqual([40])
  expect(compare?.settings.thresholds).toEqual({ load1: '> 6' })
  expect(sweep?.map(({ threshold, timing, fires }) => [threshold, timing, fires])).toEqual([
    ['> 4', '10s', 8],
    ['> 4', '30s', 2],
    ['> 6', '10s', 3],
    ['> 6', '30s', 1],
    ['> 9', '10s', 0],
    ['> 9', '30s', 0],
  ])
})

test('a trigger that is only a body yet, over an aggregate', async () => {
  await shop({}, { '1.1': times(12, 9), '1.2': times(12, 1) })
  const trigger = { name: 'wide', cluster: 'shop', counters: [{ counter: 'load1', threshold: '> 4' }], timing: '20s' }
  const one = await backtestUnsaved(desk, { trigger: { ...trigger, aggregate: 'avg' }, from: instant(begin) })
  expect(one.trigger).toEqual({ id: null, name: 'wide' })
  expect(one.result.fires).toBeGreaterThan(0)
  expect(one.result.marks[0]).toMatchObject({ series: null, node: null, value: 5 })
  const none = await backtestUnsaved(desk, { trigger: { ...trigger, aggregate: 'min' }, from: instant(begin) })
  expect(none.result.fires).toBe(0)
})

test('everything wrong with what is asked is told at once', async () => {
  await shop({}, { '1.1': [1] })
  const asked = ask({
    from: instant(begin),
    to: instant(begin),
    set: { thresholds: { load2: 3 }, timing: 'soon' },
    sweep: { timing: Array.from({ length: 65 }, (_, minutes) => minutes) },
  })
  await expect(asked).rejects.toMatchObject({
    code: 'bad-input',
    findings: [
      { path: 'to', message: 'is not after from' },
      { path: 'set.thresholds.load2', message: 'is no counter of the trigger' },
      { path: 'set.timing', message: 'got "soon", expected a duration such as "90s"' },
      { path: 'sweep', message: 'makes 65 combinations, expected at most 64' },
    ],
  })
})

test('samples from elsewhere, of nodes that need not be there', async () => {
  await shop(growing, { '1.1': [1] })
  const { result, notes } = await ask({
    samples: [{ node: 'old-box', times: [0, 10_000, 20_000, 40_000], values: [5, 5, 6, 6], failedAt: [30_000] }],
  })
  expect(result.marks[0]).toMatchObject({ at: 20_000, node: { id: null, name: 'old-box' }, value: 6 })
  expect(result.series).toMatchObject([{ samples: 5, failures: 1 }])
  expect(notes).toContain('The samples were given; their 1 nodes are taken to have been in service throughout.')
})

test('a removal is held back where a value is missing, and where a growing trigger was pressed', async () => {
  const low = { name: 'shrink', aggregate: 'any' as const, actions: [doing(drop)] }
  const counters = [{ counterId: 1, threshold: { comparison: '<', limit: 2 } as const }]
  await shop(
    { trigger: { ...low, counters } },
    { '1.1': times(80, 1), '1.2': [5, 5, ...times(5, null), ...times(73, 1)] },
  )
  const without = await backtestSaved(desk, 'shrink', { from: instant(begin) })
  expect(without.result.marks[0]).toMatchObject({
    kind: 'refused',
    guard: 'missing-data',
    at: begin + 20_000,
    repeats: 4,
  })
  expect(marksOf(without.result, 'fired')[0]).toBe(70)
  const { id: _, ...other } = await desk.store.triggers.get(1)
  await desk.store.triggers.insert({
    ...other,
    name: 'grow',
    aggregate: null,
    actions: [doing(deploy)],
    counters: [{ counterId: 1, threshold: null }],
  })
  const beside = await backtestSaved(desk, 'shrink', { from: instant(begin) })
  expect(beside.result.refusedBy).toMatchObject({ 'removal-safety': 1, 'missing-data': 1 })
  // Ten minutes after the breach of shop02.
  expect(marksOf(beside.result, 'fired')[0]).toBe(610)
})

test('a machine that tscaler deployed and that is gone is judged too', async () => {
  await shop(growing, { '1.9': times(40, 5) })
  await past({ seconds: 100 })
  const [run] = await desk.store.runs.list()
  const action = await desk.store.actions.get(deploy)
  const own = { runId: run?.id ?? 0, n: 1, state: 'succeeded', startedAt: begin, endedAt: begin } as const
  const step = await desk.store.steps.insert({
    ...own,
    action,
    type: 'deployEc2Node',
    target: 'cluster',
    onFailure: 'undo',
  })
  const task = { stepId: step.id, nodeId: 9, nodeName: 'shop09', attempts: 1, token: 't', error: null, notBefore: null }
  await desk.store.tasks.insert({ ...own, ...task })
  const { result } = await ask({ from: instant(begin), runLength: '0s' })
  expect(result.marks[0]).toMatchObject({ node: { id: 9, name: 'shop09' }, at: begin + 120_000 })
})

test('more samples than anybody should wait for are refused', async () => {
  await shop({ nodes: Array.from({ length: 50 }, (_, index) => `n${index}`) }, { '1.1': [1] })
  const longAgo = begin - 400 * 86_400_000
  desk.history.append([{ series: '1.1', at: longAgo, value: 1, failure: 0, hits: 0 }])
  await expect(ask({ from: instant(longAgo) })).rejects.toMatchObject({ code: 'too-large' })
})

test('nothing recorded is said, not counted as calm', async () => {
  await shop({ trigger: { actions: [doing(tell)] } }, { '7.7': [1] })
  expect(await ask()).toMatchObject({
    samples: 0,
    recordedFrom: null,
    notes: ['There are no samples of its series.', expect.any(String)],
  })
})
