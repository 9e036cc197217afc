import type { Column } from '../breach.ts'

/** No samples. */
export const emptyColumn: Column = {
  times: new Float64Array(),
  values: new Float64Array(),
  failures: new Uint8Array(),
  from: 0,
  to: 0,
}

/** The place of the first sample at `at` or later; the column's end where there is none. */
export function placeOf({ times, from, to }: Column, at: number): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] as number) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** The samples with `fromAt <= at < toAt`; the arrays are shared. */
export function windowOf(column: Column, fromAt: number, toAt: number): Column {
  const from = placeOf(column, fromAt)
  const rest = { ...column, from }
  return { ...rest, to: placeOf(rest, toAt) }
}

/** What a series knows of its latest sample and its latest value, as `Watched` has it. */
export interface Latest {
  latestAt: number
  latestCode: number
  value: number
  valueAt: number
}

/** Takes the samples of a window, of which only the last one and the last value are left to be seen. */
export function takeLatest(latest: Latest, { times, values, failures, from, to }: Column): void {
  if (from >= to) return
  latest.latestAt = times[to - 1] as number
  latest.latestCode = failures[to - 1] as number
  for (let place = to - 1; place >= from; place--) {
    if (failures[place] !== 0) continue
    latest.value = values[place] as number
    latest.valueAt = times[place] as number
    return
  }
}
