import type { Finding } from '../../model/problem.ts'
import type { Trigger } from '../../model/trigger.ts'
import type * as wire from '../../wire/backtest.ts'
import type { Desk } from '../desk.ts'
import { badInput } from '../resources.ts'
import { sizeAt } from '../size-history.ts'
import type { SampleSource } from './feed.ts'
import { givenSource, spanOf } from './given.ts'
import { readScene, type Scene } from './scene.ts'
import { changed, durationOf, type Setting } from './settings.ts'
import { combinations, type Swept } from './sweep.ts'

/** What backtests work with. */
export type BacktestDesk = Pick<Desk, 'store' | 'history' | 'clock' | 'effects' | 'secrets' | 'fields'>

/** A backtest that makes sense, with all that the store and the history know about it. */
export interface Asked {
  scene: Scene
  source: SampleSource
  /** The samples came with the request. */
  isGiven: boolean
  fromAt: number
  toAt: number
  /** As set, the one to compare where one is wanted, the sweep's. */
  settings: readonly Setting[]
  swept: readonly Swept[]
  run: { ms: number; from: wire.Backtest['runLengthFrom'] }
  start: { nodes: number; from: wire.Backtest['nodesFrom'] }
}

const dayMs = 86_400_000
/** Past runs whose lengths are averaged. */
const pastRuns = 20

/** Reads it; throws `bad-input` with everything that is wrong. */
export async function readAsked(desk: BacktestDesk, trigger: Trigger, given: wire.BacktestBody): Promise<Asked> {
  const findings: Finding[] = []
  const read = await readScene(desk, trigger)
  const own = given.samples && givenSource(read, trigger, given.samples, findings)
  const { scene, source } = own ?? { scene: read, source: desk.history }
  const { fromAt, toAt } = spanAsked(desk, given)
  if (toAt <= fromAt) findings.push({ path: 'to', message: 'is not after from' })
  const { set = {}, compare, sweep } = given
  const base = { trigger, cluster: scene.cluster }
  const main = changed(base, scene.counters, set, { path: 'set', findings })
  const beside = compare ? [changed(base, scene.counters, compare, { path: 'compare', findings })] : []
  const swept = sweep ? combinations(main, scene.counters, sweep, findings) : []
  const run = await runLength(desk, trigger, given, findings)
  if (findings.length > 0) throw badInput('The backtest', findings)
  const start = await nodesAt(desk, scene, given, fromAt)
  const settings = [main, ...beside, ...swept]
  return { scene, source, isGiven: own !== undefined, fromAt, toAt, settings, swept, run, start }
}

function spanAsked(
  { clock }: BacktestDesk,
  { from, to, samples }: wire.BacktestBody,
): { fromAt: number; toAt: number } {
  const whole = samples ? spanOf(samples) : { fromAt: undefined, toAt: clock.now() }
  const toAt = to === undefined ? whole.toAt : Math.min(whole.toAt, Date.parse(to))
  return { fromAt: from === undefined ? (whole.fromAt ?? toAt - dayMs) : Date.parse(from), toAt }
}

/** How long its runs that succeeded took, on average. */
async function runLength(
  { store }: BacktestDesk,
  { id }: Trigger,
  { runLength: given }: wire.BacktestBody,
  findings: Finding[],
): Promise<Asked['run']> {
  if (given !== undefined) return { ms: durationOf(given, 'runLength', findings), from: 'given' }
  const runs = await store.runs.list({ where: { triggerId: id, state: 'succeeded' }, order: 'desc', limit: pastRuns })
  const lengths = runs.map(({ startedAt, endedAt }) => (endedAt ?? 0) - (startedAt ?? endedAt ?? 0))
  if (lengths.length === 0) return { ms: 0, from: 'none' }
  return { ms: Math.round(lengths.reduce((sum, ms) => sum + ms, 0) / lengths.length), from: 'past-runs' }
}

async function nodesAt(
  { history }: BacktestDesk,
  { cluster, nodesNow }: Scene,
  { nodes, samples }: wire.BacktestBody,
  at: number,
): Promise<Asked['start']> {
  if (nodes !== undefined) return { nodes, from: 'given' }
  const recorded = samples ? undefined : await sizeAt(history, cluster.id, at)
  return recorded === undefined ? { nodes: nodesNow, from: 'now' } : { nodes: recorded, from: 'recorded' }
}
