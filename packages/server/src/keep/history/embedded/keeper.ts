import { messageOf } from '../../../model/problem.ts'
import { Backlog } from './backlog.ts'
import { type Batch, batchColumns } from './batch.ts'
import { KeeperFile, type Named } from './keeper-file.ts'
import { batchOf, waitingSamples } from './named-batch.ts'
import type { SampleColumns } from './sample-columns.ts'
import { codeOf, isDamage, moveAside } from './sample-file.ts'
import type { Names } from './series-names.ts'

/** What waits in memory while the disk takes nothing: 26 MB, a minute of the largest fleet, an hour of a usual one. */
export const WAITING_SAMPLES_MAX = 1_000_000

/** Now in both of its kinds. */
export interface Now {
  wallAt: number
  monotonicMs: number
}

/**
 * Writes batches into `samples.db` and never gives up: what can't be written waits in bounded memory, a damaged file is moved
 * aside and another begun. Lives in the worker thread; nothing here waits.
 */
export class Keeper {
  readonly #path: string
  readonly #note: (text: string) => void
  readonly #waiting: Backlog<Named>
  #names: Names = { names: [], ids: [] }
  #file: KeeperFile | undefined
  #failure: string | null = null

  constructor(options: { path: string; now: Now; note: (text: string) => void; waitingSamplesMax: number }) {
    this.#path = options.path
    this.#note = options.note
    this.#waiting = new Backlog(options.waitingSamplesMax)
    this.write(options.now)
  }

  /** Names for the numbers that follow those known; `afresh` begins with number 0 again. */
  learn(names: readonly string[], afresh: boolean): void {
    if (afresh) this.#names = { names: [], ids: [] }
    for (const name of names) this.#names.names.push(name)
  }

  /** Takes a batch and writes what can be written. */
  take(batch: Batch, now: Now): void {
    if (batch.count > 0) this.#waiting.push({ count: batch.count, batch, names: this.#names })
    this.write(now)
  }

  /** Writes what waits and what has grown old. */
  write(now: Now): void {
    try {
      this.#tryWrite(now)
      this.#failure = null
    } catch (thrown) {
      this.#failure = this.#explain(thrown)
    }
  }

  /** Why nothing is written now, what to do, and what it cost so far; null while all is well. */
  trouble(): string | null {
    if (this.#failure === null) return null
    const waiting = this.#waiting.all.reduce((sum, { count }) => sum + count, 0)
    const lost = this.#waiting.dropped === 0 ? '' : ` ${this.#waiting.dropped} older ones are lost.`
    return `${this.#failure} ${waiting} samples wait in memory.${lost}`
  }

  /** The open file, for reading; throws where there is none. */
  get file(): KeeperFile {
    if (!this.#file) throw new Error(this.#failure ?? `${this.#path} is closed.`)
    return this.#file
  }

  /** Samples of a series that are in memory only, in no order. */
  *inMemory(series: string): Generator<SampleColumns> {
    const id = this.#file?.series.find(series)
    const open = id === undefined ? undefined : this.#file?.open.find(id)
    if (open) yield open
    for (const named of this.#waiting.all) yield waitingSamples(named, series)
  }

  close(now: Now): void {
    this.write(now)
    this.#file?.close()
    this.#file = undefined
  }

  #tryWrite(now: Now): void {
    this.#file ??= this.#openFile(now)
    try {
      this.#writeWaiting(this.#file, now)
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown
      this.#file = this.#replaceFile(this.#file, { now, why: messageOf(thrown) })
      this.#writeWaiting(this.#file, now)
    }
  }

  #writeWaiting(file: KeeperFile, { monotonicMs }: Now): void {
    if (this.#waiting.length === 0) file.write(undefined, monotonicMs)
    for (let named = this.#waiting.first(); named; named = this.#waiting.first()) {
      writeOne(file, named, monotonicMs)
      this.#waiting.shift()
    }
  }

  #openFile(now: Now): KeeperFile {
    try {
      return new KeeperFile(this.#path, now.monotonicMs)
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown
      this.#note(moveAside(this.#path, { now: now.wallAt, why: messageOf(thrown) }))
      return new KeeperFile(this.#path, now.monotonicMs)
    }
  }

  /** What was in memory goes into the new file before anything else. */
  #replaceFile(file: KeeperFile, { now, why }: { now: Now; why: string }): KeeperFile {
    const waiting = [...file.open.all()]
    closeAnyway(file)
    this.#file = undefined
    this.#note(moveAside(this.#path, { now: now.wallAt, why }))
    const next = new KeeperFile(this.#path, now.monotonicMs)
    for (const { names } of this.#waiting.all) names.ids = []
    this.#names.ids = []
    if (waiting.length > 0) next.write(batchOf(waiting), now.monotonicMs)
    return next
  }

  #explain(thrown: unknown): string {
    const isFull = codeOf(thrown) === 'SQLITE_FULL' || messageOf(thrown).includes('ENOSPC')
    return isFull
      ? `${this.#path}: the disk is full. Free some space; writing goes on by itself.`
      : `${this.#path} can't be written: ${messageOf(thrown)}. Writing is tried again every second.`
  }
}

/** A failed transaction takes the file's new ids with it; the batch keeps its own numbers for the next try. */
function writeOne(file: KeeperFile, named: Named, nowMs: number): void {
  const { series } = batchColumns(named.batch.buffer, named.count)
  const own = series.slice()
  try {
    file.write(named, nowMs)
  } catch (thrown) {
    series.set(own)
    named.names.ids = []
    throw thrown
  }
}

/** Closing a damaged file writes its log back, which may fail too. */
function closeAnyway(file: KeeperFile): void {
  try {
    file.close()
  } catch {
    // It is moved aside in any case.
  }
}
