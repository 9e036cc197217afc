import { spanText } from './duration.ts'

/** Below it an instant is `now`: samples and clocks of two machines differ by as much. */
const nowMs = 3_000

/** How long ago, or in how long: `now`, `12 s ago`, `in 4 m`. One unit above a minute, as it is read at a glance. */
export function agoText(at: number, now: number): string {
  const ms = now - at
  if (Math.abs(ms) < nowMs) return 'now'
  const span = oneUnit(Math.abs(ms))
  return ms > 0 ? `${span} ago` : `in ${span}`
}

function oneUnit(ms: number): string {
  if (ms < 60_000) return spanText(ms)
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} m`
  if (ms < 48 * 3_600_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} d`
}

/** Date and time with seconds in a zone (undefined: the reader's own), with the zone's name: `2030-01-31 12:00:05 CET`. */
export function fullTime(at: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  return `${dayText(at, timeZone)} ${clockText(at, timeZone)} ${zoneName(at, zone)}`
}

/** What a shown time says on hover: all of it as the reader's clock has it, and in UTC where that is another: `… CET · 2030-01-31 11:00:05 UTC`. */
export function bothTimes(at: number, timeZone?: string): string {
  const [own, utc] = [fullTime(at, timeZone), fullTime(at, 'UTC')]
  return own === utc ? own : `${own} · ${utc}`
}

/** Time of day with seconds: `12:00:05`. */
export function clockText(at: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', ...zone }).format(at)
}

/** The day: `2030-01-31`. */
export function dayText(at: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone }).format(at)
}

/** Time of day where it is the same day as `now`, else day and time: what fits beside a range. */
export function shortTime(at: number, now: number, timeZone?: string): string {
  const clock = clockText(at, timeZone)
  return dayText(at, timeZone) === dayText(now, timeZone) ? clock : `${dayText(at, timeZone)} ${clock.slice(0, 5)}`
}

function zoneName(at: number, zone: { timeZone?: string }): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short', ...zone }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
