import type { Kept } from '../keep/history/history.ts'
import type { Latest } from '../keep/recent/recent.ts'
import { failureKinds, type Sample, type SeriesId } from '../model/sample.ts'

/** What is remembered of a sample as its series' latest. */
export function latestOf(sample: Sample, hits: number): Latest {
  if (sample.kind === 'value') return { at: sample.at, value: sample.value, failure: null, text: null, hits }
  return { at: sample.at, value: null, failure: sample.failure, text: sample.text, hits }
}

/** What is kept of a sample in history. */
export function keptOf(series: SeriesId, sample: Sample, hits: number): Kept {
  if (sample.kind === 'value') return { series, at: sample.at, value: sample.value, failure: 0, hits }
  const failure = failureKinds.indexOf(sample.failure) + 1
  return { series, at: sample.at, value: Number.NaN, failure, text: sample.text, hits }
}
