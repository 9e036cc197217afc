/** Where the cloud's time comes from, so that a test can move it. */
export interface CloudClock {
  /** Epoch ms. */
  now(): number
  /** Calls `wake` once after `delayMs`; the answer cancels it. Must not keep the process alive. */
  after(delayMs: number, wake: () => void): () => void
}

/** The machine's own clock. */
export const machineClock: CloudClock = {
  now: () => Date.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
