/** The first wait after a failure; doubled with each further one (design, "Observe"). */
const firstMs = 1_000
/** A machine that comes back is noticed within a minute. */
const longestMs = 60_000

/**
 * How long to wait after `failures` failures in a row (1 or more). Between half and the whole of 1 s, 2 s, … 60 s, so that a fleet that
 * failed together does not come back together. `random` is 0 ≤ random < 1.
 */
export function backOffMs(failures: number, random: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 10))
  return Math.round(whole * (0.5 + random / 2))
}
