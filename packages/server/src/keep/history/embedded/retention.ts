import { BUCKET_MS } from './buckets.ts'
import { CHUNK_ROW_BYTES } from './chunk-rows.ts'
import { DAY_MS, rollUp } from './rollups.ts'
import type { SampleDatabase } from './sample-file.ts'

/** How long and how much is kept. */
export interface Limits {
  rawMs: number
  rawBytesMax: number
  rollupMs: number
}

// One slice takes some 10 ms, so that the next tick and readers need not wait longer.
const SERIES_A_SLICE = 20
const CHUNKS_A_SLICE = 500

/**
 * Rolls up once a day, then drops raw samples and rollups past their limits. Yields between slices, each a transaction of its
 * own; stopping between two leaves all in order.
 */
export function* retain(db: SampleDatabase, now: number, limits: Limits): Generator<void> {
  const kept = new KeptNumbers(db)
  const drop = new Dropping(db, kept)
  const today = Math.floor(now / DAY_MS)
  const isNewDay = kept.get('rolled_day') !== today
  const all = db.prepare<[], number>('select id from series').pluck().all()
  for (let start = 0; start < all.length; start += SERIES_A_SLICE) {
    db.transaction(() => {
      for (const series of all.slice(start, start + SERIES_A_SLICE)) {
        if (isNewDay) rollUp(db, series)
        drop.olderThan(series, { rawAt: now - limits.rawMs, rollupAt: now - limits.rollupMs })
      }
    })()
    yield
  }
  kept.set('rolled_day', today)
  while (db.transaction(() => drop.firstBeyond(limits.rawBytesMax))()) yield
}

/** Numbers that the file keeps about itself. */
class KeptNumbers {
  readonly #get
  readonly #set

  constructor(db: SampleDatabase) {
    this.#get = db.prepare<[string], number>('select number from kept where name = ?').pluck()
    this.#set = db.prepare<[number, string]>('update kept set number = ? where name = ?')
  }

  get(name: 'raw_bytes' | 'rolled_day'): number {
    return this.#get.get(name) ?? 0
  }

  set(name: 'raw_bytes' | 'rolled_day', number: number): void {
    this.#set.run(number, name)
  }
}

class Dropping {
  readonly #db: SampleDatabase
  readonly #kept: KeptNumbers
  readonly #hasOldChunks
  readonly #oldChunks
  readonly #firstChunks
  readonly #oldDays

  constructor(db: SampleDatabase, kept: KeptNumbers) {
    this.#db = db
    this.#kept = kept
    const first = `select id from chunk order by id limit ${CHUNKS_A_SLICE}`
    const size = `length(body) + coalesce(octet_length(texts), 0) + ${CHUNK_ROW_BYTES}`
    const old = 'from chunk where series = ? and to_at < ?'
    this.#hasOldChunks = db.prepare<number[], number>(`select 1 ${old} limit 1`).pluck()
    this.#oldChunks = db.prepare<number[], number>(`delete ${old} returning ${size}`).pluck()
    this.#firstChunks = {
      series: db.prepare<[], number>(`select distinct series from chunk where id in (${first})`).pluck(),
      drop: db.prepare<[], number>(`delete from chunk where id in (${first}) returning ${size}`).pluck(),
    }
    this.#oldDays = db.prepare<number[]>('delete from rollup_day where series = ? and day_at < ?')
  }

  olderThan(series: number, { rawAt, rollupAt }: { rawAt: number; rollupAt: number }): void {
    if (this.#hasOldChunks.get(series, rawAt) !== undefined) {
      rollUp(this.#db, series) // they may have come since the day was rolled up
      this.#uncount(this.#oldChunks.all(series, rawAt))
    }
    this.#oldDays.run(series, rollupAt - DAY_MS + BUCKET_MS)
  }

  /** Drops the chunks that were written first while there are more bytes than allowed; whether it dropped any. */
  firstBeyond(bytesMax: number): boolean {
    if (this.#kept.get('raw_bytes') <= bytesMax) return false
    for (const series of this.#firstChunks.series.all()) rollUp(this.#db, series)
    const sizes = this.#firstChunks.drop.all()
    this.#uncount(sizes)
    return sizes.length > 0
  }

  #uncount(sizes: readonly number[]): void {
    const freed = sizes.reduce((sum, size) => sum + size, 0)
    if (freed > 0) this.#kept.set('raw_bytes', this.#kept.get('raw_bytes') - freed)
  }
}
