import type { Stored } from './record.ts'
import type { Threshold } from './threshold.ts'

/** `on` fires, `watch` judges, shows and records but starts nothing, `off` does not judge. */
export const triggerStates = ['on', 'watch', 'off'] as const
export type TriggerState = (typeof triggerStates)[number]

/** `any` is the design's rule: any series of any counter. The others are judged over each node's latest value. */
export const aggregates = ['any', 'avg', 'min', 'max', 'sum', 'count', 'p50', 'p90', 'p95', 'p99'] as const
export type Aggregate = (typeof aggregates)[number]

/** `cluster`: all its nodes; `last-node`: the node this run deployed, else the newest in service; `node`: the one in breach; `none`. */
export const targets = ['cluster', 'last-node', 'node', 'none'] as const
export type Target = (typeof targets)[number]

export const onFailures = ['stop', 'continue', 'undo'] as const
export type OnFailure = (typeof onFailures)[number]

/** One action of a trigger's list. */
export interface TriggerAction {
  actionId: number
  target: Target
  onFailure: OnFailure
}

/** A group of counters of a cluster, a Timing, and ordered actions. */
export interface Trigger extends Stored {
  name: string
  clusterId: number
  state: TriggerState
  counters: { counterId: number; threshold: Threshold | null }[]
  /** null: not named, judged as `any`; a trigger that removes must name it. */
  aggregate: Aggregate | null
  timingMs: number
  /** `hold`: a failure leaves the hits; `breach`: `timeout` and `unreachable` count as hits. */
  missing: 'hold' | 'breach'
  actions: TriggerAction[]
  pausedUntil: number | null
}
