import type { Tables } from '../keep/store/store.ts'
import { TscalerError } from '../model/problem.ts'
import type { Run, RunState } from '../model/run.ts'
import { logLineAnswer, runAnswer, stepAnswer } from '../wire/convert/runs.ts'
import type * as wire from '../wire/runs.ts'
import { audit } from './audit.ts'
import type { Asker, Desk } from './desk.ts'
import { actions, clusters, nodes, triggers } from './kinds/all.ts'
import { clusterWhere } from './narrow.ts'
import { cutPage, type ListQuery, type Page, pageLimit, pageOf, rowQuery } from './page.ts'
import { rowOf } from './resources.ts'
import type { HandRequest, Resolution } from './run-desk.ts'

type ReadDesk = Pick<Desk, 'store'>

/** What a list of runs is narrowed to. */
export interface RunQuery extends Omit<ListQuery, 'q'> {
  trigger?: string
  cluster?: string
  state?: RunState
  /** Of these clusters alone. */
  only?: readonly number[]
}

/** Runs, newest first, their steps without their tasks: a run on thousands of nodes must not hold up a list. */
export async function listRuns(desk: ReadDesk, query: RunQuery): Promise<Page<wire.Run>> {
  const { trigger, cluster, state, only } = query
  const clusterId = cluster === undefined ? undefined : (await rowOf(desk.store, clusters, cluster)).id
  const where = {
    ...(trigger === undefined ? {} : { triggerId: (await rowOf(desk.store, triggers, trigger)).id }),
    ...clusterWhere(clusterId, only),
    ...(state === undefined ? {} : { state }),
  }
  const { shown, next } = cutPage(await desk.store.runs.list({ where, ...rowQuery(query), order: 'desc' }), query)
  const steps = shown.length === 0 ? [] : await desk.store.steps.list({ where: { runId: shown.map(({ id }) => id) } })
  const byRun = Map.groupBy(steps, ({ runId }) => runId)
  return { items: shown.map((run) => runAnswer(run, (byRun.get(run.id) ?? []).sort(byN), [])), next }
}

/** A run with all its steps and tasks; throws `not-found`. */
export async function runOf(desk: ReadDesk, id: number): Promise<wire.Run> {
  const run = await findRun(desk, id)
  const [steps, tasks] = await Promise.all([
    desk.store.steps.list({ where: { runId: id } }),
    desk.store.tasks.list({ where: { runId: id } }),
  ])
  return runAnswer(run, steps.sort(byN), tasks)
}

/** One step with its tasks; undefined where there is none. */
export async function findStep(desk: ReadDesk, runId: number, n: number): Promise<wire.Step | undefined> {
  const step = await desk.store.steps.findOne({ runId, n })
  return step && stepAnswer(step, await desk.store.tasks.list({ where: { stepId: step.id } }))
}

/** The log of a step, or of one of its nodes, in the order in which it was written; `after` is the id of the last line known. */
export async function logOf(
  desk: ReadDesk,
  query: { run: number; step: number; node?: string; after?: number; limit?: number },
): Promise<Page<wire.LogLine>> {
  const { limit = pageLimit.max } = query
  const step = await desk.store.steps.findOne({ runId: query.run, n: query.step })
  if (!step) throw new TscalerError('not-found', `Run ${query.run} has no step ${query.step}.`)
  const tasks = await desk.store.tasks.list({ where: { stepId: step.id } })
  // By its name: the node may be gone, but its log is not.
  const own = tasks.filter(
    ({ nodeId, nodeName }) => query.node === undefined || query.node === nodeName || query.node === `${nodeId}`,
  )
  if (own.length === 0) return { items: [], next: null }
  const after = query.after === undefined ? {} : { cursor: query.after }
  const lines = await desk.store.logLines.list({
    where: { taskId: own.map(({ id }) => id) },
    ...after,
    limit: limit + 1,
  })
  return pageOf(lines, { limit }, logLineAnswer)
}

/** Runs a trigger's actions, or one action, by hand; with `dryRun` only plans it. Throws what admission throws. */
export async function execute(
  desk: Pick<Desk, 'store' | 'clock' | 'runs'>,
  asker: Asker,
  what: { trigger: string } | { action: string },
  given: wire.ExecuteBody,
): Promise<{ plan: wire.Plan } | { run: wire.Run }> {
  const request = await handRequest(desk, asker, what, given)
  if (given.dryRun) return { plan: await desk.runs.planOf(request, { preview: given.preview ?? false }) }
  const { id } = await desk.runs.admitByHand(request, (tables, run) => {
    const kind = request.trigger ? 'trigger' : 'action'
    const subject = request.trigger ?? request.action ?? undefined
    const detail = `run ${run.id}${given.force ? ', forced' : ''}${given.reason ? `: ${given.reason}` : ''}`
    const entry = { at: desk.clock.now(), what: 'execute', kind, ...(subject ? { subject } : {}), detail }
    return audit(tables, asker, entry)
  })
  return { run: await runOf(desk, id) }
}

