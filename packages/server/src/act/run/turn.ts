import type { Lease } from '../../keep/store/leases.ts'
import type { Transaction } from '../../keep/store/store.ts'
import type { Change } from '../../keep/store/table.ts'
import { endedRunStates, type Run, type Step, type Task } from '../../model/run.ts'
import { raiseIn } from '../alerts/rows.ts'
import { beginStep } from './begin-step.ts'
import { regainCluster } from './cluster.ts'
import { type Changed, endRun, noChange } from './end-run.ts'
import { nextTask, type Outcome } from './outcome.ts'
import type { TurnParts } from './parts.ts'
import { type StepTurn, stepTurn, type Wait } from './step-turn.ts'

/** What a turn is taken with. */
export interface TurnInput {
  lease: Lease
  runId: number
  now: number
  /** Outcomes that are not stored yet, by task. */
  outcomes: ReadonlyMap<number, Outcome>
  underWay: ReadonlySet<number>
}

/** A task with what an attempt of it needs. */
export interface Begun {
  step: Step
  task: Task
}

/** What there is to do now that the turn is stored. */
export type Turn =
  | { kind: 'lost' }
  | { kind: 'ended'; run: Run; changed: Changed }
  /** Steps are to be taken back before the run may end. */
  | { kind: 'compensate'; run: Run; changed: Changed }
  | { kind: 'going'; run: Run; changed: Changed; start: Begun[]; probe: Begun[]; wait: Wait | null }

/**
 * One move of a run, in one transaction: stores the outcomes, ends and begins steps, and stores the intents of what is to
 * begin. Nothing is written where the lease is no longer held. After a crash at any point the next turn goes on from the rows.
 */
export async function takeTurn(tx: Transaction, parts: TurnParts, input: TurnInput): Promise<Turn> {
  if (!(await tx.holds(input.lease))) return { kind: 'lost' }
  const run = await tx.runs.get(input.runId)
  const changed = noChange()
  if (endedRunStates.includes(run.state)) return { kind: 'ended', run, changed }
  const steps = await tx.steps.list({ where: { runId: run.id } })
  const { redStopAt } = await tx.installation.get(1)
  const turn = new RunTurn(tx, parts, input, run, steps, redStopAt !== null, changed)
  await turn.storeOutcomes()
  return run.state === 'compensating' ? { kind: 'compensate', run, changed } : turn.go()
}

/** Stores outcomes and decides nothing: what a process still knows when it lets go of a run. False where the lease is lost. */
export async function storeOutcomes(tx: Transaction, parts: TurnParts, input: TurnInput): Promise<boolean> {
  if (!(await tx.holds(input.lease))) return false
  const run = await tx.runs.get(input.runId)
  const steps = await tx.steps.list({ where: { runId: run.id } })
  await new RunTurn(tx, parts, input, run, steps, false, noChange()).storeOutcomes()
  return true
}

class RunTurn {
  readonly #tx: Transaction
  readonly #parts: TurnParts
  readonly #input: TurnInput
  readonly #run: Run
  readonly #steps: Step[]
  readonly #redStop: boolean
  readonly #changed: Changed

  constructor(
    tx: Transaction,
    parts: TurnParts,
    input: TurnInput,
    run: Run,
    steps: Step[],
    redStop: boolean,
    changed: Changed,
  ) {
    this.#tx = tx
    this.#parts = parts
    this.#input = input
    this.#run = run
    this.#steps = steps
    this.#redStop = redStop
    this.#changed = changed
  }

