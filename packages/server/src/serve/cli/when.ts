import { parseDuration } from '../../model/duration.ts'

const unitsMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** `3m ago`, `in 2h`, `now`; `–` for no instant. In the largest unit that fits once, as nobody needs more at a glance. */
export function relative(instant: string | null | undefined, now: number): string {
  if (instant === null || instant === undefined) return '–'
  const distanceMs = Date.parse(instant) - now
  if (!Number.isFinite(distanceMs)) return '–'
  const amount = largestUnit(Math.abs(distanceMs))
  if (amount === '0s') return 'now'
  return distanceMs < 0 ? `${amount} ago` : `in ${amount}`
}

/** How long from one instant to another (or to now, where it has not ended); empty where it has not begun. */
export function lasted(from: string | null, to: string | null, now: number): string {
  return from === null ? '' : largestUnit(Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from)))
}

/** `12:04:10 UTC (in 3m)`; with the day where it is another one. */
export function absolute(instant: string, now: number): string {
  const iso = new Date(Date.parse(instant)).toISOString()
  const sameDay = iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10)
  return `${sameDay ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 19)} UTC (${relative(instant, now)})`
}

/**
 * Epoch ms of an instant as people give it: ISO 8601, or a duration before (`past`) or after (`future`) now; undefined
 * where it is neither.
 */
export function parseInstant(text: string, now: number, direction: 'past' | 'future'): number | undefined {
  const durationMs = parseDuration(text)
  if (durationMs !== undefined) return direction === 'past' ? now - durationMs : now + durationMs
  const at = /^\d{4}-\d\d-\d\d([Tt ]|$)/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isFinite(at) ? at : undefined
}

function largestUnit(ms: number): string {
  for (const [unit, unitMs] of unitsMs) if (ms >= unitMs) return `${Math.floor(ms / unitMs)}${unit}`
  return '0s'
}
