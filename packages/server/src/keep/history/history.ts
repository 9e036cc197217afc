import type { FailureKind, SeriesId } from '../../model/sample.ts'

/** One sample for keeping; `value` NaN where it failed. */
export interface Kept {
  series: SeriesId
  at: number
  value: number
  /** 0: a value; else the failure's index in `failureKinds` plus one. */
  failure: number
  text?: string
  hits: number
}

/** The samples of one series in time order. */
export interface Column {
  times: Float64Array
  /** NaN where the sample failed. */
  values: Float64Array
  failures: Uint8Array
  hits: Uint32Array
}

export interface Failure {
  at: number
  kind: FailureKind
  text: string
}

/** A rollup's bucket: 5 minutes. */
export interface Bucket {
  at: number
  min: number
  max: number
  mean: number
  count: number
  failures: number
}

/** Samples over time, for graphs, backtest, explain and restarts. */
export interface History {
  /** Takes samples at once and keeps them with the next tick (1 s): a crash loses at most that. Never waits. */
  append(samples: readonly Kept[]): void
  /** Raw samples with `from <= at < to`, those not yet written included. */
  range(series: SeriesId, from: number, to: number): Promise<Column>
  /** The texts of failures in the range, newest first, at most `limit`. */
  failures(series: SeriesId, from: number, to: number, limit: number): Promise<Failure[]>
  /** 5-minute rollups that begin in the range. */
  rollups(series: SeriesId, from: number, to: number): Promise<Bucket[]>
  /** The instant of the oldest raw sample; null while there is none. */
  oldest(series: SeriesId): Promise<number | null>
  /** Drops what is older or more than kept: raw 30 days or 5 GB, rollups 400 days. */
  retain(now: number): Promise<void>
  /** Everything appended so far is on disk. */
  flush(): Promise<void>
  /** Why samples are not being written now (a full disk), or null. */
  trouble(): string | null
  close(): Promise<void>
}
