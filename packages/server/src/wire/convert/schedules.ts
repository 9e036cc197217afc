import { formatDuration } from '../../model/duration.ts'
import type { Schedule } from '../../model/schedule.ts'
import type * as wire from '../resources.ts'
import type { Ref } from '../schema.ts'
import type { Reader } from './read.ts'
import { type Show, stored } from './show.ts'
import type { Values } from './values.ts'

/** A week: what was missed longer ago is of no use to anybody. */
const catchUpMsMax = 7 * 86_400_000

/** A schedule as a body writes it. */
export function scheduleBody<R>(row: Schedule, show: Show<R>) {
  return {
    name: row.name,
    cluster: show.ref('clusters', row.clusterId),
    cron: row.cron,
    zone: row.zone,
    trigger: row.triggerId === null ? null : show.ref('triggers', row.triggerId),
    min: row.min,
    max: row.max,
    catchUp: row.catchUpMs === null ? null : formatDuration(row.catchUpMs),
    enabled: row.enabled,
  }
}

export function scheduleAnswer(row: Schedule, show: Show<Ref>): wire.Schedule {
  return { ...stored(row), ...scheduleBody(row, show) }
}

export function readSchedule(body: wire.ScheduleBody, reader: Reader): Values<Schedule> {
  const zone = body.zone ?? 'UTC'
  if (!isZone(zone))
    reader.wrong(reader.path('zone'), `got ${JSON.stringify(zone)}, expected a time zone such as "Europe/Berlin"`)
  if (!isCron(body.cron)) {
    reader.wrong(reader.path('cron'), `got ${JSON.stringify(body.cron)}, expected five fields such as "0 22 * * 1-5"`)
  }
  const row = {
    name: body.name,
    clusterId: reader.ref('clusters', body.cluster, 'cluster'),
    cron: body.cron,
    zone,
    triggerId: reader.refOrNull('triggers', body.trigger, 'trigger'),
    min: body.min ?? null,
    max: body.max ?? null,
    catchUpMs:
      body.catchUp === null || body.catchUp === undefined
        ? null
        : reader.duration(body.catchUp, 'catchUp', { defaultMs: 0, minMs: 0, maxMs: catchUpMsMax }),
    enabled: body.enabled ?? true,
  }
  if (row.min !== null && row.max !== null && row.max < row.min) {
    reader.wrong(reader.path('max'), `got ${row.max}, expected at least min (${row.min})`)
  }
  if (row.triggerId === null && row.min === null && row.max === null) {
    reader.wrong(reader.path('trigger'), 'is missing, expected a trigger to fire, or a min or max to set')
  }
  return row
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== ''
  } catch {
    return false
  }
}

/** The form alone; what the fields say is read by the scheduler. */
function isCron(text: string): boolean {
  const fields = text.trim().split(/\s+/)
  return fields.length === 5 && fields.every((field) => /^[\dA-Za-z*?/,\-#]+$/.test(field))
}
