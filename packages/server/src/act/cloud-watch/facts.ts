import type { Tables } from '../../keep/store/store.ts'
import type { Alert, AlertKind } from '../../model/alert.ts'
import type { Cluster } from '../../model/cluster.ts'
import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import { endedRunStates } from '../../model/run.ts'

/** What the store says of everything that a look compares. */
export interface Facts {
  /** The installation's, as its machines' tags carry it. */
  uid: string
  /** By id. */
  nodes: ReadonlyMap<number, Node>
  /** Nodes that a step of a run works on. */
  locked: ReadonlySet<number>
  /** Those that may have a machine: asked and made. */
  launches: readonly Launch[]
  /** The runs of those launches that have ended, or are gone. */
  overRuns: ReadonlySet<number>
  clusters: readonly Cluster[]
  /** Of the kinds that the watch tells. */
  alerts: readonly Alert[]
}

/** What the watch tells people of. */
export const watchedAlerts = [
  'vm-gone',
  'vm-changed',
  'vm-orphan',
  'vm-not-ended',
  'cloud-unread',
] as const satisfies AlertKind[]

/** Reads them, in the order in which a run writes: a machine's launch is never missed because it has just become a node's. */
export async function readFacts(tables: Tables): Promise<Facts> {
  const { uid } = await tables.installation.get(1)
  const launches = await tables.launches.list({ where: { state: ['asked', 'made'] } })
  const runIds = [...new Set(launches.map(({ runId }) => runId))]
  const runs = runIds.length === 0 ? [] : await tables.runs.list({ where: { id: runIds } })
  const going = new Set(runs.filter(({ state }) => !endedRunStates.includes(state)).map(({ id }) => id))
  return {
    uid,
    nodes: new Map((await tables.nodes.list()).map((node) => [node.id, node])),
    locked: new Set((await tables.nodeLocks.list()).map(({ id }) => id)),
    launches,
    overRuns: new Set(runIds.filter((id) => !going.has(id))),
    clusters: await tables.clusters.list(),
    alerts: await tables.alerts.list({ where: { kind: watchedAlerts, state: ['open', 'acknowledged'] } }),
  }
}

/** A launch that nobody will finish: its node is gone, or its run has ended before the node was ready. */
export function isLeft({ nodes, overRuns }: Facts, { nodeId, runId }: Launch): boolean {
  const node = nodes.get(nodeId)
  return node === undefined || (isComing(node) && overRuns.has(runId))
}

/** On its way to being in service. */
export function isComing({ state }: Pick<Node, 'state'>): boolean {
  return state === 'planned' || state === 'launching' || state === 'configuring'
}
