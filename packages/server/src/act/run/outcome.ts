import type { Change } from '../../keep/store/table.ts'
import type { Action } from '../../model/action.ts'
import type { Task } from '../../model/run.ts'

/** What became of an attempt, or what a probe or a person says of it. */
export type Outcome =
  | { kind: 'succeeded'; remark: string | null }
  | { kind: 'failed'; text: string; retryable: boolean }
  | { kind: 'cancelled'; text: string }
  | { kind: 'unknown'; text: string }
  /** An undo that is right no longer: what the task did stays. */
  | { kind: 'kept' }
  /** It never touched the outside world: run it again. */
  | { kind: 'not-done' }

/** What changes of a task by an attempt's outcome: it ends, or waits for its next attempt. */
export function nextTask(
  task: Pick<Task, 'attempts'>,
  outcome: Outcome,
  action: Pick<Action, 'retries' | 'retryDelayMs'>,
  now: number,
): Change<Task> {
  switch (outcome.kind) {
    case 'succeeded':
      return { state: 'succeeded', endedAt: now, error: outcome.remark, notBefore: null }
    case 'failed':
      if (outcome.retryable && task.attempts <= action.retries) {
        return { state: 'planned', error: outcome.text, notBefore: now + action.retryDelayMs }
      }
      return { state: 'failed', endedAt: now, error: outcome.text, notBefore: null }
    case 'cancelled':
      return { state: 'cancelled', endedAt: now, error: outcome.text, notBefore: null }
    case 'unknown':
      return { state: 'unknown', endedAt: now, error: outcome.text, notBefore: null }
    case 'kept':
      return {}
    case 'not-done':
      return { state: 'planned', notBefore: null }
    default:
      return outcome satisfies never
  }
}
