/** Where time comes from. Everything that acts on time is handed one, so that tests can move it. */
export interface Clock {
  /** The wall clock, epoch ms. It may step. */
  now(): number
  /** Milliseconds since some fixed instant. It never steps; periods, Timing and cooldown are measured with it. */
  monotonic(): number
  /** Calls `wake` once after `delayMs`; the answer cancels it. Never keeps the process alive by itself. */
  after(delayMs: number, wake: () => void): () => void
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Resolves after `delayMs`, or at once when the signal aborts. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const cancel = clock.after(delayMs, finish)
    function finish() {
      cancel()
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    signal?.addEventListener('abort', finish, { once: true })
  })
}
