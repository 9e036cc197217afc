import type { Column } from '../history.ts'

// Most series hold 30 of their 60 samples on average; 16 doubled twice is 64.
const CAPACITY_FIRST = 16

/** Samples of one series as columns that grow. */
export class SampleColumns {
  count = 0
  times = new Float64Array(CAPACITY_FIRST)
  values = new Float64Array(CAPACITY_FIRST)
  hits = new Uint32Array(CAPACITY_FIRST)
  failures = new Uint8Array(CAPACITY_FIRST)
  /** Texts of failures by the sample's place. */
  texts: Map<number, string> | undefined

  push(at: number, value: number, failure: number, hits: number): void {
    if (this.count === this.times.length) this.#grow()
    const place = this.count++
    this.times[place] = at
    this.values[place] = value
    this.hits[place] = hits
    this.failures[place] = failure
  }

  /** The text of the sample that came last. */
  setText(text: string): void {
    this.texts ??= new Map()
    this.texts.set(this.count - 1, text)
  }

  clear(): void {
    this.count = 0
    this.texts = undefined
  }

  /** Itself where the samples are in time order already, else a copy that is; those of one instant stay as they came. */
  sorted(): SampleColumns {
    if (this.#isSorted()) return this
    const order = Array.from({ length: this.count }, (_, place) => place)
    order.sort((a, b) => this.#at(a) - this.#at(b))
    const copy = new SampleColumns()
    for (const place of order) {
      copy.push(this.#at(place), Number(this.values[place]), Number(this.failures[place]), Number(this.hits[place]))
      const text = this.texts?.get(place)
      if (text !== undefined) copy.setText(text)
    }
    return copy
  }

  /** The samples alone, in arrays of their own. */
  toColumn(): Column {
    const { times, values, failures, hits, count } = this
    return {
      times: times.slice(0, count),
      values: values.slice(0, count),
      failures: failures.slice(0, count),
      hits: hits.slice(0, count),
    }
  }

  #at(place: number): number {
    return Number(this.times[place])
  }

  #isSorted(): boolean {
    for (let place = 1; place < this.count; place++) if (this.#at(place) < this.#at(place - 1)) return false
    return true
  }

  #grow(): void {
    const length = this.times.length * 2
    const { times, values, hits, failures } = this
    this.times = new Float64Array(length)
    this.values = new Float64Array(length)
    this.hits = new Uint32Array(length)
    this.failures = new Uint8Array(length)
    this.times.set(times)
    this.values.set(values)
    this.hits.set(hits)
    this.failures.set(failures)
  }
}
