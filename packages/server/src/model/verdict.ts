/** The rules that may hold a fire back, in the order in which they are asked. */
export const guards = [
  'state',
  'red-stop',
  'paused',
  'run-under-way',
  'cooldown',
  'size',
  'warm-up',
  'missing-data',
  'sensor',
  'blast-radius',
  'launch-back-off',
  'removal-safety',
  'clock-step',
] as const
export type Guard = (typeof guards)[number]

/** A refusal of a fire, with its reason in words and until when it holds (null: not known). */
export interface Refusal {
  guard: Guard
  reason: string
  until: number | null
}

/** A row of what was decided; written when guard, until or outcome changes, counting its repeats. */
export interface Verdict {
  id: number
  triggerId: number
  outcome: 'fired' | 'watched' | 'refused' | 'stale' | 'reset'
  guard: Guard | null
  reason: string
  until: number | null
  runId: number | null
  seriesId: string | null
  hits: number
  at: number
  lastAt: number
  repeats: number
}
