import type { Counter } from '../model/counter.ts'
import { isOfJvms } from '../model/counter.ts'
import { endedRunStates, type Run } from '../model/run.ts'
import { type SeriesId, seriesId } from '../model/sample.ts'
import { parseThreshold } from '../model/threshold.ts'
import type { Helped } from '../wire/runs.ts'
import type { Desk } from './desk.ts'

/** Long enough that a single peak does not decide, short enough that the day's own rhythm does not. */
const windowMs = 600_000

type HelpedDesk = Pick<Desk, 'store' | 'history' | 'clock'>

/**
 * The mean of the counter that fired over the cluster, 10 minutes before the run and 10 minutes after it and its warm-up; null while that
 * is not over, for runs that no fire began or that change no nodes, and where nothing was measured.
 */
export async function helpedBy(desk: HelpedDesk, runId: number): Promise<Helped | null> {
  const { store, history, clock } = desk
  const run = await store.runs.find(runId)
  if (!run || !endedRunStates.includes(run.state) || run.effect === 'none' || run.cause.kind !== 'fire') return null
  const cluster = run.clusterId === null ? undefined : await store.clusters.find(run.clusterId)
  const counter =
    run.cause.counter === undefined ? undefined : await store.counters.findOne({ name: run.cause.counter })
  if (!cluster || !counter || run.endedAt === null) return null
  const afterAt = run.endedAt + cluster.warmUpMs
  if (clock.now() < afterAt + windowMs) return null
  const series = await seriesOf(desk, run, counter)
  const before = await meanOf(history, series, run.createdAt - windowMs)
  const after = await meanOf(history, series, afterAt)
  if (before === null || after === null) return null
  const ref = { id: counter.id, name: counter.name }
  return { counter: ref, unit: counter.unit, before, after, better: isBetter(run, before, after) }
}

/** Of the cluster's nodes now, and those that the run itself took away. */
async function seriesOf({ store }: HelpedDesk, { id, clusterId }: Run, counter: Counter): Promise<SeriesId[]> {
  const nodes = (await store.nodes.list({ where: { clusterId } })).map((node) => node.id)
  const touched = (await store.tasks.list({ where: { runId: id } })).flatMap(({ nodeId }) => nodeId ?? [])
  const nodeIds = [...new Set([...nodes, ...touched])]
  if (!isOfJvms(counter)) return nodeIds.map((node) => seriesId({ counter: counter.id, node }))
  const jvms = await store.jvms.list({ where: { nodeId: nodeIds } })
  return jvms.map((jvm) => seriesId({ counter: counter.id, node: jvm.nodeId, jvm: jvm.id }))
}

async function meanOf(history: Desk['history'], series: readonly SeriesId[], fromAt: number): Promise<number | null> {
  let [sum, count] = [0, 0]
  for (const id of series) {
    const { values, failures } = await history.range(id, fromAt, fromAt + windowMs)
    values.forEach((value, place) => {
      if (failures[place] !== 0) return
      sum += value
      count++
    })
  }
  // Four digits: a mean is no exacter than what it is made from.
  return count === 0 ? null : Number((sum / count).toPrecision(4))
}

/** Whether the counter went away from its threshold; null where that has no direction. */
function isBetter({ cause }: Run, before: number, after: number): boolean | null {
  const comparison = parseThreshold(cause.threshold ?? '')?.comparison
  if (comparison === undefined || comparison === '=' || comparison === '!=') return null
  return comparison.startsWith('>') ? after < before : after > before
}
