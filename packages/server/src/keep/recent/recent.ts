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

/** Latest values and hits of all series. Losing it zeroes them. */
export interface Recent {
  put(entries: readonly { series: SeriesId; latest: Latest }[]): void
  find(series: SeriesId): Promise<Latest | undefined>
  findMany(series: readonly SeriesId[]): Promise<Map<SeriesId, Latest>>
  forget(series: readonly SeriesId[]): Promise<void>
  close(): Promise<void>
}
