import type { Columns } from './columns.ts'

/** A cell: a value; nothing at this instant (the line goes on through it); or null, where the line is broken. */
export type Cell = number | null | undefined

/** Series on one common axis, as the plot draws them. */
export interface Grid {
  /** Epoch ms, evenly spaced. */
  times: number[]
  /** One row a series, as long as `times`. */
  rows: Cell[][]
}

/**
 * Lays series, each with instants of its own, on a common axis: two cells for each of `columns` columns, which hold the column's least and
 * greatest value in their order, so that no peak is lost; drawn as wide as `columns` pixels it is exact. Cells begin at multiples of their
 * width, so that a picture that moves on does not shimmer. A failure and a gap break the line.
 */
export function gridOf(series: readonly Columns[], span: { from: number; to: number }, columns: number): Grid {
  const cellMs = Math.max(1, (span.to - span.from) / columns / 2)
  // One column more at either side: lines go on beyond the edges.
  const first = Math.floor(span.from / cellMs / 2) * 2 - 2
  const count = 2 * columns + 6
  const times = Array.from({ length: count }, (_, index) => (first + index) * cellMs)
  return { times, rows: series.map((one) => rowOf(one, { first, count, cellMs })) }
}

interface Frame {
  first: number
  count: number
  cellMs: number
}

function rowOf({ times, values, failures, gaps }: Columns, frame: Frame): Cell[] {
  const { first, count, cellMs } = frame
  const row: Cell[] = new Array(count).fill(undefined)
  let index = lowerBound(times, first * cellMs)
  while (index < times.length) {
    const cell = cellOf(times[index], frame)
    if (cell >= count) break
    const column = cell >> 1
    let [least, most, end] = [index, index, index + 1]
    for (; end < times.length && cellOf(times[end], frame) >> 1 === column; end++) {
      if (at(values, end) < at(values, least)) least = end
      if (at(values, end) > at(values, most)) most = end
    }
    if (least === most) row[cellOf(times[least], frame)] = at(values, least)
    else {
      row[2 * column] = at(values, Math.min(least, most))
      row[2 * column + 1] = at(values, Math.max(least, most))
    }
    index = end
  }
  for (const { at: failedAt } of failures) breakAt(row, failedAt, frame)
  for (const [from, to] of gaps) breakAt(row, (from + to) / 2, frame)
  return row
}

/** Nothing is drawn from the value before to the value after: the plot leaves out as many cells as say so. */
function breakAt(row: Cell[], instant: number, frame: Frame): void {
  const cell = cellOf(instant, frame)
  if (cell < 0 || cell >= frame.count || row[cell] !== undefined) return
  row[cell] = null
  for (let left = cell - 1; left >= 0 && row[left] === undefined; left--) row[left] = null
  for (let right = cell + 1; right < frame.count && row[right] === undefined; right++) row[right] = null
}

function cellOf(instant: number | undefined, { first, cellMs }: Frame): number {
  return Math.floor((instant ?? 0) / cellMs) - first
}

function lowerBound(times: readonly number[], wanted: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(times, middle) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? Number.NaN
}

/** Cells with a value that no line reaches, since the line is broken on both sides: they are drawn as points. */
export function lonely(row: readonly Cell[]): number[] {
  const found: number[] = []
  let [last, joined] = [-1, true]
  for (let index = 0; index < row.length; index++) {
    const cell = row[index]
    if (cell === undefined) continue
    if (cell === null) {
      if (last >= 0 && !joined) found.push(last)
      last = -1
      continue
    }
    joined = last >= 0
    last = index
  }
  if (last >= 0 && !joined) found.push(last)
  return found
}
