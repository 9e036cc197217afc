import { type Batch, batchColumns, textsByPlace } from './batch.ts'
import { SampleColumns } from './sample-columns.ts'

/** Samples in a chunk: at this length its costs are a tenth of a sample's, and ten minutes of the default period are in it. */
export const CHUNK_SAMPLES = 60

/** A chunk is written this long after its first sample at the latest; ten minutes fill one at the default period. */
export const CHUNK_AGE_MS = 12 * 60_000

/** Ages are looked at this often: it costs a look at every series. */
const SWEEP_MS = 10_000

/** The samples of one series that are in the journal and in no chunk yet. */
export interface OpenChunk {
  readonly series: number
  /** Should the file be lost, these samples go on in another one under their name. */
  readonly name: string
  readonly samples: SampleColumns
  /** The journal row of its first sample. */
  journalId: number
  /** Monotonic. */
  openedAtMs: number
  /** It is written when it has so many. */
  full: number
  isDue: boolean
}

/** All open chunks, and which of them are due to be written. */
export class OpenChunks {
  readonly #bySeries = new Map<number, OpenChunk>()
  readonly #nameOf: (series: number) => string
  #due: OpenChunk[] = []
  #sweptAtMs = Number.NEGATIVE_INFINITY

  constructor(nameOf: (series: number) => string) {
    this.#nameOf = nameOf
  }

  get due(): readonly OpenChunk[] {
    return this.#due
  }

  find(series: number): SampleColumns | undefined {
    return this.#bySeries.get(series)?.samples
  }

  /** Takes a batch that the journal has; its series are the file's ids, 0 for none. */
  take(batch: Batch, { journalId, nowMs }: { journalId: number; nowMs: number }): void {
    const { times, values, series, hits, failures } = batchColumns(batch.buffer, batch.count)
    const texts = batch.failing.length === 0 ? undefined : textsByPlace(batch)
    for (let place = 0; place < batch.count; place++) {
      const id = Number(series[place])
      if (id === 0) continue
      const chunk = this.#bySeries.get(id) ?? this.#begin(id)
      if (chunk.samples.count === 0) [chunk.journalId, chunk.openedAtMs] = [journalId, nowMs]
      chunk.samples.push(Number(times[place]), Number(values[place]), Number(failures[place]), Number(hits[place]))
      if (texts && failures[place] !== 0) chunk.samples.setText(texts.get(place) ?? '')
      if (chunk.samples.count >= chunk.full && !chunk.isDue) this.#makeDue(chunk)
    }
  }

  /** Looks, now and then, which chunks have grown old; from which journal row on all is needed once those due are written. */
  sweep(nowMs: number, lastJournalId: number): number | undefined {
    if (nowMs - this.#sweptAtMs < SWEEP_MS) return undefined
    this.#sweptAtMs = nowMs
    let neededFrom = lastJournalId + 1
    for (const chunk of this.#bySeries.values()) {
      // A series that rests gives its memory back: nodes come and go.
      if (chunk.samples.count === 0) this.#restSince(chunk, nowMs)
      else if (!chunk.isDue && nowMs - chunk.openedAtMs >= CHUNK_AGE_MS) this.#makeDue(chunk)
      if (!chunk.isDue && chunk.samples.count > 0) neededFrom = Math.min(neededFrom, chunk.journalId)
    }
    return neededFrom
  }

  /** Those due are in the file now. */
  settle(): void {
    for (const chunk of this.#due) {
      chunk.samples.clear()
      chunk.isDue = false
      chunk.full = CHUNK_SAMPLES
    }
    this.#due = []
  }

  /** All series that have samples here. */
  *all(): Generator<OpenChunk> {
    for (const chunk of this.#bySeries.values()) if (chunk.samples.count > 0) yield chunk
  }

  /** The first chunk of a series ends early by its id, so that the chunks of all don't end in one tick for ever. */
  #begin(series: number): OpenChunk {
    const full = 1 + (series % CHUNK_SAMPLES)
    const name = this.#nameOf(series)
    const chunk = { series, name, samples: new SampleColumns(), journalId: 0, openedAtMs: 0, full, isDue: false }
    this.#bySeries.set(series, chunk)
    return chunk
  }

  #makeDue(chunk: OpenChunk): void {
    chunk.isDue = true
    this.#due.push(chunk)
  }

  #restSince(chunk: OpenChunk, nowMs: number): void {
    if (nowMs - chunk.openedAtMs >= 2 * CHUNK_AGE_MS) this.#bySeries.delete(chunk.series)
  }
}
