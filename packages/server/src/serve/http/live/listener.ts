import type { LiveTopic } from '../../../wire/events.ts'

/** A reader that has this much unread is cut off; it comes back with Last-Event-ID. */
export const unreadBytesMax = 1_048_576

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
  readonly #sink: Sink
  readonly #samples = new Map<string, unknown>()

  constructor(wants: { topics: ReadonlySet<LiveTopic>; series: ReadonlySet<string> }, sink: Sink) {
    this.topics = wants.topics
    this.series = wants.series
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