  async storeOutcomes(): Promise<void> {
    const { outcomes, now } = this.#input
    if (outcomes.size === 0) return
    const tasks = await this.#tx.tasks.list({ where: { id: [...outcomes.keys()] } })
    for (const task of tasks) {
      const [outcome, step] = [outcomes.get(task.id), this.#steps.find(({ id }) => id === task.stepId)]
      // Only an attempt under way can end: anything else was settled meanwhile.
      if (!outcome || !step || task.state !== 'running') continue
      await this.#changeTask(step, task, nextTask(task, outcome, step.action, now))
    }
  }

  async go(): Promise<Turn> {
    for (;;) {
      const step = this.#steps.find(({ state }) => state === 'planned' || state === 'running' || state === 'waiting')
      if (!step) return this.#end('succeeded')
      const held = await this.#whyHeld(step)
      if (held) return this.#going([], [], held)
      const failure = step.state === 'planned' && !this.#run.cancelRequested ? await this.#begin(step) : undefined
      if (failure === undefined) {
        const tasks = await this.#tx.tasks.list({ where: { stepId: step.id } })
        const turn = stepTurn(tasks, await this.#facts(step, tasks))
        const begun = await this.#apply(step, tasks, turn)
        if (!turn.ended) return this.#going(begun, tasksOf(step, tasks, turn.probe), turn.wait)
        await this.#endStep(step, turn.ended)
      }
      const over = await this.#afterStep(step, failure)
      if (over) return over
    }
  }

  /** What holds a whole step: nothing new begins under a red stop, nor without the cluster that was given back. */
  async #whyHeld(step: Step): Promise<Wait | null> {
    if (this.#run.cancelRequested) return null
    if (this.#redStop && step.state === 'planned') {
      return { why: 'red-stop', until: null, text: 'held by the red stop; it goes on when that is lifted' }
    }
    return regainCluster(this.#tx, this.#parts, { run: this.#run, steps: this.#steps, now: this.#input.now })
  }

  async #begin(step: Step): Promise<string | undefined> {
    const { now } = this.#input
    if (this.#run.startedAt === null) await this.#changeRun({ startedAt: now, state: 'running' })
    const failure = await beginStep(this.#tx, this.#parts, { run: this.#run, step, steps: this.#steps, now })
    await this.#changeStep(
      step,
      failure === undefined ? { state: 'running', startedAt: now } : { state: 'failed', startedAt: now, endedAt: now },
    )
    return failure
  }

  async #facts(step: Step, tasks: readonly Task[]) {
    const { parallel, stopAfterFailures } = step.action.fields
    const nodeIds = tasks.flatMap(({ nodeId, state }) => (nodeId !== null && state === 'planned' ? [nodeId] : []))
    const locks = nodeIds.length === 0 ? [] : await this.#tx.nodeLocks.list({ where: { id: nodeIds } })
    return {
      now: this.#input.now,
      redStop: this.#redStop,
      cancel: this.#run.cancelRequested,
      underWay: this.#input.underWay,
      lockedBy: new Map(locks.filter(({ runId }) => runId !== this.#run.id).map(({ id, runId }) => [id, runId])),
      parallel: typeof parallel === 'number' ? parallel : parallelDefault,
      stopAfterFailures: typeof stopAfterFailures === 'number' ? stopAfterFailures : 1,
      asks: step.type === 'pause' ? { text: String(step.action.fields.message), limitMs: step.action.timeoutMs } : null,
    }
  }

  async #apply(step: Step, tasks: readonly Task[], { changes, start }: StepTurn): Promise<Begun[]> {
    const begun: Begun[] = []
    for (const task of tasks) {
      const change = changes.get(task.id)
      if (!change) continue
      const changed = await this.#changeTask(step, task, change)
      if (!start.includes(task.id)) continue
      if (task.nodeId !== null && !(await this.#tx.nodeLocks.find(task.nodeId))) {
        await this.#tx.nodeLocks.insert({ id: task.nodeId, runId: this.#run.id })
      }
      begun.push({ step, task: changed })
    }
    return begun
  }

  async #endStep(step: Step, state: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    await this.#changeStep(step, { state, endedAt: this.#input.now })
  }

  /** How the run ends after this step; undefined: it goes on with the next one. */
  async #afterStep(step: Step, failure: string | undefined): Promise<Turn | undefined> {
    if (step.state === 'succeeded') return undefined
    const note = step.state === 'cancelled' ? this.#run.note : await this.#failureNote(step, failure)
    if (step.state === 'failed' && step.onFailure === 'continue' && !this.#run.cancelRequested) {
      await this.#changeRun({ note: [this.#run.note, note].filter((text) => text !== null).join('; ') })
      return undefined
    }
    await this.#skipRest(step.state === 'cancelled' || this.#run.cancelRequested ? 'cancelled' : 'skipped')
    if (
      this.#steps.some(
        (one) => one.onFailure === 'undo' && one.startedAt !== null && this.#parts.kinds.get(one.type)?.undo,
      )
    ) {
      await this.#changeRun({ state: 'compensating', note })
      return { kind: 'compensate', run: this.#run, changed: this.#changed }
    }
    await this.#changeRun({ note })
    return this.#end(this.#run.cancelRequested ? 'cancelled' : 'failed')
  }

  async #failureNote(step: Step, failure: string | undefined): Promise<string> {
    const what = `step ${step.n} (${step.action.name}) failed`
    if (failure !== undefined) return `${what}: ${failure}`
    const failed = await this.#tx.tasks.list({ where: { stepId: step.id, state: 'failed' } })
    const [first] = failed
    const where = first?.nodeName ? `${first.nodeName}: ` : ''
    return `${what}: ${where}${first?.error ?? ''}${failed.length > 1 ? ` (and ${failed.length - 1} more)` : ''}`
  }

  async #skipRest(state: 'skipped' | 'cancelled'): Promise<void> {
    const endedAt = this.#input.now
    for (const step of this.#steps.filter((one) => one.state === 'planned')) {
      await this.#tx.tasks.updateWhere({ stepId: step.id, state: 'planned' }, { state, endedAt })
      await this.#changeStep(step, { state, endedAt })
    }
  }

