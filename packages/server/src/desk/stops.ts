import { raiseIn, resolveIn } from '../act/alerts/rows.ts'
import { tell } from '../keep/queue/topics.ts'
import type { Tables } from '../keep/store/store.ts'
import { parseDuration } from '../model/duration.ts'
import { TscalerError } from '../model/problem.ts'
import { instant } from '../wire/convert/show.ts'
import type { RefIn } from '../wire/schema.ts'
import type { PauseBody, ResumeBody } from '../wire/watching.ts'
import { audit } from './audit.ts'
import type { Asker, Desk } from './desk.ts'
import { clusters, triggers } from './kinds/all.ts'
import { rowOf } from './resources.ts'

type StopDesk = Pick<Desk, 'store' | 'queue' | 'clock' | 'alerts'>

/** A pause that is forgotten ends by itself; who needs longer switches the trigger off. */
const pauseMsMax = 30 * 86_400_000

/** Nobody fires until the pause ends: one trigger, a cluster's triggers, or all. Throws `bad-input` where its end is missing or past. */
export async function pauseFires(desk: StopDesk, asker: Asker, given: PauseBody): Promise<{ until: string }> {
  const at = desk.clock.now()
  const until = endOf(given, at)
  await desk.store.transaction(async (tables) => {
    await tables.lockAdmission()
    const subject = await setPause(tables, given, until)
    await audit(tables, asker, { at, what: 'pause', ...subject, detail: `until ${instant(until)}` })
  })
  told(desk, asker, given)
  return { until: instant(until) }
}

/** Lifts the pause of what is named, or of everything; the red stop only where that is said. */
export async function resumeFires(desk: StopDesk, asker: Asker, given: ResumeBody): Promise<void> {
  const at = desk.clock.now()
  const alertIds = await desk.store.transaction(async (tables) => {
    await tables.lockAdmission()
    if (given.stopAll) {
      await tables.installation.update(installationId, { redStopAt: null, redStopBy: null, redStopReason: null })
      await audit(tables, asker, { at, what: 'lift-stop', kind: 'installation' })
      return resolveIn(tables, redStop, at)
    }
    const subject = await setPause(tables, given, null)
    await audit(tables, asker, { at, what: 'resume', ...subject })
    return []
  })
  told(desk, asker, given)
  desk.alerts.announce(alertIds)
}

/** The red stop: no task, no retry and no undo begins any more; attempts under way end, collecting goes on. Only a person lifts it. */
export async function stopAll(desk: StopDesk, asker: Asker, { reason }: { reason: string }): Promise<void> {
  const at = desk.clock.now()
  const alertId = await desk.store.transaction(async (tables) => {
    // No admission may read "not stopped" now and begin a run afterwards.
    await tables.lockAdmission()
    await tables.installation.update(installationId, { redStopAt: at, redStopBy: asker.who, redStopReason: reason })
    await audit(tables, asker, { at, what: 'stop-all', kind: 'installation', detail: reason })
    return (await raiseIn(tables, { ...redStop, text: `${asker.who} stopped everything: ${reason}` }, at)).id
  })
  tell(desk.queue, 'stops.changed', {})
  desk.alerts.announce([alertId])
}

/** The one row of what is true of the whole installation. */
const installationId = 1
const redStop = { kind: 'red-stop', subject: 'installation' } as const

function endOf({ for: length, until }: PauseBody, now: number): number {
  const lengthMs = length === undefined ? undefined : parseDuration(length)
  const end = until !== undefined ? Date.parse(until) : lengthMs === undefined ? undefined : now + lengthMs
  if (end !== undefined && end > now && end <= now + pauseMsMax) return end
  const message =
    end === undefined
      ? 'is missing, expected how long to pause, such as "1h", or until when'
      : 'is not within the next 30 days'
  throw new TscalerError('bad-input', `A pause needs its end: ${message}.`, {
    findings: [{ path: until === undefined ? 'for' : 'until', message }],
  })
}

interface Paused {
  trigger?: RefIn
  cluster?: RefIn
}

async function setPause(tables: Tables, { trigger, cluster }: Paused, pausedUntil: number | null) {
  if (trigger !== undefined && cluster !== undefined) {
    const findings = [{ path: 'cluster', message: 'is a second thing beside trigger, expected one' }]
    throw new TscalerError('bad-input', 'A pause is of a trigger, a cluster or everything, not of two.', { findings })
  }
  if (trigger !== undefined) {
    const row = await rowOf(tables, triggers, `${trigger}`)
    await tables.triggers.update(row.id, { pausedUntil })
    return { kind: 'trigger', subject: row }
  }
  if (cluster !== undefined) {
    const row = await rowOf(tables, clusters, `${cluster}`)
    await tables.clusters.update(row.id, { pausedUntil })
    return { kind: 'cluster', subject: row }
  }
  await tables.installation.update(installationId, { pausedUntil })
  return { kind: 'installation' }
}

function told({ queue }: StopDesk, { who }: Asker, { trigger, cluster }: Paused): void {
  tell(queue, 'stops.changed', {})
  if (trigger !== undefined || cluster !== undefined) tell(queue, 'config.changed', { who })
}
