import { Buckets } from './buckets.ts'
import { unpackChunk } from './chunk.ts'
import { SampleColumns } from './sample-columns.ts'
import type { SampleDatabase } from './sample-file.ts'

export const DAY_MS = 86_400_000

/** Adds what is packed of the days that touch the range. */
export function addDays(
  db: SampleDatabase,
  series: number,
  { from, to }: { from: number; to: number },
  buckets: Buckets,
): void {
  const days = db.prepare<number[], Buffer>(
    'select body from rollup_day where series = ? and day_at > ? and day_at < ?',
  )
  for (const body of days.pluck().iterate(series, from - DAY_MS, to)) buckets.addPacked(body)
}

/** Adds the chunks of a series that are in no packed day yet; the last of them, or undefined where there is none. */
export function addChunksNotRolled(db: SampleDatabase, series: number, buckets: Buckets): number | undefined {
  // By the rowid alone SQLite would look at the chunks of all series.
  const chunks = db.prepare<number[], { id: number; from_at: number; body: Buffer }>(
    `select id, from_at, body from chunk indexed by chunk_range
     where series = ? and id > (select rolled_to from series where id = ?)`,
  )
  const samples = new SampleColumns()
  let lastId: number | undefined
  for (const { id, from_at, body } of chunks.iterate(series, series)) {
    unpackChunk(body, from_at, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, samples)
    buckets.addSamples(samples)
    samples.clear()
    lastId = Math.max(lastId ?? 0, id)
  }
  return lastId
}

/** Packs the chunks that are in no day yet into their days, each exactly once; inside the caller's transaction. */
export function rollUp(db: SampleDatabase, series: number): void {
  const all = new Buckets()
  const lastId = addChunksNotRolled(db, series, all)
  if (lastId === undefined) return
  const find = db.prepare<number[], Buffer>('select body from rollup_day where series = ? and day_at = ?').pluck()
  const write = db.prepare('replace into rollup_day values (?, ?, ?)')
  for (const [day, buckets] of all.byDay(DAY_MS)) {
    const before = find.get(series, day)
    if (before) buckets.addPacked(before)
    write.run(series, day, buckets.pack())
  }
  db.prepare('update series set rolled_to = ? where id = ?').run(lastId, series)
}
