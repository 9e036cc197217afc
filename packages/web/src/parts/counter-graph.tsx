import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type * as resources from '../../../server/src/wire/resources.ts'
import type * as watching from '../../../server/src/wire/watching.ts'
import { isBreach, parseThreshold, thresholdText } from '../reckon/threshold.ts'
import { Graph } from './graph/graph.tsx'
import type { Line } from './graph/plot.ts'
import type { StripMark } from './graph/strip.tsx'
import { LatestValue, latestValue } from './latest.tsx'
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

/** The graph of one counter: a line a node, those in breach thick and named. */
export function CounterGraph({ series, triggers = [], marks, focus, height, ...given }: CounterGraphProps) {
  const { range, zoom, reset } = useRange()
  const [first] = series
  const threshold = given.threshold ?? first?.threshold ?? overridden(first, triggers)
  const lines = useLines(series, threshold)
  if (!first) return null
  const inBreach = lines.filter((line) => line.inBreach).length
  const failing = series.filter(({ latest }) => latest !== null && 'failure' in latest).length
  const focused = series.find(({ node }) => node.id === focus)?.id ?? null
  return (
    <Graph
      label={`${first.counter.name} of ${series.length} nodes, ${inBreach} in breach`}
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
      {...(marks ? { marks } : {})}
      {...(height ? { height } : {})}
    />
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
  if (texts.length === 0) return <span className="dim small nowrap">{series.length} nodes</span>
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
    const name = jvm === null ? node.name : `${node.name} ${jvm.name}`
    return { id, name, inBreach: value !== undefined && isBreach(value, limit) }
  })
  const key = JSON.stringify(now)
  return useMemo(() => JSON.parse(key) as Line[], [key])
}

function overridden(first: watching.Series | undefined, triggers: readonly resources.Trigger[]): string | null {
  const own = triggers.flatMap(({ counters }) => counters).find(({ counter }) => counter.id === first?.counter.id)
  return own?.threshold ?? null
}
