import type { Clock } from '../model/clock.ts'

/** Wrong tries that cost nothing: people mistype. */
const freeTries = 5
/** After them each wrong try doubles the wait, from this … */
const firstWaitMs = 2_000
/** … up to this: a guesser gets four tries an hour, the true owner waits no longer than a coffee. */
const waitMsMax = 900_000
/** Keys remembered; the oldest go first, so that no attacker can fill the memory. */
const keysMax = 10_000

/** Slows down guessing of passwords, for a name and for an address. */
export class LoginThrottle {
  readonly #clock: Clock
  readonly #tries = new Map<string, { wrong: number; until: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How long the keys have to wait, ms; 0: not at all. */
  waitMs(keys: readonly string[]): number {
    const now = this.#clock.monotonic()
    return Math.max(0, ...keys.map((key) => (this.#tries.get(key)?.until ?? 0) - now))
  }

  wrong(keys: readonly string[]): void {
    for (const key of keys) {
      const wrong = (this.#tries.get(key)?.wrong ?? 0) + 1
      const waitMs = wrong < freeTries ? 0 : Math.min(waitMsMax, firstWaitMs * 2 ** (wrong - freeTries))
      this.#tries.delete(key)
      this.#tries.set(key, { wrong, until: this.#clock.monotonic() + waitMs })
    }
    for (const key of this.#tries.keys()) {
      if (this.#tries.size <= keysMax) break
      this.#tries.delete(key)
    }
  }

  right(keys: readonly string[]): void {
    for (const key of keys) this.#tries.delete(key)
  }
}
