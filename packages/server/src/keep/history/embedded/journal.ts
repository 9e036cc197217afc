import { type Batch, batchColumns } from './batch.ts'
import type { SampleDatabase } from './sample-file.ts'
import type { Names, SeriesRows } from './series-names.ts'

interface Row {
  id: number
  count: number
  texts: string | null
  failing: Buffer | null
  body: Buffer
}

/** One row a tick with all its samples, until the chunks of its series are written. */
export class Journal {
  readonly #db: SampleDatabase
  readonly #add
  readonly #dropBefore
  /** The row that was written last, its number never used again. */
  lastId: number

  constructor(db: SampleDatabase) {
    this.#db = db
    this.#add = db.prepare('insert into journal values (?, ?, ?, ?, ?)')
    this.#dropBefore = db.prepare<[number]>('delete from journal where id < ?')
    const last =
      'select max(coalesce((select max(id) from journal), 0), coalesce((select journal from chunk order by id desc limit 1), 0))'
    this.lastId = db.prepare<[], number>(last).pluck().get() ?? 0
  }

  /** Writes a row, in which the batch's series become the file's ids; its number is `lastId + 1`; the caller moves `lastId` on when the transaction is through. */
  add({ count, buffer, texts, failing }: Batch, series: SeriesRows, names: Names): void {
    series.toIds(batchColumns(buffer, count).series, names)
    const failures = failing.length === 0 ? null : Buffer.from(failing.buffer, failing.byteOffset, failing.byteLength)
    const packedTexts = failures === null ? null : JSON.stringify(texts)
    this.#add.run(this.lastId + 1, count, packedTexts, failures, Buffer.from(buffer))
  }

  dropBefore(id: number): void {
    this.#dropBefore.run(id)
  }

  /** What is in the journal and in no chunk yet: rows in order, and from which row on each series counts. */
  replay(take: (batch: Batch, journalId: number) => void): void {
    const firstId = this.#db.prepare<[], number | null>('select min(id) from journal').pluck().get()
    if (firstId === null || firstId === undefined) return
    const chunkedTo = this.#chunkedTo(firstId)
    for (const row of this.#db.prepare<[], Row>('select * from journal order by id').iterate())
      take(onlyNewer(toBatch(row), row.id, chunkedTo), row.id)
  }

  /** For each series that has a chunk with samples of `firstId` or later, the last row that is in it. */
  #chunkedTo(firstId: number): Map<number, number> {
    const found = new Map<number, number>()
    const newestFirst = 'select series, journal from chunk order by id desc'
    for (const { series, journal } of this.#db
      .prepare<[], { series: number; journal: number }>(newestFirst)
      .iterate()) {
      if (journal < firstId) break // chunks are written in the journal's order
      if (!found.has(series)) found.set(series, journal)
    }
    return found
  }
}

function toBatch({ count, texts, failing, body }: Row): Batch {
  return {
    count,
    buffer: new Uint8Array(body).buffer,
    texts: texts === null ? [] : (JSON.parse(texts) as string[]),
    failing: failing === null ? new Uint32Array() : new Uint32Array(new Uint8Array(failing).buffer),
  }
}

/** Series 0 is none: a sample that is in a chunk already is marked so. */
function onlyNewer(batch: Batch, journalId: number, chunkedTo: ReadonlyMap<number, number>): Batch {
  const { series } = batchColumns(batch.buffer, batch.count)
  for (let place = 0; place < series.length; place++)
    if ((chunkedTo.get(Number(series[place])) ?? 0) >= journalId) series[place] = 0
  return batch
}
