import type { SeriesState } from '../decide/series-state.ts'
import { TscalerError } from '../model/problem.ts'
import { parseSeriesId, type SeriesId } from '../model/sample.ts'
import { formatThreshold } from '../model/threshold.ts'
import type { Trigger } from '../model/trigger.ts'
import { instant, instantOrNull } from '../wire/convert/show.ts'
import type * as wire from '../wire/explain.ts'
import { readScene, type Scene } from './backtest/scene.ts'
import type { Desk } from './desk.ts'
import { type Moment, replayMoment } from './explain/moment.ts'
import { timelineOf } from './explain/timeline.ts'
import { isInForce, verdictsAround } from './explain/verdicts.ts'
import { answerOf } from './explain/words.ts'
import { triggers } from './kinds/all.ts'
import { rowOf } from './resources.ts'
import { triggerState } from './trigger-state.ts'

type ExplainDesk = Pick<Desk, 'store' | 'history' | 'recent' | 'judge' | 'clock' | 'effects'>

const hourMs = 3_600_000
/** The trigger's runs that are looked through for those of the hour. */
const runsMax = 200

/** Why a trigger fired at a moment, or why not; `at` undefined: now, as the loop itself sees it. Throws `not-found`, `bad-input`. */
export async function explain(desk: ExplainDesk, text: string, at: number | undefined): Promise<wire.Explanation> {
  const trigger = await rowOf(desk.store, triggers, text)
  const now = desk.clock.now()
  if (at !== undefined && at > now) {
    const message = `is to come: it is ${instant(now)}`
    throw new TscalerError('bad-input', `The moment ${message}.`, { findings: [{ path: 'at', message }] })
  }
  const moment = at ?? now
  const span = at === undefined ? { fromAt: now - hourMs, toAt: now } : around(at, now)
  const verdicts = await verdictsAround(desk.store, trigger.id, span)
  const scene = await readScene(desk, trigger)
  const replayed = await replayMoment(desk.history, scene, trigger, { at: moment, ...span, verdicts })
  const runs = await desk.store.runs.list({ where: { triggerId: trigger.id }, order: 'desc', limit: runsMax })
  const [series, heldBackBy] =
    at === undefined ? await liveSeries(desk, text, now) : [momentSeries(scene, trigger, replayed, at), null]
  const verdict = verdicts.findLast((row) => row.at <= moment)
  const { timeline, leftOut } = timelineOf(
    { series: replayed.series, verdicts, runs },
    { ...span, nameOf: nameIn(scene) },
  )
  return {
    trigger: { id: trigger.id, name: trigger.name },
    at: instant(moment),
    live: at === undefined,
    answer: answerOf({ at: moment, series, verdict, heldBackBy }),
    series,
    verdict: verdict ? verdictOf(verdict, moment) : null,
    timeline,
    timelineLeftOut: leftOut,
    notes: notesOf(trigger, moment),
  }
}

/** Half an hour on both sides, as far as it is past. */
function around(at: number, now: number) {
  return { fromAt: at - hourMs / 2, toAt: Math.min(now + 1, at + hourMs / 2) }
}

async function liveSeries(desk: ExplainDesk, text: string, now: number) {
  const [{ series }, trigger] = [await triggerState(desk, text), await rowOf(desk.store, triggers, text)]
  const aged = series.map((one) => ({ ...one, ageMs: one.latest === null ? null : now - Date.parse(one.latest.at) }))
  return [aged, await desk.judge.heldBackBy(trigger.id)] as const
}

function momentSeries(scene: Scene, trigger: Trigger, { states }: Moment, at: number): wire.ExplainedSeries[] {
  return states.map((state) => ({
    id: state.seriesId,
    ...placeOf(scene, state.seriesId),
    counter: { id: state.counterId, name: scene.counters.get(state.counterId)?.name ?? `${state.counterId}` },
    threshold: thresholdText(scene, trigger, state.counterId),
    hits: state.hits,
    hitsNeeded: state.hitsNeeded,
    breachSince: instantOrNull(state.breachSinceAt),
    latest: latestOf(state),
    ageMs: state.at === null ? null : at - state.at,
  }))
}

function thresholdText({ counters }: Scene, trigger: Trigger, counterId: number): string {
  const own = trigger.counters.find((one) => one.counterId === counterId)?.threshold
  const threshold = own ?? counters.get(counterId)?.threshold
  return threshold ? formatThreshold(threshold) : ''
}

function latestOf({ at, value, failure }: SeriesState): wire.ExplainedSeries['latest'] {
  if (at === null) return null
  if (failure !== null) return { at: instant(at), failure: { kind: failure, text: failure } }
  return value === null ? null : { at: instant(at), value }
}

function placeOf({ nodes, jvmNames }: Scene, id: SeriesId | null): Pick<wire.ExplainedSeries, 'node' | 'jvm'> {
  const series = id === null ? undefined : parseSeriesId(id)
  if (!series) return { node: null, jvm: null }
  const node = { id: series.node, name: nodes.find((one) => one.id === series.node)?.name ?? `${series.node}` }
  return {
    node,
    jvm: series.jvm === undefined ? null : { id: series.jvm, name: jvmNames.get(series.jvm) ?? `${series.jvm}` },
  }
}

function nameIn(scene: Scene): (id: SeriesId | null) => string {
  return (id) => {
    const { node, jvm } = placeOf(scene, id)
    return node === null ? scene.cluster.name : [node.name, jvm?.name].filter(Boolean).join(' ')
  }
}

function verdictOf(row: Parameters<typeof isInForce>[0], moment: number): NonNullable<wire.Explanation['verdict']> {
  const { outcome, guard, reason, until, runId, at, lastAt, repeats } = row
  return {
    outcome,
    guard,
    reason,
    until: instantOrNull(until),
    run: runId,
    at: instant(at),
    lastAt: instant(lastAt),
    repeats,
    inForce: isInForce(row, moment),
  }
}

function notesOf({ updatedAt }: Trigger, moment: number): string[] {
  return updatedAt > moment
    ? [`The trigger was changed since, at ${instant(updatedAt)}: hits are told by its settings of now.`]
    : []
}
