import type { Clock } from '../../model/clock.ts'
import type { Counter } from '../../model/counter.ts'
import type { Sample } from '../../model/sample.ts'
import type { Reach } from '../../reach/machine.ts'
import type { Source } from '../source.ts'

/** A node to be watched, with the counters that are collected on it. */
export interface Watched {
  nodeId: number
  counters: readonly Counter[]
  readyMadeOnly: boolean
}

/** One collection of one node: samples in the counters' order, undefined where a rate has no earlier reading. */
export interface Round {
  nodeId: number
  counters: readonly Counter[]
  samples: readonly (Sample | undefined)[]
  tookMs: number
  /** How late it began. */
  lagMs: number
}

/** What the rounds are made with. */
export interface RoundsParts {
  clock: Clock
  reach: Reach
  sources: Readonly<Partial<Record<string, Source>>>
  take: (round: Round) => void
}
