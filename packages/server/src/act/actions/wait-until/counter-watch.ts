import type { Latest, Recent } from '../../../keep/recent/recent.ts'
import type { Store } from '../../../keep/store/store.ts'
import { type Counter, isOfJvms } from '../../../model/counter.ts'
import type { SeriesId } from '../../../model/sample.ts'
import { seriesId } from '../../../model/sample.ts'
import { isBreach, parseThreshold, type Threshold } from '../../../model/threshold.ts'
import { type Attempt, TaskFailed } from '../../action.ts'
import { machineOf } from '../machine-of.ts'
import type { Seen, Watch } from './wait-for.ts'

/** What waiting for samples looks at. */
export interface WaitMeans {
  store: Store
  recent: Recent
}

/** One series that is waited for, and how many good samples in a row it gave. */
interface Watched {
  series: SeriesId
  /** `load1`, or `heap of tomcat`. */
  name: string
  at: number
  inARow: number
  latest: Latest | undefined
}

/**
 * Looks at the samples of a counter on the target (of a JVM counter: on all its JVMs) that were taken after this call; good once each
 * series gave so many good ones in a row. Throws `TaskFailed` where nobody collects the counter there.
 */
export async function counterWatch(attempt: Attempt, { store, recent }: WaitMeans): Promise<Watch> {
  const began = attempt.clock.now()
  const { counter: counterId, until, successes } = attempt.fields
  const wanted = parseThreshold(String(until))
  const counter = await store.counters.find(Number(counterId))
  if (!wanted || !counter) throw never(`counter ${Number(counterId)} is gone, or "${String(until)}" is no threshold`)
  const all = await seriesOf(attempt, store, counter)
  const watched = all.map((one): Watched => ({ ...one, at: began - 1, inARow: 0, latest: undefined }))
  let isFirst = true
  return async () => {
    const latest = await recent.findMany(watched.map(({ series }) => series))
    const fresh = watched.filter((one) => take(one, latest.get(one.series), wanted))
    if (fresh.length === 0 && !isFirst) return undefined
    isFirst = false
    return seenOf(watched, { counter, wanted, successes: Number(successes) })
  }
}

/** Whether the sample is a new one; it is counted then. */
function take(one: Watched, latest: Latest | undefined, wanted: Threshold): boolean {
  if (latest === undefined || latest.at <= one.at) return false
  const isGood = latest.value !== null && isBreach(latest.value, wanted)
  one.at = latest.at
  one.latest = latest
  one.inARow = isGood ? one.inARow + 1 : 0
  return true
}

/** A value moves with every sample: a line is worth only whether it is as wanted, or how it failed. */
function seenOf(
  watched: readonly Watched[],
  { counter, wanted, successes }: { counter: Counter; wanted: Threshold; successes: number },
): Seen {
  const aim = `${wanted.comparison} ${wanted.limit}`
  const unit = counter.unit === '' ? '' : ` ${counter.unit}`
  const texts = watched.map(({ name, latest, inARow }) => {
    if (latest === undefined) return `no sample of ${name} yet`
    if (latest.value === null) return `${name} failed (${latest.failure}): ${latest.text ?? ''}`
    return `${name} is ${latest.value}${unit}${inARow > 0 ? '' : `, not yet ${aim}`}`
  })
  const keys = watched.map(({ latest, inARow }) =>
    latest === undefined ? 'none' : (latest.failure ?? (inARow > 0 ? 'good' : 'not yet')),
  )
  return {
    isGood: watched.every(({ inARow }) => inARow >= successes),
    key: keys.join(),
    text: texts.join('; '),
  }
}

async function seriesOf(attempt: Attempt, store: Store, counter: Counter): Promise<Pick<Watched, 'series' | 'name'>[]> {
  const { node } = attempt
  if (node === null) throw never('there is no node to wait for: aim it at one')
  await checkCollected(store, counter, node)
  if (!isOfJvms(counter)) {
    machineOf(attempt, 'measure on')
    return [{ series: seriesId({ counter: counter.id, node: node.id }), name: counter.name }]
  }
  const jvms = await store.jvms.list({ where: { nodeId: node.id } })
  if (jvms.length === 0)
    throw never(`counter "${counter.name}" is of JVMs, and ${node.name} has no JVM profile: give it one`)
  const profiles = await store.jvmProfiles.list({ where: { id: jvms.map(({ jvmProfileId }) => jvmProfileId) } })
  return jvms.map(({ id, jvmProfileId }) => ({
    series: seriesId({ counter: counter.id, node: node.id, jvm: id }),
    name: `${counter.name} of ${profiles.find((profile) => profile.id === jvmProfileId)?.name ?? `JVM ${id}`}`,
  }))
}

/** A cluster's counters are its own and those of its triggers that are not off; design, "Observe". */
async function checkCollected(
  store: Store,
  { id: counterId, name }: Counter,
  target: { id: number; name: string },
): Promise<void> {
  const clusterId = (await store.nodes.find(target.id))?.clusterId ?? null
  const cluster = clusterId === null ? undefined : await store.clusters.find(clusterId)
  if (!cluster) throw never(`${target.name} is in no cluster, so nothing is collected on it: put it into one`)
  if (cluster.counterIds.includes(counterId)) return
  const triggers = await store.triggers.list({ where: { clusterId: cluster.id } })
  const isJudged = triggers.some(
    ({ state, counters }) => state !== 'off' && counters.some((one) => one.counterId === counterId),
  )
  if (!isJudged)
    throw never(`cluster "${cluster.name}" does not collect counter "${name}": add it to the counters of the cluster`)
}

function never(message: string): TaskFailed {
  return new TaskFailed(message, { retryable: false })
}
