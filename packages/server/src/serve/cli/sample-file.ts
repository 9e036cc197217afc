import { TscalerError } from '../../model/problem.ts'
import type { GivenSamples } from '../../wire/backtest.ts'
import { csvRows } from './adopt/csv-rows.ts'

/** What a line that is wrong is told with; more of them are of the same kind. */
const findingsMax = 5

/**
 * The samples of a CSV whose first line names the columns: `time` (ISO 8601, or epoch ms), `node` or `series`, `value`, and `counter`
 * where the trigger has several. A value that is no number failed. Throws `bad-input` with the lines at fault.
 */
export function readSampleFile(text: string, file: string): GivenSamples[] {
  const [head, ...rows] = csvRows(text)
  const at = (column: string) => head?.cells.indexOf(column) ?? -1
  const columns = {
    time: at('time'),
    node: at('node') < 0 ? at('series') : at('node'),
    value: at('value'),
    counter: at('counter'),
  }
  if (columns.time < 0 || columns.node < 0 || columns.value < 0)
    throw new TscalerError(
      'bad-input',
      `${file}:1: got the columns ${(head?.cells ?? []).join(',') || 'none'}, expected time, node (or series) and value.`,
    )
  const series = new Map<string, GivenSamples & { failedAt: number[] }>()
  const wrong: string[] = []
  for (const { line, cells } of rows) {
    const [time, node, counter] = [cells[columns.time] ?? '', cells[columns.node] ?? '', cells[columns.counter]]
    const sampledAt = instantOf(time)
    if (sampledAt === undefined)
      wrong.push(`${file}:${line}: got the time ${JSON.stringify(time)}, expected ISO 8601 or epoch ms`)
    if (node === '') wrong.push(`${file}:${line}: names no node`)
    if (sampledAt === undefined || node === '') continue
    const key = JSON.stringify([node, counter])
    const own = series.get(key) ?? { node, ...(counter ? { counter } : {}), times: [], values: [], failedAt: [] }
    series.set(key, own)
    take(own, sampledAt, cells[columns.value] ?? '')
  }
  if (wrong.length > 0) throw new TscalerError('bad-input', `${wrong.slice(0, findingsMax).join('; ')}.`)
  if (series.size === 0) throw new TscalerError('bad-input', `${file} has no samples.`)
  return [...series.values()]
}

function take(own: GivenSamples & { failedAt: number[] }, at: number, text: string): void {
  const value = text === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value)) {
    own.times.push(at)
    own.values.push(value)
  } else own.failedAt.push(at)
}

function instantOf(text: string): number | undefined {
  const at = /^\d{1,15}(\.\d+)?$/.test(text)
    ? Number(text)
    : /^\d{4}-\d\d-\d\d/.test(text)
      ? Date.parse(text)
      : Number.NaN
  return Number.isFinite(at) ? at : undefined
}
