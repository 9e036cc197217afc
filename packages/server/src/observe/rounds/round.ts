import type { Clock } from '../../model/clock.ts'
import type { Counter } from '../../model/counter.ts'
import type { Jvm } from '../../model/jvm.ts'
import type { Sample } from '../../model/sample.ts'
import type { Jvms } from '../../reach/jmx/jvms.ts'
import type { Reach } from '../../reach/machine.ts'
import type { Source } from '../source.ts'

/**
 * A node to be watched, or one JVM of it, with the counters that are collected there. A JVM has rounds of its own, so that one that
 * hangs holds up neither its node's scripts nor its neighbours.
 */
export interface Watched {
  nodeId: number
  /** null: the node itself. */
  jvm: Jvm | null
  counters: readonly Counter[]
  readyMadeOnly: boolean
}

/** One collection of one node, or of one JVM: samples in the counters' order, undefined where a rate has no earlier reading. */
export interface Round {
  nodeId: number
  jvm: Jvm | null
  counters: readonly Counter[]
  samples: readonly (Sample | undefined)[]
  tookMs: number
  /** How late it began. */
  lagMs: number
}

/** What the rounds are made with. */
export interface RoundsParts {
  clock: Clock
  reach: Pick<Reach, 'find'>
  jvms: Pick<Jvms, 'find'>
  sources: Readonly<Partial<Record<string, Source>>>
  take: (round: Round) => void
}
