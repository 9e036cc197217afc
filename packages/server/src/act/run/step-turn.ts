import type { Change } from '../../keep/store/table.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Task } from '../../model/run.ts'

/** How long a task may stay unknown before its run fails; design, "Act". */
export const unknownHoldMs = 1_800_000

/** What a step's next move depends on beside its tasks. */
export interface StepFacts {
  now: number
  redStop: boolean
  cancel: boolean
  /** Tasks that this process has an attempt or a probe of. */
  underWay: ReadonlySet<number>
  /** Nodes that other runs work on, with the run's id. */
  lockedBy: ReadonlyMap<number, number>
  parallel: number
  stopAfterFailures: number
  /** The step is a person's go: what it asks, and for how long; null: it is work. */
  asks: { text: string; limitMs: number } | null
}

/** Why nothing more begins for now. `until`: when to look again at the latest; null: something else must change first. */
export interface Wait {
  why: 'red-stop' | 'unknown' | 'go' | 'lock' | 'retry' | 'cluster'
  text: string
  until: number | null
}

/** One move of a step. */
export interface StepTurn {
  changes: ReadonlyMap<number, Change<Task>>
  /** Tasks whose intent is among the changes. */
  start: readonly number[]
  /** Tasks that run by the store but not here: somebody stopped while they ran. */
  probe: readonly number[]
  /** null: it goes on. */
  ended: 'succeeded' | 'failed' | 'cancelled' | null
  /** null: nothing is waited for but attempts under way. */
  wait: Wait | null
}

/** Decides what happens next in a step: what begins, what is skipped, what is waited for, or how it ended. Pure. */
export function stepTurn(tasks: readonly Task[], facts: StepFacts): StepTurn {
  const changes = new Map<number, Change<Task>>()
  const probe = tasks.filter(({ id, state }) => state === 'running' && !facts.underWay.has(id)).map(({ id }) => id)
  for (const task of tasks) {
    const change = facts.cancel ? cancelled(task, facts) : expired(task, facts)
    if (change) changes.set(task.id, change)
  }
  const stateOf = (task: Task) => changes.get(task.id)?.state ?? task.state
  const failures = tasks.filter((task) => stateOf(task) === 'failed').length
  if (failures >= facts.stopAfterFailures) {
    for (const task of tasks) if (stateOf(task) === 'planned') changes.set(task.id, skipped(facts, failures))
  }
  if (facts.asks) {
    for (const task of tasks) if (stateOf(task) === 'planned') changes.set(task.id, asked(task, facts.asks, facts))
  }
  const wait = whyNoneBegins(tasks, changes, stateOf, facts)
  const picked = wait ? { start: [], wait } : pick(tasks, stateOf, facts)
  for (const task of picked.start) changes.set(task.id, intent(task, facts))
  return {
    changes,
    start: picked.start.map(({ id }) => id),
    probe,
    ended: endOf(tasks, stateOf, facts),
    wait: picked.wait,
  }
}

type StateOf = (task: Task) => Task['state']

function cancelled({ state, attempts }: Task, { now }: StepFacts): Change<Task> | undefined {
  if (state === 'planned')
    return {
      state: 'cancelled',
      endedAt: now,
      notBefore: null,
      error: attempts === 0 ? 'cancelled before it began' : 'cancelled before another attempt',
    }
  if (state === 'unknown') return { state: 'cancelled', endedAt: now, error: 'cancelled while its outcome was unknown' }
  if (state === 'waiting') return { state: 'cancelled', endedAt: now, error: 'cancelled before anybody gave the go' }
  return undefined
}

function expired({ state, endedAt, error, notBefore, startedAt }: Task, { now }: StepFacts): Change<Task> | undefined {
  if (state === 'waiting' && now >= (notBefore ?? now)) {
    const limit = formatDuration((notBefore ?? now) - (startedAt ?? now))
    return { state: 'failed', endedAt: now, notBefore: null, error: `nobody gave the go within ${limit}` }
  }
  if (state !== 'unknown' || now < (endedAt ?? now) + unknownHoldMs) return undefined
  return { state: 'failed', error: `nobody said within 30m what became of it: ${error ?? ''}` }
}

