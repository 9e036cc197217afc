import type { History } from '../keep/history/history.ts'
import type { Store } from '../keep/store/store.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Run } from '../model/run.ts'
import type { ClusterSize, ClusterSizes } from '../wire/explain.ts'
import type { Desk } from './desk.ts'
import { clusters } from './kinds/all.ts'
import { clusterWhere } from './narrow.ts'
import { rowOf } from './resources.ts'
import { gapsOf } from './samples/downsample.ts'

/** The names under which history keeps how many nodes a cluster has; no series of a counter has a name like them. */
export function sizeSeries(clusterId: number): { counted: string; inService: string } {
  return { counted: `size.${clusterId}.counted`, inService: `size.${clusterId}.in-service` }
}

/** A size is kept when it changes, and this often: what is silent for longer was not running. */
export const sizePeriodMs = 60_000

/** A span longer than this is read from the rollups, with the most nodes of each 5 minutes: a month of minutes would be 43,000 samples. */
const rawMsMax = 2 * 86_400_000
const rollupMs = 300_000
/** Marks of one picture; a cluster that changes once an hour makes so many in a month. */
const runsMax = 1_000

/** What is asked for; no cluster: all of them, or those in `only`. */
export interface SizeQuery {
  cluster?: string
  from: number
  to: number
  only?: readonly number[]
}

/** How many nodes clusters had over time, in the order of their ids, with the runs that changed them. */
export async function sizeHistory(desk: Pick<Desk, 'store' | 'history'>, query: SizeQuery): Promise<ClusterSizes> {
  const id = query.cluster === undefined ? undefined : (await rowOf(desk.store, clusters, query.cluster)).id
  const { clusterId } = clusterWhere(id, query.only)
  const rows = await desk.store.clusters.list(clusterId === undefined ? {} : { where: { id: clusterId } })
  const runs = Map.groupBy(await runsIn(desk.store, rows, query), (run) => run.clusterId)
  const items: ClusterSize[] = []
  // One after the other: a page may ask for a hundred.
  for (const cluster of rows) items.push(await sizeOf(desk.history, cluster, query, runs.get(cluster.id) ?? []))
  return { items }
}

/** How many nodes counted at an instant, by the sample that was newest then; undefined where none was near. */
export async function sizeAt(
  history: Pick<History, 'range'>,
  clusterId: number,
  at: number,
): Promise<number | undefined> {
  const { values } = await history.range(sizeSeries(clusterId).counted, at - 2 * sizePeriodMs, at + 1)
  return values.at(-1)
}

async function sizeOf(
  history: History,
  { id, name }: Cluster,
  { from, to }: SizeQuery,
  runs: readonly Run[],
): Promise<ClusterSize> {
  const names = sizeSeries(id)
  const [counted, inService] = [
    await read(history, names.counted, from, to),
    await read(history, names.inService, from, to),
  ]
  // Both are written together.
  const gaps = gapsOf(counted.times, Math.max(3 * sizePeriodMs, counted.isCoarse ? 2 * rollupMs : 0))
  const steps = stepsOf(counted.times, [counted.values, inService.values], gaps)
  return {
    cluster: { id, name },
    times: steps.map((place) => counted.times[place] ?? 0),
    counted: steps.map((place) => counted.values[place] ?? 0),
    inService: steps.map((place) => inService.values[place] ?? 0),
    gaps,
    runs: runs.map(runMark),
  }
}

async function read(history: History, series: string, from: number, to: number) {
  if (to - from <= rawMsMax) {
    const { times, values } = await history.range(series, from, to)
    return { times: [...times], values: [...values], isCoarse: false }
  }
  const buckets = (await history.rollups(series, from, to)).filter(({ count }) => count > 0)
  return { times: buckets.map(({ at }) => at), values: buckets.map(({ max }) => max), isCoarse: true }
}

/** The places where a value changes, and the ends of what is without a gap. */
function stepsOf(times: readonly number[], columns: readonly number[][], gaps: readonly [number, number][]): number[] {
  const edges = new Set(gaps.flat())
  return times.flatMap((at, place) => {
    const isEnd = place === 0 || place === times.length - 1 || edges.has(at)
    return isEnd || columns.some((values) => values[place] !== values[place - 1]) ? [place] : []
  })
}

async function runsIn(store: Store, rows: readonly Cluster[], { from, to }: SizeQuery): Promise<Run[]> {
  const where = { clusterId: rows.map(({ id }) => id), effect: ['grow', 'remove'] as const }
  const runs = rows.length === 0 ? [] : await store.runs.list({ where, order: 'desc', limit: runsMax })
  return runs.filter(({ createdAt, endedAt }) => createdAt < to && (endedAt ?? to) >= from).reverse()
}

function runMark({ id, startedAt, createdAt, endedAt, effect, state, triggerName }: Run): ClusterSize['runs'][number] {
  return {
    id,
    at: startedAt ?? createdAt,
    endedAt,
    effect: effect === 'remove' ? 'remove' : 'grow',
    state,
    trigger: triggerName,
  }
}
