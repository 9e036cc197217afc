import type { Store } from '../../keep/store/store.ts'
import type { Run } from '../../model/run.ts'
import type { RunContext, TargetNode } from '../action.ts'
import type { ActionKinds } from '../plan.ts'
import { targetNode } from '../targets.ts'

/** What scripts and templates of a run are given, as it stands now. */
export async function readContext(
  store: Store,
  kinds: ActionKinds,
  run: Run,
  publicUrl: string | null,
): Promise<RunContext> {
  const nodes = run.clusterId === null ? [] : await store.nodes.list({ where: { clusterId: run.clusterId } })
  const deployed = run.effect === 'grow' ? await deployedNames(store, kinds, run) : []
  const working = nodes.filter(
    ({ state, name }) => state === 'in-service' || (state === 'configuring' && deployed.includes(name)),
  )
  return {
    runId: run.id,
    runUrl: `${publicUrl ?? ''}/runs/${run.id}`,
    trigger: run.triggerName ?? '',
    cluster: run.clusterName ?? '',
    nodes: working.map(targetNode),
    newNode: deployed.at(-1) ?? '',
    cause: run.cause,
  }
}

async function deployedNames(store: Store, kinds: ActionKinds, run: Run): Promise<string[]> {
  const steps = await store.steps.list({ where: { runId: run.id } })
  const deploying = steps.filter(({ type }) => kinds.get(type)?.effect === 'grow').map(({ id }) => id)
  const tasks = await store.tasks.list({ where: { stepId: deploying, state: 'succeeded' } })
  return tasks.flatMap(({ nodeName }) => nodeName ?? [])
}

/** A task's node as it is now; its name alone where it is gone. */
export async function readTarget(
  store: Store,
  { nodeId, nodeName }: { nodeId: number | null; nodeName: string | null },
): Promise<TargetNode | null> {
  if (nodeId === null) return null
  const node = await store.nodes.find(nodeId)
  return node ? targetNode(node) : { id: nodeId, name: nodeName ?? `${nodeId}`, host: '', local: false }
}
