import type { Aggregate } from '../model/trigger.ts'

/** The aggregates that are one number over a cluster; `any` is judged series by series instead. */
export type ClusterAggregate = Exclude<Aggregate, 'any'>

/** A latest value counts for this many periods: one round may be late, two make it history. */
export const freshPeriods = 2

/** The first end of a period that has been seen in full since `now`. */
export function firstEndAt(now: number, periodMs: number): number {
  return (Math.floor(now / periodMs) + 2) * periodMs
}

/** Whether the latest value of a series counts at the end of a period: it is judged by then, and its value fresh. */
export function countsAt(
  { judgedFromAt, valueAt, periodMs }: { judgedFromAt: number; valueAt: number; periodMs: number },
  endAt: number,
): boolean {
  return judgedFromAt <= endAt && endAt - valueAt <= freshPeriods * periodMs
}

/**
 * The aggregate of the values; undefined where there are none, for `count` too: nothing measured is missing, not a zero.
 * Percentiles are by nearest rank, so that they are always a value that some node has.
 */
export function aggregateOf(aggregate: ClusterAggregate, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  switch (aggregate) {
    case 'avg':
      return sum(values) / values.length
    case 'min':
      return values.reduce((least, value) => Math.min(least, value))
    case 'max':
      return values.reduce((most, value) => Math.max(most, value))
    case 'sum':
      return sum(values)
    case 'count':
      return values.length
    case 'p50':
      return percentile(values, 50)
    case 'p90':
      return percentile(values, 90)
    case 'p95':
      return percentile(values, 95)
    case 'p99':
      return percentile(values, 99)
    default:
      return aggregate satisfies never
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort()
  // The multiplication comes first: 0.95 × 20 is a little over 19, 95 × 20 / 100 is not.
  return sorted[Math.ceil((percent * sorted.length) / 100) - 1] as number
}
