import type { Queue } from '../keep/queue/queue.ts'
import { listen } from '../keep/queue/topics.ts'
import { type FailureKind, parseSeriesId } from '../model/sample.ts'

/** What went by of one counter since the start. */
export interface Passed {
  taken: number
  failed: Map<FailureKind, number>
}

/** What went by of samples since the start. */
export interface SampleWatch {
  /** The instant of the newest one; null: none yet. */
  lastAt(): number | null
  byCounter(): ReadonlyMap<number, Passed>
  close(): void
}

/** Counts samples as they are told. */
export function watchSamples(queue: Queue): SampleWatch {
  let lastAt: number | null = null
  const byCounter = new Map<number, Passed>()
  const close = listen(queue, 'samples.taken', (samples) => {
    for (const { series, latest } of samples) {
      const counter = parseSeriesId(series)?.counter
      if (counter === undefined) continue
      lastAt = Math.max(lastAt ?? 0, latest.at)
      const passed = byCounter.get(counter) ?? { taken: 0, failed: new Map() }
      passed.taken += 1
      if (latest.failure !== null) passed.failed.set(latest.failure, (passed.failed.get(latest.failure) ?? 0) + 1)
      byCounter.set(counter, passed)
    }
  })
  return { lastAt: () => lastAt, byCounter: () => byCounter, close }
}
