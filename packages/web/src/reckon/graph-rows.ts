/** What is known of one line over a span, as a table says it; without a value the figures are null. */
export interface GraphRow {
  newest: { at: number; value: number } | null
  least: number | null
  mean: number | null
  most: number | null
  failures: number
}

interface Samples {
  /** Epoch ms, rising. */
  times: readonly number[]
  values: readonly number[]
  failures: readonly { at: number }[]
}

/** A line's figures over a span, both ends within it. The mean is of the samples as they are, whatever the time between them. */
export function graphRow({ times, values, failures }: Samples, { from, to }: { from: number; to: number }): GraphRow {
  const row: GraphRow = { newest: null, least: null, mean: null, most: null, failures: 0 }
  let [sum, count] = [0, 0]
  times.forEach((at, index) => {
    const value = values[index]
    if (at < from || at > to || value === undefined) return
    row.newest = { at, value }
    row.least = Math.min(row.least ?? value, value)
    row.most = Math.max(row.most ?? value, value)
    sum += value
    count += 1
  })
  if (count > 0) row.mean = sum / count
  row.failures = failures.filter(({ at }) => at >= from && at <= to).length
  return row
}
