import type { Transaction } from '../../keep/store/store.ts'
import type { Run } from '../../model/run.ts'
import { raiseIn, resolveIn } from '../alerts/rows.ts'

/** What people who watch are told of. */
export interface Changed {
  steps: Set<number>
  alerts: number[]
  unlocked: boolean
}

/** Nothing changed yet. */
export function noChange(): Changed {
  return { steps: new Set(), alerts: [], unlocked: false }
}

/** Ends the run: its cluster and nodes are free, its alerts say what is left to be said. */
export async function endRun(
  tx: Transaction,
  run: Run,
  state: 'succeeded' | 'failed' | 'cancelled',
  now: number,
  changed: Changed,
): Promise<void> {
  await tx.activeRuns.removeWhere({ runId: run.id })
  await tx.nodeLocks.removeWhere({ runId: run.id })
  changed.unlocked = true
  Object.assign(run, await tx.runs.update(run.id, { state, endedAt: now, startedAt: run.startedAt ?? now }))
  const subject = `run:${run.id}`
  changed.alerts.push(...(await resolveIn(tx, { kind: ['run-held', 'run-unknown'], subject }, now)))
  if (state !== 'failed') return
  const name = run.triggerName === null ? 'by hand' : `of trigger "${run.triggerName}"`
  const alert = await raiseIn(
    tx,
    { kind: 'run-failed', subject, text: `Run ${run.id} ${name} failed: ${run.note ?? 'no reason was kept'}` },
    now,
  )
  changed.alerts.push(alert.id)
}
