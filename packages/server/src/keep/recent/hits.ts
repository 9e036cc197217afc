import type { Latest } from './recent.ts'

// Rounds of a node keep their place in the period to within a tenth; half a period tells the next one from the one after.
const nextShareMax = 1.5

/**
 * The hits that whoever takes a node over may go on with at its first sample: those of the sample just before it. Had a sample
 * been taken in between and been lost on its way here it may have been clean, so that what is older counts for nothing: a fire
 * may be late by Timing, never early.
 */
export function hitsToGoOnWith(
  latest: Latest | undefined,
  { sampleAt, periodMs }: { sampleAt: number; periodMs: number },
): number {
  if (latest === undefined) return 0
  const ageMs = sampleAt - latest.at
  return ageMs >= 0 && ageMs < nextShareMax * periodMs ? latest.hits : 0
}
