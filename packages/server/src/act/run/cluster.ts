import { refusalOf } from '../../decide/guards/all.ts'
import type { Transaction } from '../../keep/store/store.ts'
import type { Run, Step } from '../../model/run.ts'
import { nodesChange } from '../plan.ts'
import { noOutlook, readSituation } from '../situation.ts'
import type { TurnParts } from './parts.ts'
import type { Wait } from './step-turn.ts'

/**
 * A run that gave its cluster back while it waited for a person is admitted again before it goes on, by the guards that a
 * person's run is asked, over what is left of its plan. Gives why it can't yet; null: it has its cluster, or needs none.
 */
export async function regainCluster(
  tx: Transaction,
  parts: TurnParts,
  { run, steps, now }: { run: Run; steps: readonly Step[]; now: number },
): Promise<Wait | null> {
  if (run.effect === 'none' || run.clusterId === null) return null
  const active = await tx.activeRuns.find(run.clusterId)
  if (active?.runId === run.id) return null
  // Still waiting for the person: there is nothing to be admitted for yet.
  if ((await tx.tasks.count({ runId: run.id, state: ['unknown', 'waiting'] })) > 0) return null
  await tx.lockAdmission()
  const text = await refusalText(tx, parts, { run, steps, now })
  if (text !== undefined) return { why: 'cluster', text, until: null }
  await tx.activeRuns.insert({ id: run.clusterId, runId: run.id })
  return null
}

async function refusalText(
  tx: Transaction,
  parts: TurnParts,
  { run, steps, now }: { run: Run; steps: readonly Step[]; now: number },
): Promise<string | undefined> {
  const cluster = await tx.clusters.find(run.clusterId ?? 0)
  if (!cluster) return `its cluster "${run.clusterName}" is gone; cancel the run`
  const nodes = await tx.nodes.list({ where: { clusterId: cluster.id } })
  const change = nodesChange(await leftOf(tx, parts, steps))
  const asked = {
    asker: 'person' as const,
    trigger: null,
    cluster,
    periodMs: 0,
    change,
    outlook: noOutlook,
    now,
    blastNodesMax: parts.blastNodesMax,
  }
  const situation = await readSituation(tx, asked, nodes, parts.kinds)
  // What is left may change no nodes; the cluster is still worked on by one node-changing run at a time.
  const active = await tx.activeRuns.find(cluster.id)
  return (
    refusalOf(situation)?.reason ??
    (active && `waits for run ${active.runId}, which changes the nodes of cluster "${cluster.name}"`)
  )
}

async function leftOf(tx: Transaction, { kinds }: TurnParts, steps: readonly Step[]) {
  const open = steps.filter(({ state }) => state === 'planned' || state === 'running' || state === 'waiting')
  const tasks = await tx.tasks.list({ where: { stepId: open.map(({ id }) => id), state: ['planned', 'running'] } })
  return open.flatMap((step) => {
    const kind = kinds.get(step.type)
    return kind ? [{ kind, targets: tasks.filter(({ stepId }) => stepId === step.id) }] : []
  })
}
