import type { Clock } from './clock.ts'

/** A clock that stands still until a test moves it. Timers that fall due are called in order of their instants. */
export class FakeClock implements Clock {
  #now: number
  #monotonic = 0
  #timers: { at: number; wake: () => void }[] = []

  constructor(startAt = 1_700_000_000_000) {
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(delayMs: number, wake: () => void): () => void {
    const timer = { at: this.#monotonic + delayMs, wake }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves both times on and calls what falls due on the way. */
  advance(ms: number): void {
    const end = this.#monotonic + ms
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#timers = this.#timers.filter((other) => other !== due)
      this.#move(Math.max(due.at, this.#monotonic))
      due.wake()
    }
    this.#move(end)
  }

  /** Steps the wall clock alone, as an operator or NTP may. */
  step(ms: number): void {
    this.#now += ms
  }

  #move(monotonic: number): void {
    this.#now += monotonic - this.#monotonic
    this.#monotonic = monotonic
  }
}
