import { parseSeriesId, seriesId } from '../model/sample.ts'
import { formatThreshold } from '../model/threshold.ts'
import type { Trigger } from '../model/trigger.ts'
import { instantOrNull } from '../wire/convert/show.ts'
import { latestAnswer, verdictAnswer } from '../wire/convert/watching.ts'
import type * as wire from '../wire/watching.ts'
import type { Desk } from './desk.ts'
import type { JudgedSeries } from './judge.ts'
import { triggers } from './kinds/all.ts'
import { rowOf } from './resources.ts'
import { type View, viewOf } from './view.ts'

/** What the newest decisions say; older ones are in the trail of `explain`. */
const verdictsShown = 50

type StateDesk = Pick<Desk, 'store' | 'recent' | 'judge'>

/** A trigger now: hits by series, what holds a fire back, and the newest decisions. */
export async function triggerState(desk: StateDesk, text: string): Promise<wire.TriggerState> {
  const trigger = await rowOf(desk.store, triggers, text)
  const [judged, heldBackBy, verdicts, view, jvms] = await Promise.all([
    desk.judge.stateOf(trigger.id),
    desk.judge.heldBackBy(trigger.id),
    desk.store.verdicts.list({ where: { triggerId: trigger.id }, order: 'desc', limit: verdictsShown }),
    viewOf(desk.store, ['counters', 'nodes', 'jvmProfiles']),
    desk.store.jvms.list(),
  ])
  const profiles = new Map(jvms.map(({ id, jvmProfileId }) => [id, jvmProfileId]))
  const latest = await desk.recent.findMany(judged.flatMap((one) => idOf(one) ?? []))
  return {
    trigger: { id: trigger.id, name: trigger.name },
    series: judged.map((one) => ({
      ...seriesState(one, trigger, view),
      jvm: jvmRef(one, profiles, view),
      latest: latestAnswer(latest.get(idOf(one) ?? '')),
    })),
    heldBackBy: heldBackBy && { ...heldBackBy, until: instantOrNull(heldBackBy.until) },
    verdicts: verdicts.map(verdictAnswer),
  }
}

function idOf({ series, counterId, nodeId }: JudgedSeries): string | undefined {
  return series ?? (nodeId === null ? undefined : seriesId({ counter: counterId, node: nodeId }))
}

/** The JVM of a series; null for one of a node, and for an aggregate. */
function jvmRef({ series }: JudgedSeries, profiles: ReadonlyMap<number, number>, { directory }: View) {
  const id = parseSeriesId(series ?? '')?.jvm
  if (id === undefined) return null
  return { id, name: directory.nameOf('jvmProfiles', profiles.get(id) ?? 0) ?? `${id}` }
}

function seriesState(judged: JudgedSeries, trigger: Trigger, { directory, counters }: View) {
  const { series, counterId, nodeId, hits, hitsNeeded, breachSinceAt } = judged
  const own = trigger.counters.find((one) => one.counterId === counterId)?.threshold
  const threshold = own ?? counters.get(counterId)?.threshold
  const refOf = (kind: 'counters' | 'nodes', id: number) => ({ id, name: directory.nameOf(kind, id) ?? `${id}` })
  return {
    id: series,
    node: nodeId === null ? null : refOf('nodes', nodeId),
    counter: refOf('counters', counterId),
    threshold: threshold ? formatThreshold(threshold) : '',
    hits,
    hitsNeeded,
    breachSince: instantOrNull(breachSinceAt),
  }
}