function skipped({ now, stopAfterFailures }: StepFacts, failures: number): Change<Task> {
  const error = `not begun: ${failures === 1 ? '1 task has' : `${failures} tasks have`} failed, and the step stops after ${stopAfterFailures}`
  return { state: 'skipped', endedAt: now, notBefore: null, error }
}

function intent({ attempts }: Task, { now }: StepFacts): Change<Task> {
  return { state: 'running', attempts: attempts + 1, startedAt: now, endedAt: null, error: null, notBefore: null }
}

/** The limit stands in `notBefore`: it must outlive a crash. */
function asked({ attempts }: Task, { limitMs }: { limitMs: number }, { now }: StepFacts): Change<Task> {
  return {
    state: 'waiting',
    attempts: attempts + 1,
    startedAt: now,
    endedAt: null,
    error: null,
    notBefore: now + limitMs,
  }
}

function whyNoneBegins(
  tasks: readonly Task[],
  changes: ReadonlyMap<number, Change<Task>>,
  stateOf: StateOf,
  { now, redStop, asks }: StepFacts,
): Wait | null {
  const waiting = tasks.find((task) => stateOf(task) === 'waiting')
  if (waiting) {
    const until = changes.get(waiting.id)?.notBefore ?? waiting.notBefore
    return { why: 'go', until, text: `waits for a person's go: ${asks?.text ?? ''}` }
  }
  const unknown = tasks.filter((task) => stateOf(task) === 'unknown')
  if (unknown.length > 0) {
    const until = Math.min(...unknown.map(({ endedAt }) => (endedAt ?? now) + unknownHoldMs))
    const names = unknown.map(({ nodeName, n }) => nodeName ?? `task ${n}`).join(', ')
    return { why: 'unknown', until, text: `what became of ${names} is not known; say whether it is done` }
  }
  if (!redStop || !tasks.some((task) => stateOf(task) === 'planned')) return null
  return { why: 'red-stop', until: null, text: 'held by the red stop; it goes on when that is lifted' }
}

/** The tasks that begin now, in their order, within the limit and on nodes that nobody else works on. */
function pick(
  tasks: readonly Task[],
  stateOf: StateOf,
  { now, parallel, lockedBy }: StepFacts,
): { start: Task[]; wait: Wait | null } {
  const planned = tasks.filter((task) => stateOf(task) === 'planned')
  const due = planned.filter(({ notBefore }) => notBefore === null || notBefore <= now)
  const free = due.filter(({ nodeId }) => nodeId === null || !lockedBy.has(nodeId))
  const running = tasks.filter((task) => stateOf(task) === 'running').length
  const start = free.slice(0, Math.max(0, parallel - running))
  if (start.length > 0 || planned.length === 0) return { start, wait: null }
  const locked = due.find(({ nodeId }) => nodeId !== null && lockedBy.has(nodeId))
  if (locked) {
    const text = `waits for ${locked.nodeName}: run ${lockedBy.get(locked.nodeId ?? 0)} works on it`
    return { start, wait: { why: 'lock', text, until: null } }
  }
  const next = Math.min(...planned.map(({ notBefore }) => notBefore ?? now).filter((at) => at > now))
  return {
    start,
    wait: Number.isFinite(next) ? { why: 'retry', text: 'waits for another attempt', until: next } : null,
  }
}

function endOf(tasks: readonly Task[], stateOf: StateOf, { cancel }: StepFacts): StepTurn['ended'] {
  // Its targets were not known yet.
  if (tasks.length === 0) return cancel ? 'cancelled' : 'succeeded'
  const states = new Set(tasks.map(stateOf))
  if (states.has('planned') || states.has('running') || states.has('unknown') || states.has('waiting')) return null
  if (states.has('cancelled')) return 'cancelled'
  return states.has('failed') ? 'failed' : 'succeeded'
}
