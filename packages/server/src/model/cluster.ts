import type { Stored } from './record.ts'

/** Nodes that run the same applications and work together. */
export interface Cluster extends Stored {
  name: string
  /** Least number of nodes, planned to draining. */
  min: number
  /** Most nodes; null: no automatic growth. */
  max: number | null
  cooldownMs: number
  /** How long a node that came into service is not judged. */
  warmUpMs: number
  counterIds: number[]
  /** Fires are refused until this instant; null: not paused. */
  pausedUntil: number | null
}

export const clusterDefaults = { min: 1, max: null, cooldownMs: 300_000, warmUpMs: 0 } as const
