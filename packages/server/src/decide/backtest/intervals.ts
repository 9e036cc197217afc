import type { Breach } from '../breach.ts'

/** A stretch of hits of one series, from its first hit to its last. */
export interface Interval {
  fromAt: number
  toAt: number
  hits: number
  /** What ended it; null: it goes on. */
  ended: 'clean' | 'stale' | null
}

/** The breaches of one series over all chunks, those of the first `most` kept. */
export class Intervals {
  readonly kept: Interval[] = []
  leftOut = 0
  readonly #most: number
  #last: Interval | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** Takes what stage one found in the next chunk; a breach that goes on from the chunk before is the same one. */
  take(found: readonly Breach[]): void {
    for (const { startAt, endAt, hits, ended } of found) {
      if (this.#last?.fromAt === startAt) Object.assign(this.#last, { toAt: endAt, hits, ended })
      else this.#begin({ fromAt: startAt, toAt: endAt, hits, ended })
    }
  }

  #begin(interval: Interval): void {
    this.#last = interval
    if (this.kept.length < this.#most) this.kept.push(interval)
    else this.leftOut++
  }
}
