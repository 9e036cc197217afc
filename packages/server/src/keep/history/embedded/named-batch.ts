import { BATCH_BYTES_PER_SAMPLE, type Batch, batchColumns, textsByPlace } from './batch.ts'
import type { Named } from './keeper-file.ts'
import type { OpenChunk } from './open-chunks.ts'
import { SampleColumns } from './sample-columns.ts'

/** One batch with all samples of the chunks, under numbers of its own. */
export function batchOf(chunks: readonly OpenChunk[]): Named {
  const count = chunks.reduce((sum, { samples }) => sum + samples.count, 0)
  const buffer = new ArrayBuffer(count * BATCH_BYTES_PER_SAMPLE)
  const columns = batchColumns(buffer, count)
  const texts: string[] = []
  const failing: number[] = []
  let start = 0
  for (const [number, { samples }] of chunks.entries()) {
    const column = samples.toColumn()
    for (const name of ['times', 'values', 'hits', 'failures'] as const) columns[name].set(column[name], start)
    columns.series.fill(number, start, start + samples.count)
    for (const [place, text] of samples.texts ?? []) failing.push(start + place, texts.push(text) - 1)
    start += samples.count
  }
  const batch: Batch = { count, buffer, texts, failing: Uint32Array.from(failing) }
  return { count, batch, names: { names: chunks.map(({ name }) => name), ids: [] } }
}

/** The samples of one series in a batch that is not written yet. */
export function waitingSamples({ batch, names }: Named, series: string): SampleColumns {
  const found = new SampleColumns()
  const number = names.names.indexOf(series)
  if (number === -1) return found
  const columns = batchColumns(batch.buffer, batch.count)
  const texts = textsByPlace(batch)
  for (let place = 0; place < batch.count; place++) {
    if (columns.series[place] !== number) continue
    const failure = Number(columns.failures[place])
    found.push(Number(columns.times[place]), Number(columns.values[place]), failure, Number(columns.hits[place]))
    if (failure !== 0) found.setText(texts.get(place) ?? '')
  }
  return found
}
