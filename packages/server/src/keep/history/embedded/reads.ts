import type { Bucket, Column } from '../history.ts'
import { Buckets } from './buckets.ts'
import { unpackChunk } from './chunk.ts'
import { unpackTexts } from './chunk-texts.ts'
import type { Keeper } from './keeper.ts'
import { prepared } from './prepared.ts'
import { addChunksNotRolled, addDays } from './rollups.ts'
import { SampleColumns } from './sample-columns.ts'

/** A failure with its code in history (its kind's place plus one). */
export interface CodedFailure {
  at: number
  failure: number
  text: string
}

interface Span {
  series: string
  from: number
  to: number
}

/** All samples of the range, in time order; those of one instant as they came. */
export function readRange(keeper: Keeper, { series, from, to }: Span): Column {
  const found = new SampleColumns()
  const { db, series: names } = keeper.file
  const id = names.find(series) ?? NO_ID
  const touching = prepared<number>(db, 'select id from chunk where series = ? and to_at >= ? and from_at < ?').pluck()
  const ids = touching.all(id, from, to)
  const read = prepared<{ from_at: number; body: Buffer }>(db, 'select from_at, body from chunk where id = ?')
  for (const chunk of ids.sort((a, b) => a - b)) {
    const row = read.get(chunk)
    if (row) unpackChunk(row.body, row.from_at, from, to, found)
  }
  for (const samples of keeper.inMemory(series)) copyInside(samples, { from, to }, found)
  return found.sorted().toColumn()
}

/** The failures of the range, newest first, at most `limit`. */
export function readFailures(keeper: Keeper, { series, from, to }: Span, limit: number): CodedFailure[] {
  const found: CodedFailure[] = []
  for (const samples of keeper.inMemory(series)) found.push(...failuresOf(samples, { from, to }))
  const { db, series: names } = keeper.file
  const id = names.find(series) ?? NO_ID
  const read = prepared<{ from_at: number; to_at: number; texts: string; body: Buffer }>(
    db,
    `select from_at, to_at, texts, body from chunk
     where series = ? and to_at >= ? and from_at < ? and failed = 1 order by to_at desc, id desc`,
  )
  for (const { from_at, to_at, texts, body } of read.iterate(id, from, to)) {
    // Later rows end earlier: they have nothing newer than what fills the answer already.
    if (found.length >= limit && to_at < oldestOfNewest(found, limit)) break
    const samples = new SampleColumns()
    unpackChunk(body, from_at, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, samples)
    nameFailures(samples, unpackTexts(texts))
    found.push(...failuresOf(samples, { from, to }))
  }
  return found.sort((a, b) => b.at - a.at).slice(0, limit)
}

/** The 5-minute buckets that begin in the range, in order. */
export function readRollups(keeper: Keeper, { series, from, to }: Span): Bucket[] {
  const buckets = new Buckets()
  const file = keeper.file
  const id = file.series.find(series)
  if (id !== undefined) {
    addDays(file.db, id, { from, to }, buckets)
    addChunksNotRolled(file.db, id, buckets)
  }
  for (const samples of keeper.inMemory(series)) buckets.addSamples(samples)
  return buckets.list(from, to)
}

/** The instant of the oldest sample; null where there is none. */
export function readOldest(keeper: Keeper, series: string): number | null {
  let oldest = Number.POSITIVE_INFINITY
  const { db, series: names } = keeper.file
  const first = prepared<number | null>(db, 'select min(from_at) from chunk where series = ?').pluck()
  oldest = first.get(names.find(series) ?? NO_ID) ?? oldest
  for (const { times, count } of keeper.inMemory(series))
    for (let place = 0; place < count; place++) oldest = Math.min(oldest, Number(times[place]))
  return Number.isFinite(oldest) ? oldest : null
}

/** A series that was never written has no rows. */
const NO_ID = 0

function copyInside(samples: SampleColumns, { from, to }: { from: number; to: number }, found: SampleColumns): void {
  for (let place = 0; place < samples.count; place++) {
    const at = Number(samples.times[place])
    if (at < from || at >= to) continue
    found.push(at, Number(samples.values[place]), Number(samples.failures[place]), Number(samples.hits[place]))
  }
}

function nameFailures(samples: SampleColumns, texts: readonly string[]): void {
  samples.texts = new Map()
  let next = 0
  for (let place = 0; place < samples.count; place++)
    if (samples.failures[place] !== 0) samples.texts.set(place, texts[next++] ?? '')
}

function failuresOf(samples: SampleColumns, { from, to }: { from: number; to: number }): CodedFailure[] {
  const found: CodedFailure[] = []
  for (let place = 0; place < samples.count; place++) {
    const [at, failure] = [Number(samples.times[place]), Number(samples.failures[place])]
    if (failure !== 0 && at >= from && at < to) found.push({ at, failure, text: samples.texts?.get(place) ?? '' })
  }
  return found
}

function oldestOfNewest(found: readonly CodedFailure[], limit: number): number {
  return found.map(({ at }) => at).sort((a, b) => b - a)[limit - 1] ?? Number.NEGATIVE_INFINITY
}
