import { endedRunStates } from '../../model/run.ts'
import type { Plan, Run, Step, Task } from '../../wire/runs.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Out, Tone } from './out.ts'
import { count, sentence, short } from './text.ts'
import { absolute, lasted, relative } from './when.ts'

/** `Run 12 of trigger grow on shop`. */
export function runTitle({ id, trigger, cluster, steps }: Run): string {
  const what = trigger ? ` of trigger ${trigger.name}` : steps[0] ? ` of action ${steps[0].action.name}` : ''
  return `Run ${id}${what}${cluster ? ` on ${cluster.name}` : ''}`
}

/** Whether it goes on no more. */
export function hasEnded({ state }: Pick<Run, 'state'>): boolean {
  return endedRunStates.includes(state)
}

/** What a command that waited for the run ends with. */
export function runOutcome({ state }: Run): ExitCode {
  return state === 'succeeded' ? exitCodes.done : exitCodes.failed
}

/** How a state is coloured; its word always stands beside it. */
export function stateTone(state: string): Tone | undefined {
  if (state === 'succeeded') return 'good'
  if (state === 'failed' || state === 'unknown' || state === 'cancelled') return 'bad'
  return state === 'running' || state === 'waiting' || state === 'awaiting-approval' || state === 'compensating'
    ? 'warn'
    : undefined
}

/** One row for each run, newest first. */
export function showRuns(out: Out, runs: readonly Run[], now: number): void {
  if (runs.length === 0) out.line('No runs: nothing has fired yet, and nobody has started one.')
  const rows = runs.map((run) => [
    `${run.id}`,
    run.state,
    run.trigger?.name ?? run.steps[0]?.action.name ?? '',
    run.cluster?.name ?? '',
    relative(run.startedAt ?? run.createdAt, now),
    lasted(run.startedAt, run.endedAt, now),
    short(run.note ?? run.cause.text),
  ])
  out.table(['RUN', 'STATE', 'WHAT', 'CLUSTER', 'BEGAN', 'TOOK', 'WHY'], rows)
}

/** One run with its steps and tasks; what waits for a person says how to answer. */
export function showRun(out: Out, run: Run, now: number): void {
  out.line(
    `${runTitle(run)}: ${run.state}${run.startedAt ? `, ${relative(run.startedAt, now)}` : ''}.`,
    stateTone(run.state) ?? 'strong',
  )
  out.line(`Why: ${sentence(run.cause.text)}${run.cause.reason ? ` Reason: ${sentence(run.cause.reason)}` : ''}`)
  if (run.note) out.line(sentence(run.note), stateTone(run.state))
  out.table(
    ['STEP', 'ACTION', 'STATE', 'TARGETS', 'TOOK'],
    run.steps.map((step) => stepRow(step, now)),
  )
  for (const step of run.steps) for (const task of step.tasks) showTask(out, run, { step, task })
}

function stepRow({ n, action, type, state, tasks, startedAt, endedAt, target }: Step, now: number): string[] {
  const names = tasks.flatMap(({ node }) => (node ? [node.name] : []))
  const targets = names.length === 0 ? target : names.length > 3 ? count(names.length, 'node') : names.join(', ')
  const name = type === 'nodeReady' ? `${action.name}: ready check` : action.name
  return [`${n}`, name, state, targets, lasted(startedAt, endedAt, now)]
}

function showTask(out: Out, run: Run, { step, task }: { step: Step; task: Task }): void {
  const where = `step ${step.n} ${step.action.name}${task.node ? ` on ${task.node.name}` : ''}`
  // What is remarked of a task that succeeded is no trouble.
  if (task.error)
    out.line(`${where} ${task.state}: ${sentence(task.error)}`, task.state === 'succeeded' ? undefined : 'bad')
  if (task.state === 'waiting') {
    out.line(`${where} waits for a person: tscaler approve ${run.id}, or tscaler reject ${run.id}`, 'bad')
  }
  if (task.state !== 'unknown') return
  out.line(`${where}: nobody knows whether it was done. Look there, then answer:`, 'bad')
  out.line(`  tscaler resolve ${run.id} --task ${task.id} --answer done|not-done|stop`)
}

/** What a run would do, step by step, and whether it would begin. */
export function showRunPlan(out: Out, plan: Plan, now: number): void {
  const what = `${plan.trigger ? `trigger ${plan.trigger.name}` : `action ${plan.steps[0]?.action.name ?? ''}`}${plan.cluster ? ` on ${plan.cluster.name}` : ''}`
  const { refusal } = plan
  if (refusal === null) out.line(`Plan of ${what}: ${count(plan.steps.length, 'step')}. Nothing was started.`, 'strong')
  else {
    const until = refusal.until === null ? '' : ` until ${absolute(refusal.until, now)}`
    out.line(`${what} would be refused by ${refusal.guard}${until}: ${sentence(refusal.reason)}`, 'bad')
  }
  for (const { n, action, type, target, onFailure, tasks, leftOut } of plan.steps) {
    out.line(`${n}. ${action.name} (${type}) on ${target}; on failure: ${onFailure}`)
    for (const { node, text, preview = [] } of tasks) {
      out.line(`     ${node ? `${node.name}: ` : ''}${text}`)
      for (const line of preview) out.line(`       ${line}`)
    }
    for (const { node, reason } of leftOut) out.line(`     without ${node.name}: ${reason}`, 'warn')
  }
}
