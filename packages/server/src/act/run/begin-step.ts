import type { Transaction } from '../../keep/store/store.ts'
import type { Run, Step, Task } from '../../model/run.ts'
import type { FleetNode } from '../fleet-node.ts'
import { readScene } from '../scene.ts'
import { aim, bindTargets } from '../targets.ts'
import { writeTasks } from '../write-run.ts'
import type { TurnParts } from './parts.ts'

interface Beginning {
  run: Run
  step: Step
  steps: readonly Step[]
  now: number
}

/**
 * Binds a step's targets as they are now: what the plan could not know comes in, what a cluster leaves out is skipped with
 * its reason. Gives why the step fails before it began; undefined: it begins.
 */
export async function beginStep(
  tx: Transaction,
  parts: TurnParts,
  { run, step, steps, now }: Beginning,
): Promise<string | undefined> {
  const planned = await tx.tasks.list({ where: { stepId: step.id } })
  const failure = await bind(tx, parts, { run, step, steps, now }, planned)
  if (failure !== undefined)
    await tx.tasks.updateWhere(
      { stepId: step.id, state: 'planned' },
      { state: 'skipped', endedAt: now, error: failure },
    )
  return failure
}

async function bind(
  tx: Transaction,
  parts: TurnParts,
  { run, step, steps, now }: Beginning,
  planned: readonly Task[],
): Promise<string | undefined> {
  const kind = parts.kinds.get(step.type)
  if (!kind) return `this version can't run ${step.type}.`
  // One that was planned is bound for good; a cluster is looked at anew, unless nodes were chosen in its place.
  const isFixed =
    step.target !== 'cluster' ||
    run.cause.chosenNodeIds !== undefined ||
    kind.per === 'once' ||
    kind.choose !== undefined
  if (planned.some(({ state }) => state === 'planned') && isFixed) return undefined
  const cluster = run.clusterId === null ? null : { id: run.clusterId, name: run.clusterName ?? `${run.clusterId}` }
  const scene = await readScene(tx, { cluster, cause: run.cause }, parts.machines)
  const own = await ownNodes(
    tx,
    parts,
    steps.filter(({ n }) => n < step.n),
  )
  const aimed = aim(step.target, kind, step.action.fields)
  const binding = bindTargets(aimed, { ...scene, own, leaving: [], deploysLater: false })
  if (binding.kind === 'failed') return binding.message
  if (binding.kind === 'later') return 'no earlier step has deployed a node.'
  await reconcile(
    tx,
    { step, planned, targets: binding.targets, now },
    (nodeId) => binding.leftOut.find(({ node }) => node.id === nodeId)?.reason,
  )
  return undefined
}

/** The nodes that earlier steps of the run deployed and that are still there, the newest last. */
async function ownNodes(tx: Transaction, { kinds }: TurnParts, earlier: readonly Step[]): Promise<FleetNode[]> {
  const deploying = earlier.filter(({ type }) => kinds.get(type)?.effect === 'grow')
  if (deploying.length === 0) return []
  const tasks = await tx.tasks.list({ where: { stepId: deploying.map(({ id }) => id), state: 'succeeded' } })
  const ids = tasks.flatMap(({ nodeId }) => (nodeId === null ? [] : [nodeId]))
  const nodes = ids.length === 0 ? [] : await tx.nodes.list({ where: { id: ids } })
  return ids.flatMap((id) => nodes.find((node) => node.id === id) ?? [])
}

async function reconcile(
  tx: Transaction,
  {
    step,
    planned,
    targets,
    now,
  }: { step: Step; planned: readonly Task[]; targets: readonly (FleetNode | null)[]; now: number },
  whyLeftOut: (nodeId: number) => string | undefined,
): Promise<void> {
  const wanted = new Set(targets.map((node) => node?.id ?? null))
  for (const task of planned) {
    // By a retry the step begins again with tasks that have ended well.
    if (task.state !== 'planned' || wanted.has(task.nodeId)) continue
    const reason = whyLeftOut(task.nodeId ?? 0) ?? 'is no longer of the cluster'
    await tx.tasks.update(task.id, { state: 'skipped', endedAt: now, error: `left out: ${task.nodeName} ${reason}` })
  }
  const missing = targets.filter((node) => !planned.some((task) => task.nodeId === (node?.id ?? null)))
  await writeTasks(tx, step, missing, planned.length + 1)
}
