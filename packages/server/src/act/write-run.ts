import type { Transaction } from '../keep/store/store.ts'
import { randomHex } from '../model/ids.ts'
import type { Run, Step } from '../model/run.ts'
import type { FleetNode } from './fleet-node.ts'
import { effectOf, type PlannedStep, planHash } from './plan.ts'
import type { Wanted } from './wanted.ts'

/** Writes the run with its whole plan, and takes its cluster where it changes nodes. */
export async function writeRun(
  tx: Transaction,
  wanted: Wanted,
  steps: readonly PlannedStep[],
  now: number,
): Promise<Run> {
  const { trigger, cluster, cause } = wanted
  const effect = effectOf(steps.map(({ kind }) => kind))
  const run = await tx.runs.insert({
    triggerId: trigger?.id ?? null,
    triggerName: trigger?.name ?? null,
    clusterId: cluster?.id ?? null,
    clusterName: cluster?.name ?? null,
    state: 'planned',
    effect,
    cause,
    planHash: planHash({ triggerId: trigger?.id ?? null, clusterId: cluster?.id ?? null, steps }),
    note: null,
    cancelRequested: false,
    createdAt: now,
    startedAt: null,
    endedAt: null,
  })
  if (effect !== 'none' && cluster) await tx.activeRuns.insert({ id: cluster.id, runId: run.id })
  for (const step of steps) {
    const row = await writeStep(tx, run.id, step)
    await writeTasks(tx, row, step.targets, 1)
  }
  return run
}

/** Writes tasks for these targets, the first with the number `from`. Each has its token before anything is begun. */
export function writeTasks(
  tx: Transaction,
  step: Pick<Step, 'id' | 'runId'>,
  targets: readonly (FleetNode | null)[],
  from: number,
): Promise<void> {
  const rows = targets.map((node, index) => ({
    runId: step.runId,
    stepId: step.id,
    n: from + index,
    nodeId: node?.id ?? null,
    nodeName: node?.name ?? null,
    state: 'planned' as const,
    attempts: 0,
    token: newToken(),
    startedAt: null,
    endedAt: null,
    error: null,
    notBefore: null,
  }))
  return tx.tasks.insertMany(rows)
}

/** Never given out twice: 128 random bits. */
export function newToken(): string {
  return randomHex(16)
}

function writeStep(tx: Transaction, runId: number, { n, action, target, onFailure }: PlannedStep): Promise<Step> {
  const { id, name, type, fields, timeoutMs, retries, retryDelayMs, secrets } = action
  return tx.steps.insert({
    runId,
    n,
    action: { id, name, type, fields, timeoutMs, retries, retryDelayMs, secrets },
    type,
    target,
    onFailure,
    state: 'planned',
    startedAt: null,
    endedAt: null,
  })
}
