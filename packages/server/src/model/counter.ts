import type { Stored } from './record.ts'
import type { Threshold } from './threshold.ts'

/** The sources of samples. */
export type SourceId = 'ssh' | 'jmx'

/** What is measured, and how often. */
export interface Counter extends Stored {
  name: string
  source: SourceId
  /** The source's declared fields: ssh `{ script }` or `{ readyMade }`, jmx `{ mbean, attribute, key?, over?, rate? }` or `{ readyMade }`. */
  fields: Record<string, unknown>
  threshold: Threshold | null
  periodMs: number
  unit: string
  /** The load is shared by the cluster's nodes: one node fewer makes the others carry it. */
  shared: boolean
}

/** Whether it is measured in each JVM of a node, a series for each, rather than on the node itself. */
export function isOfJvms({ source }: Pick<Counter, 'source'>): boolean {
  return source === 'jmx'
}

export const counterLimits = { periodMsDefault: 10_000, periodMsMin: 1_000, periodMsMax: 3_600_000 } as const
