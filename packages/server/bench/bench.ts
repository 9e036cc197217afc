/** One figure of a bench. */
export interface BenchRow {
  /** The bench's name. */
  bench: string
  what: string
  value: number
  unit: string
  /** What the figure depends on. */
  note?: string
}

/** Something that can be measured on this machine; `npm run bench <name>` runs it. */
export interface Bench {
  name: string
  summary: string
  run(args: string[]): Promise<BenchRow[]>
}
