import type { Vm } from '../../reach/cloud/cloud.ts'

/**
 * What a machine is to tscaler. `node`: a node's; `launching`: of a node that is on its way; `not-ended`: made by a run that has ended without
 * it; `orphan`: it carries the installation's tag, and nobody knows why.
 */
export type InstanceKind = 'node' | 'launching' | 'not-ended' | 'orphan'

/** Another thing, as answers name it. */
export interface Named {
  id: number
  name: string
}

/** A machine as the last look saw it. */
export interface Instance extends Pick<Vm, 'id' | 'state' | 'host' | 'type' | 'launchedAt'> {
  /** By its tag. */
  name: string | null
  region: string
  ec2Profile: Named | null
  node: Named | null
  cluster: Named | null
  kind: InstanceKind
  /** What is to be said of it, and what to do. */
  note: string | null
}
