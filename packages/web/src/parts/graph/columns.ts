/** What is known of one series over a span: values at their instants (epoch ms), the failures in between, and where there was nothing. */
export interface Columns {
  times: number[]
  values: number[]
  failures: Failure[]
  gaps: (readonly [number, number])[]
}

export interface Failure {
  at: number
  kind: string
  text: string
}

/** A sample as it comes live. */
export type LiveSample = { at: number } & ({ value: number } | { failure: { kind: string; text: string } })

export function emptyColumns(): Columns {
  return { times: [], values: [], failures: [], gaps: [] }
}

/** How far two values may be apart and still be joined: as hits are lost (max of 3 periods and 45 s), so is the line. */
export function gapMs(periodMs: number): number {
  return Math.max(3 * periodMs, 45_000)
}

/** Adds a sample at the end, in place; one that is not newer than the last is known already. */
export function appendSample(columns: Columns, sample: LiveSample, periodMs: number): void {
  const lastValueAt = columns.times.at(-1)
  const lastAt = Math.max(lastValueAt ?? 0, columns.failures.at(-1)?.at ?? 0)
  if (sample.at <= lastAt) return
  if ('failure' in sample) {
    columns.failures.push({ at: sample.at, ...sample.failure })
    return
  }
  if (lastValueAt !== undefined && sample.at - lastValueAt > gapMs(periodMs))
    columns.gaps.push([lastValueAt, sample.at])
  columns.times.push(sample.at)
  columns.values.push(sample.value)
}

/** What was read, with what came live after it. */
export function withTail(read: Columns, tail: readonly LiveSample[], periodMs: number): Columns {
  const joined = {
    times: [...read.times],
    values: [...read.values],
    failures: [...read.failures],
    gaps: [...read.gaps],
  }
  for (const sample of tail) appendSample(joined, sample, periodMs)
  return joined
}

/** The value nearest to an instant, not further away than `withinMs`; undefined where there is none. */
export function valueNear({ times, values }: Columns, at: number, withinMs: number): number | undefined {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < at) low = middle + 1
    else high = middle
  }
  const [before, after] = [times[low - 1], times[low]]
  const useAfter = before === undefined || (after !== undefined && after - at < at - before)
  const nearest = useAfter ? low : low - 1
  const time = times[nearest]
  return time !== undefined && Math.abs(time - at) <= withinMs ? values[nearest] : undefined
}
