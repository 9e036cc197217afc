import { setImmediate } from 'node:timers/promises'

/** Rows that are worked on at once: about 10 ms. */
const rowsAtOnce = 100

/** Lets the rest of tscaler go on for a moment after every hundredth row: a file of 10,000 nodes must not hold up rounds for a second. */
export async function breathe(row: number): Promise<void> {
  if (row % rowsAtOnce === rowsAtOnce - 1) await setImmediate()
}
