import type { Counter } from '../model/counter.ts'
import type { Field } from '../model/fields.ts'
import type { Sample } from '../model/sample.ts'
import type { JvmLink } from '../reach/jmx/jvm-link.ts'
import type { Machine } from '../reach/machine.ts'

interface RoundParts {
  /** Those that are due; the same list again for as long as the same ones are. */
  counters: readonly Counter[]
  deadlineMs: number
  now: () => number
}

/** What a source of nodes is handed for one round of one node. */
export interface RoundContext extends RoundParts {
  machine: Machine
  /** This machine while server commands are off: ready-made counters only. */
  readyMadeOnly: boolean
}

/** What a source of JVMs is handed for one round of one JVM. */
export interface JvmRoundContext extends RoundParts {
  jvm: JvmLink
}

interface SourceParts<Context> {
  id: string
  summary: string
  fields: Readonly<Record<string, Field>>
  /**
   * One sample per counter, in their order; undefined where a rate has no earlier reading yet. Never rejects: trouble is a
   * failure sample.
   */
  collect(context: Context): Promise<(Sample | undefined)[]>
}

/** Measures on nodes. */
export type NodeSource = SourceParts<RoundContext> & { of: 'node' }

/** Measures in JVMs, a series for each of a node's. */
export type JvmSource = SourceParts<JvmRoundContext> & { of: 'jvm' }

/** A way of getting samples. A new one is a folder and a line in `all.ts`; its form, schema and docs come from `fields`. */
export type Source = NodeSource | JvmSource