async function handRequest(
  desk: ReadDesk,
  asker: Asker,
  what: { trigger: string } | { action: string },
  given: wire.ExecuteBody,
): Promise<
  HandRequest & { trigger: { id: number; name: string } | null; action: { id: number; name: string } | null }
> {
  if (given.force) allowForce(asker, given.reason)
  const trigger = 'trigger' in what ? await rowOf(desk.store, triggers, what.trigger) : null
  const action = 'action' in what ? await rowOf(desk.store, actions, what.action) : null
  const cluster = given.cluster === undefined ? null : await rowOf(desk.store, clusters, `${given.cluster}`)
  if (trigger && cluster && cluster.id !== trigger.clusterId) {
    throw new TscalerError(
      'bad-input',
      `Trigger "${trigger.name}" belongs to another cluster than "${cluster.name}". Leave the cluster out.`,
      {
        findings: [{ path: 'cluster', message: 'is not the cluster of the trigger' }],
      },
    )
  }
  const chosen = given.nodes && (await Promise.all(given.nodes.map((node) => rowOf(desk.store, nodes, `${node}`))))
  return {
    trigger,
    action,
    clusterId: cluster?.id ?? trigger?.clusterId ?? null,
    nodeIds: chosen ? [...new Set(chosen.map(({ id }) => id))] : null,
    forced: given.force ?? false,
    reason: given.reason ?? null,
    who: asker.who,
  }
}

/** Design, "By hand": min, max and blast radius yield to an admin with a reason. */
function allowForce(asker: Asker, reason: string | undefined): void {
  if (asker.role !== 'admin')
    throw new TscalerError('not-allowed', `${asker.who} is ${asker.role}; to force a run needs admin.`)
  if (reason !== undefined) return
  const findings = [{ path: 'reason', message: 'is missing, expected why the guards are to yield' }]
  throw new TscalerError('bad-input', 'A forced run needs a reason.', { findings })
}

/** What a person may do to a run that there is. */
export type RunOrder = 'cancel' | 'retry' | 'approve' | 'reject'

/** Does it, and writes it down. Throws `not-found`, `wrong-state`. */
export async function orderRun(
  desk: Pick<Desk, 'store' | 'clock' | 'runs'>,
  asker: Asker,
  order: RunOrder,
  id: number,
): Promise<wire.Run> {
  await findRun(desk, id)
  await desk.runs[order](id, asker.who, (tables, run) =>
    auditRun(tables, asker, run, { at: desk.clock.now(), what: order }),
  )
  return runOf(desk, id)
}

/** Settles a task of which nobody knows how it ended. */
export async function resolveTask(
  desk: Pick<Desk, 'store' | 'clock' | 'runs'>,
  asker: Asker,
  given: Omit<Resolution, 'who'>,
): Promise<wire.Run> {
  await findRun(desk, given.runId)
  const detail = `task ${given.taskId}: ${given.answer}`
  await desk.runs.resolve({ ...given, who: asker.who }, (tables, run) =>
    auditRun(tables, asker, run, { at: desk.clock.now(), what: 'resolve', detail }),
  )
  return runOf(desk, given.runId)
}

/** `run` as it was before: its state is the before of what was done to it. */
async function auditRun(
  tables: Tables,
  asker: Asker,
  run: Run,
  { at, what, detail }: { at: number; what: string; detail?: string },
): Promise<void> {
  const subject = { id: run.id, name: `${run.triggerName ?? 'run'} #${run.id}` }
  const words = [`was ${run.state}`, ...(detail === undefined ? [] : [detail])].join(', ')
  await audit(tables, asker, { at, what, kind: 'run', subject, detail: words })
}

async function findRun({ store }: ReadDesk, id: number): Promise<Run> {
  const run = await store.runs.find(id)
  if (!run) throw new TscalerError('not-found', `There is no run ${id}.`)
  return run
}

function byN(a: { n: number }, b: { n: number }): number {
  return a.n - b.n
}
