import type { SeriesId } from '../model/sample.ts'
import type { Refusal } from '../model/verdict.ts'

/** One series as a trigger sees it; `series` null: the aggregate of a counter. */
export interface JudgedSeries {
  series: SeriesId | null
  counterId: number
  nodeId: number | null
  hits: number
  hitsNeeded: number
  /** The first sample of the breach that goes on; null: none. */
  breachSinceAt: number | null
}

/** What the loop knows of a trigger that it judges. */
export interface Judge {
  /** Empty where the trigger is off. */
  stateOf(triggerId: number): Promise<JudgedSeries[]>
  /** The guard that would hold a fire back now; null: none. */
  heldBackBy(triggerId: number): Promise<Refusal | null>
}
