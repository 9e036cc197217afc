import { badness, type Threshold } from './threshold.ts'

/** One cell of a heat map: the worst value of its time, `failed` where there were failures only, null where there was nothing. */
export type HeatCell = number | 'failed' | null

interface Samples {
  /** Epoch ms, rising. */
  times: readonly number[]
  values: readonly number[]
  failures: readonly { at: number }[]
}

/** The cells of one row, `count` of the same length from end to end of the span. What lies at the end belongs to the last. */
export function heatCells(
  { times, values, failures }: Samples,
  { from, to }: { from: number; to: number },
  count: number,
  threshold: Threshold | null,
): HeatCell[] {
  const cells: HeatCell[] = new Array(count).fill(null)
  const cellOf = (at: number) =>
    at < from || at > to ? -1 : Math.min(count - 1, Math.floor(((at - from) / (to - from)) * count))
  for (const { at } of failures) {
    const cell = cellOf(at)
    if (cell >= 0) cells[cell] = 'failed'
  }
  times.forEach((at, index) => {
    const [cell, value] = [cellOf(at), values[index]]
    if (cell < 0 || value === undefined) return
    const before = cells[cell]
    if (typeof before !== 'number' || badness(value, threshold) > badness(before, threshold)) cells[cell] = value
  })
  return cells
}

/** Cells that stand for less time than a period would be empty in between: so many at most, one at least. */
export function heatCount(widthPixels: number, cellPixels: number, spanMs: number, periodMs: number): number {
  return Math.max(1, Math.min(Math.floor(widthPixels / cellPixels), Math.floor(spanMs / periodMs)))
}

/** Least and greatest value of all rows; values that are all above zero and near it begin at zero. Without a value 0 to 1. */
export function heatScale(rows: readonly (readonly HeatCell[])[]): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const cells of rows)
    for (const cell of cells)
      if (typeof cell === 'number' && Number.isFinite(cell))
        [least, most] = [Math.min(least, cell), Math.max(most, cell)]
  if (most < least) return { least: 0, most: 1 }
  if (least > 0 && least < (most - least) * 2) least = 0
  if (least === most) return least < 0 ? { least, most: 0 } : { least: 0, most: most || 1 }
  return { least, most }
}

/** Where a value lies on the scale, 0 to 1; what is beyond lies at the end. */
export function heatShare(value: number, { least, most }: { least: number; most: number }): number {
  return Math.min(1, Math.max(0, (value - least) / (most - least)))
}

/** Which rows of `count` are in sight of a window into them; the last is not included. A row cut by an edge is in sight. */
export function rowsInSight(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
): [first: number, end: number] {
  const first = Math.max(0, Math.floor(top / rowHeight))
  return [Math.min(first, count), Math.min(count, Math.ceil((top + height) / rowHeight))]
}
