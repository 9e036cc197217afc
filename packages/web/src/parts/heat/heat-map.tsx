import { useInViewport } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type * as watching from '../../../../server/src/wire/watching.ts'
import type { HeatCell } from '../../reckon/heat.ts'
import { measuredText } from '../../reckon/series-name.ts'
import { isBreach, parseThreshold, type Threshold, thresholdText } from '../../reckon/threshold.ts'
import { bothTimes } from '../../reckon/time.ts'
import { valueText } from '../../reckon/value.ts'
import { GraphTable, TableToggle } from '../graph/graph-table.tsx'
import { useWidth } from '../graph/use-width.ts'
import { Clock } from '../now.tsx'
import { Trouble } from '../trouble.tsx'
import { useZone } from '../zone.ts'
import { HeatCanvas, type HeatPlace } from './heat-canvas.tsx'
import { nameWidth } from './paint.ts'
import { useHeat } from './use-heat.ts'

interface HeatMapProps {
  /** One counter's series: a row each, in this order. */
  series: readonly watching.Series[]
  threshold: string | null
}

/** One counter of many nodes over the page's time: a row a node, darker where it is more, red where it is in breach. */
export function HeatMap({ series, threshold: given }: HeatMapProps) {
  const { ref, inViewport } = useInViewport<HTMLElement>()
  const [box, width] = useWidth<HTMLDivElement>()
  const [isTable, setTable] = useState(false)
  const [place, setPlace] = useState<HeatPlace | null>(null)
  const threshold = useMemo(() => parseThreshold(given), [given])
  const { rows, columns, scale, span, note, error } = useHeat(series, { threshold, width, isSeen: inViewport })
  const [first] = series
  if (!first) return null
  const { unit } = first
  const label = `${first.counter.name} of ${measuredText(series)} over time`
  return (
    <figure className="graph heat card" ref={ref}>
      <figcaption className="graph-head">
        <span className="graph-title">
          <h3>{first.counter.name}</h3>
          {given !== null && <span className="dim small nowrap">breach: {thresholdText(given, unit)}</span>}
        </span>
        <span className="graph-aside">
          <HeatLegend scale={scale} unit={unit} hasThreshold={threshold !== null} />
          <TableToggle of={first.counter.name} isOn={isTable} change={setTable} />
        </span>
      </figcaption>
      {/* The part that is measured is there in both forms: a hidden one has no width. */}
      <div ref={box}>
        {isTable && <GraphTable label={label} scene={{ lines: rows, columns, span, threshold, unit }} marks={[]} />}
        <div className="graph-body" hidden={isTable}>
          <HeatCanvas rows={rows} {...{ scale, threshold, width, label }} pointed={setPlace} />
          {error !== null && <Trouble error={error} />}
          {note !== null && <p className="graph-note dim">{note}</p>}
          {place && <Pointed {...{ place, rows, span, unit, threshold, width }} />}
        </div>
      </div>
      {!isTable && <Times span={span} />}
    </figure>
  )
}

/** Where the map begins and ends. */
function Times({ span: { from, to } }: { span: { from: number; to: number } }) {
  return (
    <p className="heat-times dim small" style={{ marginLeft: nameWidth }}>
      <Clock at={from} />
      <Clock at={(from + to) / 2} />
      <Clock at={to} />
    </p>
  )
}

interface HeatLegendProps {
  scale: { least: number; most: number }
  unit: string
  hasThreshold: boolean
}

/** What the tones mean. */
function HeatLegend({ scale, unit, hasThreshold }: HeatLegendProps) {
  return (
    <span className="heat-legend small">
      <span className="figure">{valueText(scale.least, unit)}</span>
      <span className="heat-scale" aria-hidden="true" />
      <span className="figure">{valueText(scale.most, unit)}</span>
      {hasThreshold && (
        <span className="heat-key" data-tone="failing">
          in breach
        </span>
      )}
      <span className="heat-key" data-tone="failing" data-line>
        failed
      </span>
    </span>
  )
}

interface PointedProps {
  place: HeatPlace
  rows: readonly { name: string; cells: readonly HeatCell[] }[]
  span: { from: number; to: number }
  unit: string
  threshold: Threshold | null
  width: number
}

/** Whose cell is under the pointer, of when, and what it says. */
function Pointed({ place, rows, span, unit, threshold, width }: PointedProps) {
  const zone = useZone()
  const row = rows[place.row]
  if (row === undefined) return null
  const cell = row.cells[place.cell] ?? null
  const at = span.from + ((span.to - span.from) * place.cell) / row.cells.length
  const isLeft = place.left < width / 2
  return (
    <div
      className="pointed"
      style={{ top: place.top + 14, ...(isLeft ? { left: place.left + 14 } : { right: width - place.left + 14 }) }}
    >
      <div className="dim">{bothTimes(at, zone)}</div>
      <div className="pointed-line" data-tone={isBad(cell, threshold) ? 'failing' : undefined}>
        <span className="name">{row.name}</span>
        <span className="figure">{cellText(cell, unit, threshold)}</span>
      </div>
    </div>
  )
}

function isBad(cell: HeatCell, threshold: Threshold | null): boolean {
  return cell === 'failed' || (cell !== null && isBreach(cell, threshold))
}

function cellText(cell: HeatCell, unit: string, threshold: Threshold | null): string {
  if (cell === null) return 'no value'
  if (cell === 'failed') return 'failed'
  return isBreach(cell, threshold) ? `${valueText(cell, unit)}, in breach` : valueText(cell, unit)
}
