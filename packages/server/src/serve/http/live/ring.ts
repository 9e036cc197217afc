/** One event as it was sent. */
export interface Entry {
  n: number
  topic: string
  text: string
}

/** Enough for a page that was away for a minute while a run wrote its log. */
const entriesMax = 2_000
const bytesMax = 4 * 1_048_576

/** The newest events, for pages that come back; bounded in number and size. */
export class EventRing {
  readonly #entries: Entry[] = []
  #bytes = 0
  #next = 1
  /** Events before this one were never kept. */
  #from = 1

  push(topic: string, text: string): Entry {
    const entry = { n: this.#next++, topic, text }
    this.#entries.push(entry)
    this.#bytes += text.length
    while (this.#entries.length > entriesMax || this.#bytes > bytesMax) {
      const oldest = this.#entries.shift()
      if (!oldest) break
      this.#bytes -= oldest.text.length
      this.#from = oldest.n + 1
    }
    return entry
  }

  /** The number of the newest event. */
  get last(): number {
    return this.#next - 1
  }

  /** The events after `n`; undefined where some of them are not kept (any more). */
  after(n: number): Entry[] | undefined {
    if (n + 1 < this.#from || n > this.last) return undefined
    return this.#entries.filter((entry) => entry.n > n)
  }

  /** From now on nothing is kept for a while: who comes back later has missed something. */
  forget(): void {
    this.#entries.length = 0
    this.#bytes = 0
    // The next number is left out, so that the last event before is not taken for all there was.
    this.#next += 1
    this.#from = this.#next
  }
}
