import type { ActionType } from '../../model/action.ts'
import { parseDuration } from '../../model/duration.ts'
import { formatThreshold } from '../../model/threshold.ts'
import type { OnFailure, Target, Trigger } from '../../model/trigger.ts'
import type * as wire from '../resources.ts'
import type { Ref } from '../schema.ts'
import type { Reader } from './read.ts'
import { instantOrNull, type Show, stored, timing } from './show.ts'
import type { Values } from './values.ts'

/** Longer than this nothing is recorded that could be judged (raw samples are kept 30 days). */
const timingMsMax = 30 * 86_400_000

/** A trigger as a body writes it. A counter without a threshold of its own stands alone. */
export function triggerBody<R>(row: Trigger, show: Show<R>) {
  return {
    ...common(row, show),
    counters: row.counters.map(({ counterId, threshold }) => {
      const counter = show.ref('counters', counterId)
      return threshold === null ? counter : { counter, threshold: formatThreshold(threshold) }
    }),
  }
}

export function triggerAnswer(row: Trigger, show: Show<Ref>): wire.Trigger {
  return {
    ...stored(row),
    ...common(row, show),
    counters: row.counters.map(({ counterId, threshold }) => ({
      counter: show.ref('counters', counterId),
      threshold: threshold === null ? null : formatThreshold(threshold),
    })),
    pausedUntil: instantOrNull(row.pausedUntil),
  }
}

function common<R>(row: Trigger, show: Show<R>) {
  return {
    name: row.name,
    cluster: show.ref('clusters', row.clusterId),
    state: row.state,
    aggregate: row.aggregate,
    timing: timing(row.timingMs),
    missing: row.missing,
    actions: row.actions.map(({ actionId, target, onFailure }) => ({
      action: show.ref('actions', actionId),
      target,
      onFailure,
    })),
  }
}

/** Whether it may be switched on is asked elsewhere (decide/switch-on.ts): that needs the counters and actions themselves. */
export function readTrigger(body: wire.TriggerBody, reader: Reader, before?: Trigger): Values<Trigger> {
  return {
    name: body.name,
    clusterId: reader.ref('clusters', body.cluster, 'cluster'),
    state: body.state ?? 'watch',
    counters: body.counters.map((given, index) => readCounterOf(given, reader, `counters[${index}]`)),
    aggregate: body.aggregate ?? null,
    timingMs: readTiming(body.timing, reader),
    missing: body.missing ?? 'hold',
    actions: (body.actions ?? []).map((given, index) => readActionOf(given, reader, `actions[${index}]`)),
    pausedUntil: before?.pausedUntil ?? null,
  }
}

function readCounterOf(given: wire.TriggerBody['counters'][number], reader: Reader, field: string) {
  if (typeof given !== 'object') return { counterId: reader.ref('counters', given, field), threshold: null }
  return {
    counterId: reader.ref('counters', given.counter, `${field}.counter`),
    threshold: reader.threshold(given.threshold, `${field}.threshold`),
  }
}

function readTiming(given: number | string, reader: Reader): number {
  const ms = typeof given === 'number' ? Math.round(given * 60_000) : parseDuration(given)
  if (ms !== undefined && ms <= timingMsMax) return ms
  reader.wrong(
    reader.path('timing'),
    `got ${JSON.stringify(given)}, expected minutes, or a duration such as "90s" (up to 30d)`,
  )
  return 0
}

function readActionOf(given: NonNullable<wire.TriggerBody['actions']>[number], reader: Reader, field: string) {
  const actionId = reader.ref('actions', given.action, `${field}.action`)
  const type = reader.means.actionTypes.get(actionId)
  return { actionId, target: given.target ?? defaultTarget(type), onFailure: given.onFailure ?? defaultOnFailure(type) }
}

function defaultTarget(type: ActionType | undefined): Target {
  return type === 'email' || type === 'pause' ? 'none' : 'cluster'
}

/** Design, "Act": mail continues, a deployment undoes itself. */
function defaultOnFailure(type: ActionType | undefined): OnFailure {
  if (type === 'email') return 'continue'
  return type === 'deployEc2Node' || type === 'deployCommand' ? 'undo' : 'stop'
}
