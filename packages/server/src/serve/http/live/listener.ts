import type { LiveTopic } from '../../../wire/events.ts'

/** A reader that has this much unread is cut off; it comes back with Last-Event-ID. */
export const unreadBytesMax = 1_048_576

/** Events that wait to be looked up: a second of the busiest fleet. */
const waitingMax = 1_000

/** Where a listener's text goes. */
export interface Sink {
  write(text: string): void
  /** Bytes written that have not left yet. */
  unreadBytes(): number
  end(): void
}

/** One open page: what it wants to hear, and the samples it will be sent next. */
export class Listener {
  readonly topics: ReadonlySet<LiveTopic>
  readonly series: ReadonlySet<string>
  /** Whose events alone it may hear; null: all. */
  readonly clusters: ReadonlySet<number> | null
  readonly #sink: Sink
  readonly #samples = new Map<string, unknown>()

  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(
    wants: { topics: ReadonlySet<LiveTopic>; series: ReadonlySet<string>; clusters?: ReadonlySet<number> },
    sink: Sink,
  ) {
    this.topics = wants.topics
    this.series = wants.series
    this.clusters = wants.clusters ?? null
    this.#sink = sink
  }

  /** Whether the listener is still there; one that does not read is ended. */
  send(text: string): boolean {
    if (this.#sink.unreadBytes() > unreadBytesMax) {
      this.#sink.end()
      return false
    }
    this.#sink.write(text)
    return true
  }

  /** Does what must first be looked up, one after the other, so that events keep their order. A listener that falls behind is ended. */
  inTurn(work: () => Promise<void>): void {
    if (this.#waiting >= waitingMax) {
      this.end()
      return
    }
    this.#waiting += 1
    this.#last = this.#last.then(work).finally(() => {
      this.#waiting -= 1
    })
  }

  /** The newest of a series until the next batch. */
  hear(series: string, sample: unknown): void {
    this.#samples.set(series, sample)
  }

  /** The samples since the last batch. */
  takeSamples(): unknown[] {
    const samples = [...this.#samples.values()]
    this.#samples.clear()
    return samples
  }

  end(): void {
    this.#sink.end()
  }
}
