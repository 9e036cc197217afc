import type { Refusal, Verdict } from '../model/verdict.ts'
import { refusalOf } from './guards/all.ts'
import type { Situation } from './situation.ts'

/** What becomes of a fire. In watch all guards are asked too, so that the record shows what would have happened. */
export type Outcome = { outcome: 'fired' } | { outcome: 'watched'; reason: string } | ({ outcome: 'refused' } & Refusal)

/** A verdict that has no row yet. */
export type NewVerdict = Omit<Verdict, 'id' | 'lastAt' | 'repeats'>

/** Asks the guards. A run of a person is never `watched`: the trigger's state does not bind it. */
export function outcomeOf(situation: Situation): Outcome {
  const refusal = refusalOf(situation)
  if (refusal) return { outcome: 'refused', ...refusal }
  const { trigger, asker } = situation
  if (asker !== 'fire' || trigger?.state !== 'watch') return { outcome: 'fired' }
  return {
    outcome: 'watched',
    reason: `Trigger "${trigger.name}" would have fired; it is in watch and starts nothing.`,
  }
}

/**
 * The row to write: the trigger's previous row once more, with what is newest of it, where outcome, guard and until are
 * the same; else a new one (without an id). A fire always has its own.
 */
export function nextVerdict(previous: Verdict | undefined, verdict: NewVerdict): Verdict | Omit<Verdict, 'id'> {
  if (!previous || !isRepeat(previous, verdict)) return { ...verdict, lastAt: verdict.at, repeats: 0 }
  const { reason, seriesId, hits, at } = verdict
  return { ...previous, reason, seriesId, hits, lastAt: at, repeats: previous.repeats + 1 }
}

function isRepeat(previous: Verdict, verdict: NewVerdict): boolean {
  return (
    verdict.outcome !== 'fired' &&
    previous.triggerId === verdict.triggerId &&
    previous.outcome === verdict.outcome &&
    previous.guard === verdict.guard &&
    previous.until === verdict.until
  )
}
