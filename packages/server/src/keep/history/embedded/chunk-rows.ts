import { chunkBytesMax, packChunk } from './chunk.ts'
import { packTexts } from './chunk-texts.ts'
import { CHUNK_SAMPLES, type OpenChunk } from './open-chunks.ts'
import type { SampleColumns } from './sample-columns.ts'
import type { SampleDatabase } from './sample-file.ts'

/** What a chunk takes beside its body: row head, six numbers, its entry in the index. */
export const CHUNK_ROW_BYTES = 64

/** A burst is cut into pieces of at most twice the usual length, so that one row stays quick to read. */
const PIECE_SAMPLES_MAX = 2 * CHUNK_SAMPLES

/** Writes chunks; inside the caller's transaction. */
export class ChunkRows {
  readonly #addChunk
  readonly #countBytes
  readonly #scratch = new DataView(new ArrayBuffer(chunkBytesMax(PIECE_SAMPLES_MAX)))
  readonly #bytes = Buffer.from(this.#scratch.buffer)

  constructor(db: SampleDatabase) {
    this.#addChunk = db.prepare(
      'insert into chunk (series, from_at, to_at, failed, journal, texts, body) values (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#countBytes = db.prepare<[number]>("update kept set number = number + ? where name = 'raw_bytes'")
  }

  /** Writes all samples of the open chunks, of which the last is in journal row `journalId` or before. */
  add(chunks: readonly OpenChunk[], journalId: number): void {
    let bytes = 0
    for (const { series, samples } of chunks) {
      const sorted = samples.sorted()
      const pieces = Math.ceil(sorted.count / PIECE_SAMPLES_MAX)
      for (let piece = 0; piece < pieces; piece++) {
        const from = Math.floor((sorted.count * piece) / pieces)
        const to = Math.floor((sorted.count * (piece + 1)) / pieces)
        bytes += this.#addPiece(sorted, { series, from, to, journalId })
      }
    }
    if (bytes > 0) this.#countBytes.run(bytes)
  }

  #addPiece(
    samples: SampleColumns,
    { series, from, to, journalId }: { series: number; from: number; to: number; journalId: number },
  ): number {
    const length = packChunk(samples, from, to, this.#scratch)
    const texts = packTexts(samples, from, to)
    const [firstAt, lastAt] = [samples.times[from], samples.times[to - 1]]
    const body = this.#bytes.subarray(0, length)
    this.#addChunk.run(series, firstAt, lastAt, texts === null ? 0 : 1, journalId, texts, body)
    return CHUNK_ROW_BYTES + length + (texts === null ? 0 : Buffer.byteLength(texts))
  }
}
