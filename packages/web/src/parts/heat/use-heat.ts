import { useMemo } from 'react'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { heatCells, heatCount, heatScale } from '../../reckon/heat.ts'
import { spanOf } from '../../reckon/range.ts'
import { seriesName } from '../../reckon/series-name.ts'
import type { Threshold } from '../../reckon/threshold.ts'
import { emptyColumns } from '../graph/columns.ts'
import { useSamples } from '../graph/use-samples.ts'
import { useNow } from '../now.tsx'
import { useRange } from '../range.ts'
import { nameWidth } from './paint.ts'

/** A cell's least width: narrower ones are not hit by a pointer. */
const cellPixels = 4
/** A live map moves on by a cell at a time, and not oftener than this. */
const moveMs = 5_000

interface Asked {
  threshold: Threshold | null
  /** The whole map's, names included. */
  width: number
  isSeen: boolean
}

/** The rows of a heat map over the page's time, in the order of the series, with their common scale; `note` says why it is empty. */
export function useHeat(series: readonly watching.Series[], { threshold, width, isSeen }: Asked) {
  const { range } = useRange()
  const named = series.map((one) => ({ id: one.id, name: seriesName(one) }))
  const key = JSON.stringify(named)
  const lines = useMemo(() => (JSON.parse(key) as typeof named).map((one) => ({ ...one, inBreach: false })), [key])
  const ids = useMemo(() => lines.map(({ id }) => id), [lines])
  const periodMs = series[0]?.periodMs ?? 1_000
  const { columns, isLoading, error } = useSamples(ids, { range, periodMs, isSeen })
  const lengthMs = range.kind === 'live' ? range.lengthMs : range.to - range.from
  const count = heatCount(width - nameWidth, cellPixels, lengthMs, periodMs)
  const now = useNow(Math.max(moveMs, Math.floor(lengthMs / count)))
  const span = useMemo(() => spanOf(range, now), [range, now])
  const rows = useMemo(
    () =>
      lines.map((line) => ({
        ...line,
        cells: heatCells(columns.get(line.id) ?? emptyColumns(), span, count, threshold),
      })),
    [lines, columns, span, count, threshold],
  )
  const scale = useMemo(() => heatScale(rows.map(({ cells }) => cells)), [rows])
  const isEmpty = rows.every(({ cells }) => cells.every((cell) => cell === null))
  const note = isEmpty && !isLoading && error === null ? 'No samples in this time.' : null
  return { rows, columns, scale, span, note, error }
}
