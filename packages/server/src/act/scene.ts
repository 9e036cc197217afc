import type { Tables } from '../keep/store/store.ts'
import type { Cause } from '../model/run.ts'
import type { Reach } from '../reach/machine.ts'
import type { PlanScene } from './plan.ts'

/** The machines that this process reaches. */
export type Machines = Pick<Reach, 'find'>

/** Everything that targets are bound from but what the run itself deployed, read now. */
export async function readScene(
  tables: Tables,
  { cluster, cause }: { cluster: { id: number; name: string } | null; cause: Cause },
  machines: Machines,
): Promise<PlanScene> {
  const nodes = cluster === null ? [] : await tables.nodes.list({ where: { clusterId: cluster.id } })
  const chosen =
    cause.chosenNodeIds === undefined ? null : await tables.nodes.list({ where: { id: cause.chosenNodeIds } })
  const { nodeId } = cause
  const breaching =
    nodes.find(({ id }) => id === nodeId) ?? (nodeId === undefined ? undefined : await tables.nodes.find(nodeId))
  return { clusterName: cluster?.name ?? null, nodes, chosen, breaching, unreached: unreachedBy(machines) }
}

/** Why a node can't be reached by what its machine last met with; undefined where it can, or nobody has tried yet. */
function unreachedBy(machines: Machines): (nodeId: number) => string | undefined {
  return (nodeId) => {
    const status = machines.find(nodeId)?.status
    if (!status) return 'has no login: give it an SSH profile'
    if (status.state !== 'backing-off' && status.state !== 'stopped') return undefined
    return `is out of reach (${status.failure?.kind ?? 'stopped'})`
  }
}
