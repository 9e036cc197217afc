import { parseDuration } from './duration.ts'

/** The part of a page's address that says which time it shows. */
export interface RangeSearch {
  /** A length up to now, such as `6h`. */
  range?: string | undefined
  /** Instants, ISO 8601; both or neither. */
  from?: string | undefined
  to?: string | undefined
}

/** What a page shows: the last so many milliseconds, moving on; or a fixed span (zoomed). */
export type Range = { kind: 'live'; lengthMs: number } | { kind: 'fixed'; from: number; to: number }

/** Lengths to choose from, with their names. */
export const presets = [
  { range: '15m', name: '15 min' },
  { range: '1h', name: '1 h' },
  { range: '6h', name: '6 h' },
  { range: '24h', name: '24 h' },
  { range: '7d', name: '7 d' },
  { range: '30d', name: '30 d' },
] as const

const defaultRange = '1h'
/** A drag shorter than this was meant as a click. */
export const shortestMs = 2_000
/** History keeps its rollups 400 days. */
const longestMs = 400 * 86_400_000

/** What an address asks for; nonsense means the default. */
export function readRange({ range, from, to }: RangeSearch): Range {
  const [begin, end] = [Date.parse(from ?? ''), Date.parse(to ?? '')]
  if (Number.isFinite(begin) && Number.isFinite(end) && end > begin) return { kind: 'fixed', from: begin, to: end }
  const lengthMs = parseDuration(range ?? defaultRange) ?? 3_600_000
  return { kind: 'live', lengthMs: Math.min(longestMs, Math.max(60_000, lengthMs)) }
}

/** The span in epoch ms, `now` being the right edge of a live one. */
export function spanOf(range: Range, now: number): { from: number; to: number } {
  return range.kind === 'fixed' ? { from: range.from, to: range.to } : { from: now - range.lengthMs, to: now }
}

/** How an address says a fixed span, to the millisecond. */
export function fixedSearch(from: number, to: number): { from: string; to: string } {
  return { from: new Date(Math.round(from)).toISOString(), to: new Date(Math.round(to)).toISOString() }
}

/** The range's name for the picker: a preset's, or the length as it stands in the address. */
export function rangeName({ range }: RangeSearch): string {
  return presets.find((preset) => preset.range === (range ?? defaultRange))?.name ?? range ?? defaultRange
}

/** How fine samples are asked for: one step a column of the picture, or raw (undefined) where steps would be finer than the period. */
export function stepFor(spanMs: number, periodMs: number, columns: number): number | undefined {
  const stepMs = Math.ceil(spanMs / columns)
  return stepMs > periodMs ? stepMs : undefined
}
