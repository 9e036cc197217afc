import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Bucket } from '../history.ts'
import type { SampleColumns } from './sample-columns.ts'

/** A rollup's bucket is this long. */
export const BUCKET_MS = 5 * 60_000

interface Sums {
  min: number
  max: number
  sum: number
  count: number
  failures: number
}

const COLUMNS = 6 // at, min, max, sum, count, failures

/** Rollup buckets of one series that are added up from parts: a bucket's samples may come from several chunks, in any order. */
export class Buckets {
  readonly #byAt = new Map<number, Sums>()

  addSamples({ times, values, failures, count }: SampleColumns): void {
    let [lastAt, sums] = [Number.NaN, undefined as Sums | undefined]
    for (let place = 0; place < count; place++) {
      const at = Math.floor(Number(times[place]) / BUCKET_MS) * BUCKET_MS
      // Samples are mostly in order: the bucket is looked up once in thirty.
      if (at !== lastAt || !sums) [lastAt, sums] = [at, this.#bucket(at)]
      if (failures[place] !== 0) sums.failures++
      else addValue(sums, Number(values[place]))
    }
  }

  /** Adds what `pack` gave. */
  addPacked(packed: Uint8Array): void {
    const bytes = inflateRawSync(packed)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const count = bytes.byteLength / 8 / COLUMNS
    const get = (column: number, place: number) => view.getFloat64((column * count + place) * 8, true)
    for (let place = 0; place < count; place++) {
      const sums = this.#bucket(get(0, place))
      sums.min = Math.min(sums.min, get(1, place))
      sums.max = Math.max(sums.max, get(2, place))
      sums.sum += get(3, place)
      sums.count += get(4, place)
      sums.failures += get(5, place)
    }
  }

  /** Columns of Float64 in time order, deflated to a quarter: that is worth it once for a day of them. */
  pack(): Uint8Array {
    const sorted = [...this.#byAt].sort(([a], [b]) => a - b)
    const view = new DataView(new ArrayBuffer(sorted.length * 8 * COLUMNS))
    sorted.forEach(([at, { min, max, sum, count, failures }], place) => {
      for (const [column, number] of [at, min, max, sum, count, failures].entries())
        view.setFloat64((column * sorted.length + place) * 8, number, true)
    })
    return deflateRawSync(new Uint8Array(view.buffer))
  }

  /** The buckets that begin at `from <= at < to`, in order; min, max and mean are NaN where all samples failed. */
  list(from: number, to: number): Bucket[] {
    const inside = [...this.#byAt].filter(([at]) => at >= from && at < to).sort(([a], [b]) => a - b)
    return inside.map(([at, { min, max, sum, count, failures }]) =>
      count === 0
        ? { at, min: Number.NaN, max: Number.NaN, mean: Number.NaN, count, failures }
        : { at, min, max, mean: sum / count, count, failures },
    )
  }

  /** The buckets of each day, by the day's first instant; they are shared, not copied. */
  byDay(dayMs: number): Map<number, Buckets> {
    const days = new Map<number, Buckets>()
    for (const [at, sums] of this.#byAt) {
      const day = Math.floor(at / dayMs) * dayMs
      const buckets = days.get(day) ?? new Buckets()
      buckets.#byAt.set(at, sums)
      days.set(day, buckets)
    }
    return days
  }

  #bucket(at: number): Sums {
    const found = this.#byAt.get(at)
    if (found) return found
    const sums = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, sum: 0, count: 0, failures: 0 }
    this.#byAt.set(at, sums)
    return sums
  }
}

function addValue(sums: Sums, value: number): void {
  if (value < sums.min) sums.min = value
  if (value > sums.max) sums.max = value
  sums.sum += value
  sums.count++
}
