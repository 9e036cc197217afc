import type { Counter } from '../model/counter.ts'
import type { Field } from '../model/fields.ts'
import type { Sample } from '../model/sample.ts'
import type { Machine } from '../reach/machine.ts'

/** A counter that is due on a node. */
export interface Due {
  counter: Counter
}

/** What a source is handed for one round of one node. */
export interface RoundContext {
  machine: Machine
  /** This machine while server commands are off: ready-made counters only. */
  readyMadeOnly: boolean
  due: readonly Due[]
  deadlineMs: number
  now: () => number
}

/** A way of getting samples. A new one is a folder and a line in `all.ts`; its form, schema and docs come from `fields`. */
export interface Source {
  id: string
  summary: string
  fields: Readonly<Record<string, Field>>
  /**
   * One sample per due counter, in their order; undefined where a rate has no earlier reading yet. Never rejects: trouble is a
   * failure sample.
   */
  collect(context: RoundContext): Promise<(Sample | undefined)[]>
}
