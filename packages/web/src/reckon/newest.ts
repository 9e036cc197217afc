import type { Latest } from '../../../server/src/wire/watching.ts'

/** When the newest of the samples was taken, epoch ms; null: there is none yet. */
export function newestAt(series: readonly { latest: Latest | null }[]): number | null {
  const instants = series.flatMap(({ latest }) => (latest === null ? [] : [Date.parse(latest.at)]))
  return instants.length === 0 ? null : Math.max(...instants)
}
