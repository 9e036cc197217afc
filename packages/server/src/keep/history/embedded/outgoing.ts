import type { SeriesId } from '../../../model/sample.ts'
import type { Kept } from '../history.ts'
import { BATCH_BYTES_PER_SAMPLE, type Batch, batchColumns } from './batch.ts'

const CAPACITY_FIRST = 256

// Whole messages of a JVM's stack go into the run's log; a sample's text is for a table cell and its tip.
const TEXT_LENGTH_MAX = 1_000

/** Gathers samples for the next tick: columns, and numbers in place of series ids, so that the thread is handed one buffer. */
export class Outgoing {
  #numbers = new Map<SeriesId, number>()
  #unsent: string[] = []
  #isAfresh = true
  #count = 0
  #columns = batchColumns(new ArrayBuffer(CAPACITY_FIRST * BATCH_BYTES_PER_SAMPLE), CAPACITY_FIRST)
  #texts = new Map<string, number>()
  #failing: number[] = []

  get count(): number {
    return this.#count
  }

  push({ series, at, value, failure, text, hits }: Kept): void {
    if (this.#count === this.#columns.times.length) this.#grow()
    const place = this.#count++
    const columns = this.#columns
    columns.times[place] = at
    columns.values[place] = failure === 0 ? value : Number.NaN
    columns.series[place] = this.#numberOf(series)
    columns.hits[place] = hits
    columns.failures[place] = failure
    if (failure !== 0 && text) this.#failing.push(place, this.#textPlace(text.slice(0, TEXT_LENGTH_MAX)))
  }

  /** Everything that came since the last call. */
  take(): Batch {
    const count = this.#count
    const buffer = new ArrayBuffer(count * BATCH_BYTES_PER_SAMPLE)
    const packed = batchColumns(buffer, count)
    for (const name of ['times', 'values', 'series', 'hits', 'failures'] as const)
      packed[name].set(this.#columns[name].subarray(0, count))
    const batch = { count, buffer, texts: [...this.#texts.keys()], failing: Uint32Array.from(this.#failing) }
    this.#count = 0
    this.#texts = new Map()
    this.#failing = []
    return batch
  }

  /** The names that go with the next batch sent. */
  takeNames(): { names: string[]; afresh: boolean } {
    const taken = { names: this.#unsent, afresh: this.#isAfresh }
    this.#unsent = []
    this.#isAfresh = false
    return taken
  }

  /** Another thread knows no names yet. */
  resendNames(): void {
    this.#unsent = [...this.#numbers.keys()]
    this.#isAfresh = true
  }

  /** Forgets series that are no more; only while no batch waits to be sent. */
  forgetNames(): void {
    this.#numbers = new Map()
    this.#unsent = []
    this.#isAfresh = true
  }

  #numberOf(series: SeriesId): number {
    const known = this.#numbers.get(series)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(series, number)
    this.#unsent.push(series)
    return number
  }

  #textPlace(text: string): number {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    this.#texts.set(text, this.#texts.size)
    return this.#texts.size - 1
  }

  #grow(): void {
    const length = this.#columns.times.length * 2
    const grown = batchColumns(new ArrayBuffer(length * BATCH_BYTES_PER_SAMPLE), length)
    for (const name of ['times', 'values', 'series', 'hits', 'failures'] as const) grown[name].set(this.#columns[name])
    this.#columns = grown
  }
}
