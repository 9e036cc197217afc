/** One metric with its values, as Prometheus wants it; its name begins with `tscaler_`. */
export interface Measure {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  /** `suffix`: `_bucket`, `_sum` and `_count` of a histogram. */
  values: readonly { labels?: Readonly<Record<string, string>>; value: number; suffix?: string }[]
}

/** The values of a histogram: how many observations were at most each of `bounds`, all of them, and their sum. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts = new Map<
    string,
    { labels: Readonly<Record<string, string>>; buckets: number[]; sum: number; count: number }
  >()

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  observe(value: number, labels: Readonly<Record<string, string>> = {}): void {
    const key = JSON.stringify(labels)
    const known = this.#counts.get(key) ?? { labels, buckets: this.#bounds.map(() => 0), sum: 0, count: 0 }
    this.#bounds.forEach((bound, index) => {
      if (value <= bound) known.buckets[index] = (known.buckets[index] ?? 0) + 1
    })
    known.sum += value
    known.count += 1
    this.#counts.set(key, known)
  }

  values(): Measure['values'] {
    return [...this.#counts.values()].flatMap(({ labels, buckets, sum, count }) => [
      ...this.#bounds.map((bound, index) => ({
        suffix: '_bucket',
        labels: { ...labels, le: `${bound}` },
        value: buckets[index] ?? 0,
      })),
      { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
      { suffix: '_sum', labels, value: sum },
      { suffix: '_count', labels, value: count },
    ])
  }
}
