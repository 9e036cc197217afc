/** Everything that came in one tick, in one buffer that threads hand over without copying; also the body of a journal row. */
export interface Batch {
  count: number
  /** Columns one after another: times, values (Float64), series, hits (Uint32), failures (Uint8). */
  buffer: ArrayBuffer
  /** Texts of failures, each once. */
  texts: readonly string[]
  /** Pairs: a sample's place in the batch, its text's place in `texts`. */
  failing: Uint32Array
}

export interface BatchColumns {
  times: Float64Array
  values: Float64Array
  series: Uint32Array
  hits: Uint32Array
  failures: Uint8Array
}

/** What a sample takes in a batch; wide columns come first, so that all are aligned. */
export const BATCH_BYTES_PER_SAMPLE = 8 + 8 + 4 + 4 + 1

/** The columns of a batch's buffer, not copied. */
export function batchColumns(buffer: ArrayBuffer, count: number): BatchColumns {
  return {
    times: new Float64Array(buffer, 0, count),
    values: new Float64Array(buffer, 8 * count, count),
    series: new Uint32Array(buffer, 16 * count, count),
    hits: new Uint32Array(buffer, 20 * count, count),
    failures: new Uint8Array(buffer, 24 * count, count),
  }
}

/** The text of each failing sample that has one, by its place in the batch. */
export function textsByPlace({ texts, failing }: Batch): Map<number, string> {
  const found = new Map<number, string>()
  for (let pair = 0; pair + 1 < failing.length; pair += 2)
    found.set(Number(failing[pair]), texts[Number(failing[pair + 1])] ?? '')
  return found
}
