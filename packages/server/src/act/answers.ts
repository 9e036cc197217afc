import { refusalOf } from '../decide/guards/all.ts'
import type { Queue } from '../keep/queue/queue.ts'
import { tell } from '../keep/queue/topics.ts'
import type { Store, Transaction } from '../keep/store/store.ts'
import type { Clock } from '../model/clock.ts'
import { TscalerError } from '../model/problem.ts'
import { endedRunStates, type Run, type Step, type Task } from '../model/run.ts'
import type { Alongside } from './admit.ts'
import { resolveIn } from './alerts/rows.ts'
import { type ActionKinds, nodesChange } from './plan.ts'
import { noOutlook, readSituation } from './situation.ts'
import { newToken } from './write-run.ts'

/** How a task that nobody knows the outcome of is settled. */
export interface Resolution {
  runId: number
  taskId: number
  answer: 'done' | 'not-done' | 'stop'
  who: string
}

/** What people say to a run. All throw `not-found` and `wrong-state`; what is given `alongside` is written in the same transaction. */
export interface Answers {
  /** Attempts under way are told to stop, nothing more begins; what is to be undone is. */
  cancel(runId: number, who: string, alongside?: Alongside): Promise<void>
  /** Goes on from the step that failed; admitted again. Throws `refused-by-guard`. */
  retry(runId: number, who: string, alongside?: Alongside): Promise<void>
  resolve(resolution: Resolution, alongside?: Alongside): Promise<void>
  approve(runId: number, who: string, alongside?: Alongside): Promise<void>
  reject(runId: number, who: string, alongside?: Alongside): Promise<void>
}

/** What answers work with. */
export interface AnswerParts {
  store: Store
  queue: Queue
  clock: Clock
  kinds: ActionKinds
  blastNodesMax: number | null
}

/** Opens the answers; the engine hears of each at once. */
export function openAnswers(parts: AnswerParts): Answers {
  const { store, queue } = parts
  const change = async (
    runId: number,
    work: (tx: Transaction, run: Run) => Promise<number[]>,
    alongside: Alongside | undefined,
  ) => {
    const alerts = await store.transaction(async (tx) => {
      const run = await tx.runs.get(runId)
      const changed = await work(tx, run)
      await alongside?.(tx, run)
      return changed
    })
    tell(queue, 'run.changed', { runId })
    for (const alertId of alerts) tell(queue, 'alert.changed', { alertId })
    // Without the wake-up the next sweep sees it.
    await queue.publish('run.wake', { runId }).catch(() => {})
  }
  return {
    cancel: (runId, who, alongside) => change(runId, (tx, run) => cancel(tx, run, who), alongside),
    retry: (runId, who, alongside) => change(runId, (tx, run) => retry(tx, parts, run, who), alongside),
    resolve: (resolution, alongside) =>
      change(resolution.runId, (tx, run) => resolveTask(tx, parts, run, resolution), alongside),
    approve: (runId, who, alongside) =>
      change(runId, (tx, run) => answerGo(tx, parts, run, { who, goes: true }), alongside),
    reject: (runId, who, alongside) =>
      change(runId, (tx, run) => answerGo(tx, parts, run, { who, goes: false }), alongside),
  }
}

async function cancel(tx: Transaction, run: Run, who: string): Promise<number[]> {
  if (endedRunStates.includes(run.state))
    throw wrongState(`Run ${run.id} has ended (${run.state}), so there is nothing to cancel.`)
  await tx.runs.update(run.id, { cancelRequested: true, note: `cancelled by ${who}` })
  return []
}

/** The go that a pause step waits for, or a no: then the step fails. */
async function answerGo(
  tx: Transaction,
  { clock }: AnswerParts,
  run: Run,
  { who, goes }: { who: string; goes: boolean },
): Promise<number[]> {
  const asking = await tx.tasks.list({ where: { runId: run.id, state: 'waiting' } })
  if (asking.length === 0) throw wrongState(`Run ${run.id} is ${run.state} and waits for nobody's go.`)
  const answer = goes
    ? ({ state: 'succeeded', error: `${who} gave the go` } as const)
    : ({ state: 'failed', error: `${who} said no` } as const)
  for (const task of asking) await tx.tasks.update(task.id, { ...answer, endedAt: clock.now(), notBefore: null })
  return resolveIn(tx, { kind: 'run-held', subject: `run:${run.id}` }, clock.now())
}

