import type { Bucket, Column } from '../keep/history/history.ts'
import { TscalerError } from '../model/problem.ts'
import { parseSeriesId, type SeriesId } from '../model/sample.ts'
import type * as wire from '../wire/watching.ts'
import type { Desk } from './desk.ts'
import { downsample, gapsOf, type Points } from './samples/downsample.ts'

/** What of which series is asked for; instants in epoch ms. */
export interface SamplesQuery {
  series: SeriesId[]
  from: number
  to: number
  /** null: as fine as the number of points allows. */
  stepMs: number | null
}

/** What one picture can show: two points for each of 2,000 columns. */
const pointsMax = 4_000
/** A span with more samples than this is read from the rollups: it would take a second and 10 MB for each series. */
const rawSamplesMax = 50_000
/** Steps of two rollups or more are read from them. */
const rollupMs = 300_000
const failuresMax = 500
export const seriesMax = 200

type SampleDesk = Pick<Desk, 'history' | 'store'>
type SeriesSamples = wire.Samples['series'][number]

/** The samples of each series, in the order asked, downsampled where they are too many or a step is asked. */
export async function samplesOf(desk: SampleDesk, query: SamplesQuery): Promise<wire.Samples> {
  if (query.to <= query.from) {
    throw new TscalerError('bad-input', 'The range ends before it begins. Give from before to.', {
      findings: [{ path: 'to', message: 'is not after from' }],
    })
  }
  const periods = new Map((await desk.store.counters.list()).map(({ id, periodMs }) => [id, periodMs]))
  const series: SeriesSamples[] = []
  // One after the other: each may be some megabytes while it is read.
  for (const id of query.series)
    series.push(await one(desk, query, id, periods.get(parseSeriesId(id)?.counter ?? 0) ?? 10_000))
  return { series }
}

async function one(desk: SampleDesk, query: SamplesQuery, id: SeriesId, periodMs: number): Promise<SeriesSamples> {
  const { from, to, stepMs } = query
  const coarse = (stepMs !== null && stepMs >= 2 * rollupMs) || (to - from) / periodMs > rawSamplesMax
  const points = coarse
    ? fromRollups(await desk.history.rollups(id, from, to))
    : fromColumn(await desk.history.range(id, from, to))
  const failures = await desk.history.failures(id, from, to, failuresMax)
  const step = stepMs ?? (points.times.length > pointsMax ? (to - from) / (pointsMax / 2) : null)
  const gapMsMax = Math.max(3 * periodMs, 45_000, coarse ? 2 * rollupMs : 0)
  return {
    id,
    ...(step === null ? points : downsample(points, step)),
    failures: failures.reverse(),
    gaps: gapsOf(points.times, gapMsMax),
  }
}

function fromColumn({ times, values }: Column): Points {
  const points: Points = { times: [], values: [] }
  times.forEach((time, index) => {
    const value = values[index]
    if (value === undefined || Number.isNaN(value)) return
    points.times.push(time)
    points.values.push(value)
  })
  return points
}

/** A rollup knows its least and its greatest value, not when they were: they stand at its beginning and its middle. */
function fromRollups(buckets: readonly Bucket[]): Points {
  const points: Points = { times: [], values: [] }
  for (const { at, min, max, count } of buckets) {
    if (count === 0) continue
    points.times.push(at)
    points.values.push(min)
    if (max === min) continue
    points.times.push(at + rollupMs / 2)
    points.values.push(max)
  }
  return points
}
