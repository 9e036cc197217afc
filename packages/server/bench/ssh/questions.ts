import type { Counter } from '../../src/model/counter.ts'
import type { SshAccess } from '../../src/reach/machine.ts'

/** What the process with the loop is asked, in this order: once `begin`, then `observe` and `measure` in turn. */
export type LoopQuestion =
  | { kind: 'begin'; folder: string; accesses: SshAccess[] }
  /** Collects these counters on all nodes from now on; answered when each node has given `rounds` whole rounds, or at the limit. */
  | { kind: 'observe'; counters: Counter[]; rounds: number; limitMs: number }
  /** `profile`: the file that a CPU profile of the time is written to. */
  | { kind: 'measure'; forMs: number; profile: string | null }

/** What it answers to `observe` and `measure`: figures since it was asked. */
export interface LoopFigures {
  wallS: number
  /** Of all threads. */
  cpuS: number
  values: number
  /** Failed samples by kind. */
  failures: Record<string, number>
  rounds: number
  /** Rounds in which at least one sample failed. */
  failedRounds: number
  skippedRounds: number
  /** Nodes that have given as many whole rounds as they were to; `observe` only. */
  readyNodes: number
  tookMedianMs: number
  tookP95Ms: number
  /** JavaScript's heap, used and reserved, and the buffers outside of it, in MB. */
  heapUsedMb: number
  heapTotalMb: number
  buffersMb: number
}

/** What the process that connects anew for every sample is asked. */
export interface NaiveQuestion {
  accesses: SshAccess[]
  script: string
  lanes: number
  forMs: number
}

export interface NaiveFigures {
  wallS: number
  cpuS: number
  values: number
  failures: number
}
