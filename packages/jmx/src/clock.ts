/** Where time comes from, so that tests can move it. */
export interface Clock {
  /** Milliseconds since some fixed instant. It never steps. */
  monotonic(): number
  /** Calls `wake` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, wake: () => void): () => void
}

/** The machine's own clock. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `delayMs`. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
}
