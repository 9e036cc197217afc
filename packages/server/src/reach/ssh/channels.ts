import type { Clock } from '../../model/clock.ts'
import type { Place } from '../shell/host.ts'

/** OpenSSH's own MaxSessions. */
const usualMax = 10
/** What followed output leaves to the others: the round's shell, the one that ends it, and a start or a look. */
const keptForOthers = 3
/** sshd counts a closed channel a moment longer than its peer; after this more are tried again. */
const retryMs = 500

/** The channels of one connection: no more than the server allows; the others wait, what rounds and people wait for before followed output. */
export class Channels {
  readonly #clock: Clock
  #max = usualMax
  #open = 0
  #waiting: { place: Place; go: () => void }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when there is room. */
  take(place: Place): Promise<void> {
    if (this.#hasRoom(place)) {
      this.#open += 1
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#waiting.push({ place, go: resolve }))
  }

  /** A channel is closed, or was not opened. */
  giveBack(): void {
    this.#open -= 1
    this.#letIn()
  }

  /** The server refused one: for a while as many as are open now are its most. False where none is, so that waiting is of no use. */
  refused(): boolean {
    if (this.#open === 0) return false
    if (this.#max === usualMax) {
      this.#clock.after(retryMs, () => {
        this.#max = usualMax
        this.#letIn()
      })
    }
    this.#max = this.#open
    return true
  }

  #letIn(): void {
    for (;;) {
      const first = this.#waiting.find(({ place }) => place !== 'behind') ?? this.#waiting[0]
      if (first === undefined || !this.#hasRoom(first.place)) return
      this.#waiting = this.#waiting.filter((other) => other !== first)
      this.#open += 1
      first.go()
    }
  }

  #hasRoom(place: Place): boolean {
    return this.#open < (place === 'behind' ? Math.max(1, this.#max - keptForOthers) : this.#max)
  }
}
