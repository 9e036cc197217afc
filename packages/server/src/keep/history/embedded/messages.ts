import type { Bucket, Column } from '../history.ts'
import type { Batch } from './batch.ts'
import type { Now } from './keeper.ts'
import type { CodedFailure } from './reads.ts'
import type { Limits } from './retention.ts'

interface SeriesSpan {
  series: string
  from: number
  to: number
}

/** What the worker thread is asked and what it answers. */
export interface Questions {
  range: { question: SeriesSpan; answer: Column }
  failures: { question: SeriesSpan & { limit: number }; answer: CodedFailure[] }
  rollups: { question: SeriesSpan; answer: Bucket[] }
  oldest: { question: { series: string }; answer: number | null }
  retain: { question: { now: number }; answer: null }
  /** Why not everything is written, or null. */
  flush: { question: { now: Now }; answer: string | null }
  close: { question: { now: Now }; answer: string | null }
}

export type Question = {
  [Kind in keyof Questions]: { kind: Kind; id: number } & Questions[Kind]['question']
}[keyof Questions]

/** A tick's samples; `names` belong to the numbers that follow those known, or begin `afresh` with 0. */
export interface Tick {
  kind: 'tick'
  now: Now
  batch: Batch
  names: string[]
  afresh: boolean
}

export type ToWorker = Tick | Question

export type FromWorker =
  | { kind: 'taken'; trouble: string | null }
  | { kind: 'answer'; id: number; answer: Questions[keyof Questions]['answer'] }
  | { kind: 'refused'; id: number; why: string }
  | { kind: 'note'; text: string }

/** What the worker is begun with. */
export interface WorkerStart {
  path: string
  now: Now
  limits: Limits
  waitingSamplesMax: number
}
