import type { FailureKind, SeriesId } from '../../model/sample.ts'

/** The latest of one series. */
export interface Latest {
  at: number
  value: number | null
  failure: FailureKind | null
  /** The failure's text. */
  text: string | null
  hits: number
}

/**
 * Latest values and hits of all series. Losing it zeroes them; who takes a node over asks `hitsToGoOnWith` (hits.ts). What one process
 * put is found by itself at once as it was put, or not at all.
 */
export interface Recent {
  put(entries: readonly { series: SeriesId; latest: Latest }[]): void
  find(series: SeriesId): Promise<Latest | undefined>
  /** Those that are there. Never rejects for a cache that is away: its series are not found. */
  findMany(series: readonly SeriesId[]): Promise<Map<SeriesId, Latest>>
  forget(series: readonly SeriesId[]): Promise<void>
  /** What keeps it from its work now, for the status page; null: nothing. */
  trouble(): string | null
  close(): Promise<void>
}
