import type { Lease } from '../../keep/store/leases.ts'
import type { Run } from '../../model/run.ts'
import { type RunningAttempt, startAttempt } from './attempt.ts'
import { type Changed, endRun, noChange } from './end-run.ts'
import type { LogWriter } from './log-writer.ts'
import type { Outcome } from './outcome.ts'
import type { EngineParts } from './parts.ts'

/**
 * Takes back, last first, the steps of a failed run that say so, then ends the run. An undo changes nothing when it is done
 * again, so after a crash all that is not `undone` is taken back once more. Gives undefined where it has to wait: the lease is
 * lost, or a red stop holds it.
 */
export async function compensate(
  parts: EngineParts,
  logs: LogWriter,
  { lease, run, onUndoing }: { lease: Lease; run: Run; onUndoing: (attempt: RunningAttempt) => void },
): Promise<Changed | undefined> {
  const { store, clock, kinds } = parts
  const steps = await store.steps.list({ where: { runId: run.id }, order: 'desc' })
  const undoable = steps.filter(
    ({ onFailure, startedAt, type }) => onFailure === 'undo' && startedAt !== null && kinds.get(type)?.undo,
  )
  const failures: string[] = []
  for (const step of undoable) {
    const tasks = await store.tasks.list({ where: { stepId: step.id }, order: 'desc' })
    for (const task of tasks.filter(({ attempts, state }) => attempts > 0 && state !== 'undone')) {
      if (!(await mayUndo(parts, lease))) return undefined
      const attempt = startAttempt(parts, logs, { run, step, task }, 'undo')
      onUndoing(attempt)
      const outcome = await attempt.outcome
      if (!outcome) return undefined
      if (outcome.kind === 'succeeded') await store.tasks.update(task.id, { state: 'undone', endedAt: clock.now() })
      else if (outcome.kind !== 'kept')
        failures.push(`step ${step.n} (${step.action.name}) could not be taken back: ${textOf(outcome)}`)
    }
  }
  return store.transaction(async (tx) => {
    if (!(await tx.holds(lease))) return undefined
    const changed = noChange()
    for (const step of undoable) {
      const left = await tx.tasks.list({ where: { stepId: step.id } })
      changed.steps.add(step.n)
      if (left.every(({ attempts, state }) => attempts === 0 || state === 'undone'))
        await tx.steps.update(step.id, { state: 'undone', endedAt: clock.now() })
    }
    const note = [run.note, ...failures].filter((text) => text !== null).join('; ')
    Object.assign(run, await tx.runs.update(run.id, { note: note === '' ? null : note }))
    // What is left behind is told of, and can be tried again: neither goes for a run that was cancelled.
    const isCancelled = run.cancelRequested && failures.length === 0
    await endRun(tx, run, isCancelled ? 'cancelled' : 'failed', clock.now(), changed)
    return changed
  })
}

/** Under a red stop no undo begins; design, "Act". */
function mayUndo({ store }: EngineParts, lease: Lease): Promise<boolean> {
  return store.transaction(async (tx) => (await tx.holds(lease)) && (await tx.installation.get(1)).redStopAt === null)
}

function textOf(outcome: Outcome): string {
  return 'text' in outcome ? outcome.text : outcome.kind
}
