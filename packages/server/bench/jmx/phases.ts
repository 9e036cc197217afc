import type { Goals } from './figures.ts'

/** One comparison of clients. */
export interface Phase {
  name: string
  what: string
  jvms: number
  reads: 'single' | 'bulk'
  connectionsEach: number
  /**
   * Requests under way on each of our connections, as many as the package sends before it waits (limits.inFlightMax) where
   * single values are read: with fewer, both sides wait more often.
   */
  depth: number
  /** Of ten counters, in each JVM; enough that no request is under way twice. */
  mbeans: number
  goals: Goals
}

/** All comparisons, those of one number of JVMs one after another. */
export const phases: readonly Phase[] = [
  {
    name: 'single',
    what: '1 connection, single reads',
    jvms: 1,
    reads: 'single',
    connectionsEach: 1,
    depth: 512,
    mbeans: 100,
    goals: { cpuShareAtMost: 0.25, timesAtLeast: 2 },
  },
  {
    name: 'bulk',
    what: '1 connection, bulk of 10',
    jvms: 1,
    reads: 'bulk',
    connectionsEach: 1,
    depth: 64,
    mbeans: 100,
    goals: { cpuShareAtMost: 0.33, timesAtLeast: 2 },
  },
  {
    name: 'ten-single',
    what: '10 JVMs × 5 connections, single reads',
    jvms: 10,
    reads: 'single',
    connectionsEach: 5,
    depth: 512,
    mbeans: 52,
    goals: { cpuShareAtMost: 0.1, timesAtLeast: 4 },
  },
  {
    name: 'ten-bulk',
    what: '10 JVMs × 5 connections, bulk of 10',
    jvms: 10,
    reads: 'bulk',
    connectionsEach: 5,
    depth: 64,
    mbeans: 64,
    goals: {},
  },
]