async function resolveTask(
  tx: Transaction,
  { clock }: AnswerParts,
  run: Run,
  { taskId, answer, who }: Resolution,
): Promise<number[]> {
  const task = await tx.tasks.get(taskId)
  if (task.runId !== run.id)
    throw new TscalerError('not-found', `Task ${taskId} is none of run ${run.id}. Name one of its own.`)
  if (task.state !== 'unknown') throw wrongState(`Task ${taskId} is ${task.state}: its outcome is not in doubt.`)
  if (answer === 'stop') {
    await tx.runs.update(run.id, {
      cancelRequested: true,
      note: `stopped by ${who}: what became of task ${taskId} stayed unknown`,
    })
    return []
  }
  const settled = {
    state: answer === 'done' ? 'succeeded' : 'planned',
    notBefore: null,
    error: `${who} says it is ${answer === 'done' ? 'done' : 'not done'}`,
  } as const
  await tx.tasks.update(
    taskId,
    answer === 'done' ? { ...settled, endedAt: clock.now() } : { ...settled, endedAt: null },
  )
  if (answer === 'done' && task.nodeId !== null) await tx.nodeLocks.removeWhere({ id: task.nodeId, runId: run.id })
  const left = await tx.tasks.count({ runId: run.id, state: 'unknown' })
  return left > 0 ? [] : resolveIn(tx, { kind: 'run-unknown', subject: `run:${run.id}` }, clock.now())
}

async function retry(tx: Transaction, parts: AnswerParts, run: Run, who: string): Promise<number[]> {
  if (run.state !== 'failed')
    throw wrongState(`Run ${run.id} is ${run.state}; only one that failed can be tried again.`)
  await tx.lockAdmission()
  const steps = await tx.steps.list({ where: { runId: run.id } })
  const again = steps.filter(
    ({ state, onFailure }) =>
      state === 'undone' ||
      state === 'skipped' ||
      // Of a run that was cancelled and failed, for something of it could not be taken back.
      state === 'cancelled' ||
      (state === 'failed' && onFailure !== 'continue'),
  )
  const tasks = await tx.tasks.list({
    where: { stepId: again.map(({ id }) => id), state: ['failed', 'skipped', 'cancelled', 'undone', 'planned'] },
  })
  await admitAgain(tx, parts, run, again, tasks)
  const making = steps.filter(({ type }) => parts.kinds.get(type)?.effect === 'grow').map(({ id }) => id)
  const undone = steps.find(({ id, state }) => state === 'undone' && making.includes(id))
  const late = steps.filter(({ target, n }) => target === 'last-node' && n > (undone?.n ?? n)).map(({ id }) => id)
  for (const task of tasks) {
    const gone = late.includes(task.stepId) && task.nodeId !== null
    await tx.tasks.update(task.id, gone ? goneWithNode : afresh(task, making.includes(task.stepId)))
  }
  for (const step of again) await tx.steps.update(step.id, { state: 'planned', startedAt: null, endedAt: null })
  await tx.runs.update(run.id, {
    state: 'planned',
    endedAt: null,
    cancelRequested: false,
    note: `tried again by ${who}`,
  })
  return resolveIn(tx, { kind: 'run-failed', subject: `run:${run.id}` }, parts.clock.now())
}

/** Its step binds its targets anew once another node is there. */
const goneWithNode = { state: 'skipped', error: 'left out: its node was taken back', notBefore: null } as const

/** The number of attempts goes on: each has a folder of its own. What was taken back is another thing when it is made again. */
function afresh({ state, token, nodeId, nodeName }: Task, makesNode: boolean) {
  const again = { state: 'planned', error: null, notBefore: null, endedAt: null } as const
  if (state !== 'undone') return { ...again, token, nodeId, nodeName }
  return { ...again, token: newToken(), ...(makesNode ? { nodeId: null, nodeName: null } : { nodeId, nodeName }) }
}

async function admitAgain(
  tx: Transaction,
  { kinds, clock, blastNodesMax }: AnswerParts,
  run: Run,
  steps: readonly Step[],
  tasks: readonly Task[],
): Promise<void> {
  const cluster = run.clusterId === null ? null : ((await tx.clusters.find(run.clusterId)) ?? null)
  const nodes = cluster === null ? [] : await tx.nodes.list({ where: { clusterId: cluster.id } })
  const change = nodesChange(
    steps.flatMap((step) => {
      const kind = kinds.get(step.type)
      return kind ? [{ kind, targets: tasks.filter(({ stepId }) => stepId === step.id) }] : []
    }),
  )
  const asked = {
    asker: 'person' as const,
    trigger: null,
    cluster,
    periodMs: 0,
    change,
    outlook: noOutlook,
    now: clock.now(),
    blastNodesMax,
  }
  const refusal = refusalOf(await readSituation(tx, asked, nodes, kinds))
  if (refusal) throw new TscalerError('refused-by-guard', refusal.reason, { retryable: refusal.until !== null })
  if (run.effect === 'none' || run.clusterId === null) return
  const active = await tx.activeRuns.find(run.clusterId)
  if (active)
    throw new TscalerError(
      'refused-by-guard',
      `Run ${active.runId} changes the nodes of cluster "${run.clusterName}". Wait for its end.`,
      { retryable: true },
    )
  await tx.activeRuns.insert({ id: run.clusterId, runId: run.id })
}

function wrongState(message: string): TscalerError {
  return new TscalerError('wrong-state', message)
}
