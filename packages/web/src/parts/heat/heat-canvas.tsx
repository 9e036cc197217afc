import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { rowsInSight } from '../../reckon/heat.ts'
import type { Threshold } from '../../reckon/threshold.ts'
import { scrolledByKeys } from '../graph/graph-table.tsx'
import { type HeatRow, nameWidth, paintHeat, rowHeight } from './paint.ts'

/** Higher than this the map scrolls in itself: the names of time below it stay in sight. */
const heightMax = 28 * rowHeight

/** The cell under the pointer, and where on the page's part it is. */
export interface HeatPlace {
  row: number
  cell: number
  left: number
  top: number
}

interface HeatCanvasProps {
  rows: readonly HeatRow[]
  scale: { least: number; most: number }
  threshold: Threshold | null
  width: number
  label: string
  pointed: (place: HeatPlace | null) => void
}

/** The cells of all rows, of which only those in sight are drawn. */
export function HeatCanvas({ rows, scale, threshold, width, label, pointed }: HeatCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [top, setTop] = useState(0)
  const scheme = useComputedColorScheme()
  const whole = rows.length * rowHeight
  const height = Math.min(heightMax, whole)
  useEffect(() => {
    if (canvas.current === null || width === 0 || scheme === undefined) return
    const [first, end] = rowsInSight(top, height, rowHeight, rows.length)
    const picture = { rows: rows.slice(first, end), first, top, scale, threshold }
    paintHeat(canvas.current, { width, height }, picture)
  }, [rows, scale, threshold, width, height, top, scheme])
  function point({ nativeEvent: { offsetX, offsetY } }: React.PointerEvent) {
    const row = Math.floor((offsetY + top) / rowHeight)
    const cells = rows[row]?.cells.length
    if (cells === undefined || offsetX < nameWidth) return pointed(null)
    const cell = Math.min(cells - 1, Math.floor(((offsetX - nameWidth) / (width - nameWidth)) * cells))
    pointed({ row, cell, left: offsetX, top: offsetY })
  }
  return (
    <section
      className="heat-scroll"
      style={{ height }}
      aria-label={`Rows of ${label}`}
      {...(whole > height ? scrolledByKeys : {})}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <div style={{ height: whole }}>
        <canvas
          ref={canvas}
          className="heat-canvas"
          style={{ width, height }}
          role="img"
          aria-label={label}
          onPointerMove={point}
          onPointerLeave={() => pointed(null)}
        />
      </div>
    </section>
  )
}