  async #end(state: 'succeeded' | 'failed' | 'cancelled'): Promise<Turn> {
    if (state === 'succeeded' && this.#run.cancelRequested) {
      await this.#changeRun({ note: `${this.#run.note ?? 'cancelled'}, when all was done already` })
    }
    await endRun(this.#tx, this.#run, state, this.#input.now, this.#changed)
    return { kind: 'ended', run: this.#run, changed: this.#changed }
  }

  /** The run goes on, or waits where nothing of it is under way. */
  async #going(start: Begun[], probe: Begun[], wait: Wait | null): Promise<Turn> {
    const { now, underWay, outcomes } = this.#input
    const busy = start.length > 0 || probe.length > 0 || [...underWay].some((id) => !outcomes.has(id))
    const waits = wait !== null && wait.why !== 'retry' && !busy
    const state = waits ? 'waiting' : 'running'
    const note = waits ? wait.text : this.#run.state === 'waiting' ? null : this.#run.note
    const isNews = this.#run.state !== state || this.#run.note !== note
    if (isNews) await this.#changeRun({ state, note })
    const step = this.#steps.find((one) => one.state === 'running' || one.state === 'waiting')
    if (step && step.state !== state) await this.#changeStep(step, { state })
    if (isNews && (wait?.why === 'unknown' || wait?.why === 'go') && !busy) await this.#giveBack(wait, now)
    return { kind: 'going', run: this.#run, changed: this.#changed, start, probe, wait }
  }

  async #giveBack({ why, text }: Wait, now: number): Promise<void> {
    await this.#tx.activeRuns.removeWhere({ runId: this.#run.id })
    const alert = await raiseIn(
      this.#tx,
      {
        kind: why === 'go' ? 'run-held' : 'run-unknown',
        subject: `run:${this.#run.id}`,
        text: `Run ${this.#run.id}: ${text}.`,
      },
      now,
    )
    this.#changed.alerts.push(alert.id)
  }

  async #changeTask(step: Step, task: Task, change: Change<Task>): Promise<Task> {
    this.#changed.steps.add(step.n)
    const next = await this.#tx.tasks.update(task.id, change)
    const isOver =
      next.state !== 'running' && next.state !== 'planned' && next.state !== 'waiting' && next.state !== 'unknown'
    if (isOver && next.nodeId !== null && task.attempts > 0) {
      await this.#tx.nodeLocks.removeWhere({ id: next.nodeId, runId: this.#run.id })
      this.#changed.unlocked = true
    }
    return next
  }

  async #changeStep(step: Step, change: Change<Step>): Promise<void> {
    this.#changed.steps.add(step.n)
    Object.assign(step, await this.#tx.steps.update(step.id, change))
  }

  async #changeRun(change: Change<Run>): Promise<void> {
    Object.assign(this.#run, await this.#tx.runs.update(this.#run.id, change))
  }
}

/** Where an action has no such field; design, "Act". */
const parallelDefault = 10

function tasksOf(step: Step, tasks: readonly Task[], ids: readonly number[]): Begun[] {
  return tasks.filter(({ id }) => ids.includes(id)).map((task) => ({ step, task }))
}
