import type { Cluster } from '../model/cluster.ts'
import type { Trigger } from '../model/trigger.ts'
import type { Health } from './health.ts'
import type { GrowingSeries, MissingSeries } from './outlook.ts'

/**
 * Who wants the run. `keep`: the cluster has fewer nodes than its min; `person`: by hand, held by fewer guards; `forced`: an admin with a
 * reason, held by fewer still.
 */
export type Asker = 'fire' | 'keep' | 'person' | 'forced'

/** An automatic run that added or removed nodes, or is about to by its plan. */
export interface NodesChanged {
  at: number
  nodes: number
}

/** Everything a guard may look at, read in one transaction and never changed. Instants are epoch ms of the same clock as `now`. */
export interface Situation {
  now: number
  asker: Asker
  /** null: a person runs a single action. */
  trigger: Pick<Trigger, 'id' | 'name' | 'state' | 'timingMs' | 'missing' | 'pausedUntil'> | null
  cluster: Pick<Cluster, 'id' | 'name' | 'min' | 'max' | 'cooldownMs' | 'pausedUntil'>
  /** The period of the counter that asks. */
  periodMs: number
  /** By the whole plan, before its first step; both 0: the run changes no nodes. */
  plannedNodesChange: { added: number; removed: number }

  /** Nodes of the cluster from planned to draining; they count for min and max. */
  clusterNodes: number
  /** Nodes of the cluster in service; a removal spreads its load over one fewer. */
  inServiceNodes: number
  /** Nodes of all clusters from planned to draining. */
  fleetNodes: number
  /** The nodes of the cluster that warm up, with the end of it. */
  warmingUp: readonly { nodeName: string; until: number }[]

  /** null: not pressed. */
  redStop: { by: string; at: number } | null
  /** The pause of everything; null: none. */
  pausedUntil: number | null
  /** The node-changing run that holds the cluster. */
  runUnderWay: { runId: number } | null
  /** The last ended run of the cluster that added nodes, and the last one that removed some. */
  lastGrowth: { runId: number; endedAt: number } | null
  lastRemoval: { runId: number; endedAt: number } | null
  /** Launches of the cluster that failed in a row since the last that succeeded. */
  failedLaunches: { count: number; lastAt: number } | null
  /** Automatic runs of the last 5 minutes, over the whole fleet. */
  nodesChanged: readonly NodesChanged[]
  /** How many nodes automatic runs may change in 5 minutes; null: `blastNodesDefault`. */
  blastNodesMax: number | null

  /** Series of the trigger without a fresh value. */
  missing: readonly MissingSeries[]
  /** By the trigger's counters: its cluster, the sites of its nodes, and over all. */
  health: readonly Health[]
  /** What the cluster's growing triggers see. */
  growing: readonly GrowingSeries[]
  /** The last step of the wall clock over 2 s; null: none since the start. */
  clockStep: { at: number; byMs: number } | null
}

/** What only the loop knows: what the sensors say now, by the asking trigger's counters. */
export type Outlook = Pick<Situation, 'missing' | 'health' | 'growing' | 'clockStep'>

/** Whether the run would add or remove nodes. */
export function changesNodes({ plannedNodesChange: { added, removed } }: Situation): boolean {
  return added > 0 || removed > 0
}
