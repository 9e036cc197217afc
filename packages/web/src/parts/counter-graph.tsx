import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type * as resources from '../../../server/src/wire/resources.ts'
import type * as watching from '../../../server/src/wire/watching.ts'
import { measuredText, seriesName } from '../reckon/series-name.ts'
import { isBreach, parseThreshold, thresholdText } from '../reckon/threshold.ts'
import { Graph } from './graph/graph.tsx'
import type { Line } from './graph/plot.ts'
import type { StripMark } from './graph/strip.tsx'
import { LatestValue, latestValue } from './latest.tsx'
import { SeriesLink } from './links.tsx'
import { useRange } from './range.ts'

interface CounterGraphProps {
  /** One counter's series. */
  series: readonly watching.Series[]
  triggers?: readonly resources.Trigger[]
  /** Where it is not the counter's own: a trigger's. */
  threshold?: string | null
  marks?: readonly StripMark[]
  /** The node that is looked at. */
  focus?: number | null
  height?: number
}

/** The graph of one counter: a line a node or JVM, those in breach thick and named. */
export function CounterGraph({ series, triggers = [], marks, focus, height, ...given }: CounterGraphProps) {
  const { range, zoom, reset } = useRange()
  const [first] = series
  const threshold = given.threshold ?? first?.threshold ?? overridden(first, triggers)
  const lines = useLines(series, threshold)
  const inBreach = lines.filter((line) => line.inBreach).length
  const failing = series.filter(({ latest }) => latest !== null && 'failure' in latest).length
  const [pointed, setPointed] = useState<string | null>(null)
  const ofNode = series.flatMap(({ id, node }) => (node.id === focus ? [id] : [])).join(' ')
  const focused = useMemo(() => new Set(pointed === null ? ofNode.split(' ') : [pointed]), [pointed, ofNode])
  if (!first) return null
  return (
    <Graph
      label={`${first.counter.name} of ${labelOf(series)}, ${inBreach} in breach`}
      name={first.counter.name + nameTail(series)}
      title={
        <span className="graph-title">
          <h3 title={first.counter.name}>
            <Link className="link" to="/control/$kind/$name" params={{ kind: 'counters', name: first.counter.name }}>
              <span className="name">{first.counter.name}</span>
            </Link>
          </h3>
          {first.unit !== '' && first.unit !== 'bytes' && <span className="dim small nowrap">{first.unit}</span>}
          {threshold && <span className="dim small nowrap">breach: {thresholdText(threshold, first.unit)}</span>}
        </span>
      }
      aside={<NowText series={series} threshold={threshold} inBreach={inBreach} failing={failing} />}
      lines={lines}
      unit={first.unit}
      threshold={threshold}
      periodMs={first.periodMs}
      range={range}
      zoom={zoom}
      reset={reset}
      focus={focused}
      legend={hasLegend(series) && <Legend series={series} threshold={threshold} pointed={setPointed} />}
      {...(marks ? { marks } : {})}
      {...(height ? { height } : {})}
    />
  )
}

/** Lines of JVMs beyond this are told by the pointer: a list of them would be higher than the graph. */
const namedMax = 6

/** Several JVMs of one node differ by nothing that a table of nodes shows: their names stand at the graph. */
function hasLegend(series: readonly watching.Series[]): boolean {
  return series.length > 1 && series.length <= namedMax && series.some(({ jvm }) => jvm !== null)
}

/** Graphs of one counter stand on a page more than once only where each is of one node or JVM. */
function nameTail(series: readonly watching.Series[]): string {
  return series.length === 1 && series[0] ? ` of ${seriesName(series[0])}` : ''
}

/** What the graph is of, for who does not see it. */
function labelOf(series: readonly watching.Series[]): string {
  return series.length <= namedMax ? series.map(seriesName).join(', ') : measuredText(series)
}

interface LegendProps {
  series: readonly watching.Series[]
  threshold: string | null
  /** Told which line is looked at. */
  pointed: (id: string | null) => void
}

/** Each line by its name with its newest value; the one under the pointer stands out in the graph. */
function Legend({ series, threshold, pointed }: LegendProps) {
  return (
    <ul className="legend small" aria-label="Lines" onMouseLeave={() => pointed(null)}>
      {series.map((one) => (
        <li key={one.id} onMouseEnter={() => pointed(one.id)}>
          <SeriesLink node={one.node} jvm={one.jvm} />
          <LatestValue latest={one.latest} unit={one.unit} threshold={threshold} />
        </li>
      ))}
    </ul>
  )
}

interface NowTextProps {
  series: readonly watching.Series[]
  threshold: string | null
  inBreach: number
  failing: number
}

function NowText({ series, threshold, inBreach, failing }: NowTextProps) {
  if (series.length === 1 && series[0])
    return (
      <span className="small nowrap">
        <LatestValue latest={series[0].latest} unit={series[0].unit} threshold={threshold} />
      </span>
    )
  const texts = [
    ...(inBreach > 0 ? [`▲ ${inBreach} of ${series.length} in breach`] : []),
    ...(failing > 0 ? [`✕ ${failing} failing`] : []),
  ]
  if (texts.length === 0) return <span className="dim small nowrap">{measuredText(series)}</span>
  return (
    <span className="small nowrap tone" data-tone="failing">
      {texts.join(' · ')}
    </span>
  )
}

/** The lines, a new list only where something that is drawn has changed. */
function useLines(series: readonly watching.Series[], threshold: string | null): readonly Line[] {
  const limit = parseThreshold(threshold)
  const now = series.map(({ id, node, jvm, latest }) => {
    const value = latestValue(latest)
    return { id, name: seriesName({ node, jvm }), inBreach: value !== undefined && isBreach(value, limit) }
  })
  const key = JSON.stringify(now)
  return useMemo(() => JSON.parse(key) as Line[], [key])
}

/** The threshold that the first trigger of these which judges the counter sets for it; null where none does. */
export function overridden(first: watching.Series | undefined, triggers: readonly resources.Trigger[]): string | null {
  const own = triggers.flatMap(({ counters }) => counters).find(({ counter }) => counter.id === first?.counter.id)
  return own?.threshold ?? null
}
