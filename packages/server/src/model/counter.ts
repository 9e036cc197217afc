import type { Stored } from './record.ts'
import type { Threshold } from './threshold.ts'

/** The sources of samples. */
export type SourceId = 'ssh' | 'jmx'

/** What is measured, and how often. */
export interface Counter extends Stored {
  name: string
  source: SourceId
  /** The source's declared fields: ssh `{ script }` or `{ readyMade }`, jmx `{ mbean, attribute, key? }`. */
  fields: Record<string, unknown>
  threshold: Threshold | null
  periodMs: number
  unit: string
  /** The load is shared by the cluster's nodes: one node fewer makes the others carry it. */
  shared: boolean
}

export const counterLimits = { periodMsDefault: 10_000, periodMsMin: 1_000, periodMsMax: 3_600_000 } as const
