/** One figure of a bench. */
export interface BenchRow {
  /** The bench's name. */
  bench: string
  what: string
  value: number
  unit: string
  /** What the figure depends on. */
  note?: string
  /** The goal, where there is one: the value should not be above it. For a machine with two cores that do nothing else. */
  atMost?: number | undefined
  /** The goal where more is better: the value should not be below it. */
  atLeast?: number | undefined
}

/** Something that can be measured on this machine; `npm run bench <name>` runs it. */
export interface Bench {
  name: string
  summary: string
  run(args: string[]): Promise<BenchRow[]>
}

/** Makes a bench's rows, values to three digits. */
export function rowsOf(bench: string) {
  return (
    what: string,
    value: number,
    unit: string,
    more: Pick<BenchRow, 'note' | 'atMost' | 'atLeast'> = {},
  ): BenchRow => ({
    bench,
    what,
    value: Number(value.toPrecision(3)),
    unit,
    ...more,
  })
}
