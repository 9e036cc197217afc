import type { Batch } from './batch.ts'
import { ChunkRows } from './chunk-rows.ts'
import { Journal } from './journal.ts'
import { OpenChunks } from './open-chunks.ts'
import { openSampleFile, type SampleDatabase } from './sample-file.ts'
import { type Names, SeriesRows } from './series-names.ts'

/** A batch and the numbers that its series go by. */
export interface Named {
  count: number
  batch: Batch
  names: Names
}

/** One open file with what is in its journal but not yet in chunks. Throws SQLite's errors; then nothing has changed. */
export class KeeperFile {
  readonly db: SampleDatabase
  readonly open: OpenChunks
  readonly series: SeriesRows
  readonly #journal: Journal
  readonly #chunks: ChunkRows
  readonly #inTransaction: (named: Named | undefined, neededFrom: number | undefined) => void

  constructor(path: string, nowMs: number) {
    this.db = openSampleFile(path)
    try {
      this.series = new SeriesRows(this.db)
      this.open = new OpenChunks((id) => this.series.nameOf(id))
      this.#journal = new Journal(this.db)
      this.#chunks = new ChunkRows(this.db)
      this.#journal.replay((batch, journalId) => this.open.take(batch, { journalId, nowMs }))
      this.#inTransaction = this.db.transaction(this.#writeAll.bind(this))
      this.#dropUnusedSeries()
    } catch (thrown) {
      this.db.close()
      throw thrown
    }
  }

  /** One transaction: the batch into the journal, the chunks that are due, and journal rows that nobody needs any more dropped. */
  write(named: Named | undefined, nowMs: number): void {
    const neededFrom = this.open.sweep(nowMs, this.#journal.lastId)
    if (!named && this.open.due.length === 0) return
    this.#inTransaction(named, neededFrom)
    this.open.settle()
    if (named) this.open.take(named.batch, { journalId: ++this.#journal.lastId, nowMs })
  }

  close(): void {
    this.db.close()
  }

  #writeAll(named: Named | undefined, neededFrom: number | undefined): void {
    if (named) this.#journal.add(named.batch, this.series, named.names)
    if (this.open.due.length > 0) this.#chunks.add(this.open.due, this.#journal.lastId)
    if (neededFrom !== undefined) this.#journal.dropBefore(neededFrom)
  }

  /** Nodes come and go and their ids never come again; now nobody else knows a series' id yet. */
  #dropUnusedSeries(): void {
    const inUse = new Set([...this.open.all()].map(({ series }) => series))
    const unused = this.db
      .prepare<[], number>(
        `select id from series where not exists (select 1 from chunk where series = series.id)
         and not exists (select 1 from rollup_day where series = series.id)`,
      )
      .pluck()
      .all()
    const drop = this.db.prepare<[number]>('delete from series where id = ?')
    this.db.transaction(() => {
      for (const id of unused) if (!inUse.has(id)) drop.run(id)
    })()
  }
}
