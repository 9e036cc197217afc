import { useInViewport } from '@mantine/hooks'
import 'uplot/dist/uPlot.min.css'
import { type ReactNode, useMemo, useState } from 'react'
import { type Range, spanOf } from '../../reckon/range.ts'
import { isBreach, parseThreshold, type Threshold } from '../../reckon/threshold.ts'
import { useNow } from '../now.tsx'
import { Trouble } from '../trouble.tsx'
import { useZone } from '../zone.ts'
import { Canvas } from './canvas.tsx'
import type { Columns } from './columns.ts'
import { failureMarks } from './failure-marks.ts'
import { GraphTable, TableToggle } from './graph-table.tsx'
import type { Line, Scene } from './plot.ts'
import { PointedValues } from './pointed.tsx'
import { Strip, type StripMark } from './strip.tsx'
import { useSamples } from './use-samples.ts'

export interface GraphProps {
  title: ReactNode
  /** The graph's name among those of its page. */
  name: string
  /** What the graph is of, in words, for who does not see it. */
  label: string
  /** The same list as long as it says the same. */
  lines: readonly Line[]
  unit: string
  /** Such as `> 4`. */
  threshold: string | null
  periodMs: number
  range: Range
  zoom: (from: number, to: number) => void
  reset: () => void
  /** Runs, fires and refusals; failures come from the samples. */
  marks?: readonly StripMark[]
  /** The lines that are looked at; the same set as long as it has the same ones. */
  focus?: ReadonlySet<string>
  /** Names of the lines, below the head. */
  legend?: ReactNode
  height?: number
  aside?: ReactNode
}

const nothing: ReadonlySet<string> = new Set()

/** One live, zoomable graph: a line a series, the threshold, and below it what failed and what happened. */
export function Graph(props: GraphProps) {
  const {
    title,
    name,
    label,
    lines,
    unit,
    periodMs,
    range,
    marks,
    focus = nothing,
    height = 190,
    aside,
    legend,
  } = props
  const ids = useMemo(() => lines.map(({ id }) => id), [lines])
  const { ref, inViewport } = useInViewport<HTMLElement>()
  const isSeen = useSeen(inViewport)
  const { columns, isLoading, error } = useSamples(ids, { range, periodMs, isSeen })
  const zone = useZone()
  const span = useSpan(range)
  const failures = useMemo(() => failureMarks(lines, columns, span, zone), [lines, columns, span, zone])
  const threshold = useMemo(() => parseThreshold(props.threshold), [props.threshold])
  const drawn = useMemo(
    () => (range.kind === 'live' ? lines : linesThen(lines, columns, span.to, threshold)),
    [range.kind, lines, columns, span.to, threshold],
  )
  const scene = useMemo(
    () => ({ lines: drawn, columns, span, threshold, unit, focus }),
    [drawn, columns, span, threshold, unit, focus],
  )
  const [place, setPlace] = useState<{ at: number; left: number } | null>(null)
  const [isTable, setTable] = useState(false)
  const isEmpty = useMemo(() => hasNothing(scene), [scene])
  const events = { zoomed: props.zoom, reset: props.reset, pointed: setPlace }
  return (
    <figure className="graph card" ref={ref}>
      <figcaption className="graph-head">
        {title}
        <span className="graph-aside">
          {range.kind === 'live' && aside}
          <TableToggle of={name} isOn={isTable} change={setTable} />
        </span>
      </figcaption>
      {legend}
      {isTable && <GraphTable label={label} scene={scene} marks={[...(marks ?? []), ...failures]} />}
      <div className="graph-body" hidden={isTable}>
        <Canvas scene={scene} isShown={inViewport} height={height} label={label} zone={zone} events={events} />
        {error !== null && <Trouble error={error} />}
        {isEmpty && !isLoading && error === null && <p className="graph-note dim">No samples in this time.</p>}
        {place && <PointedValues scene={scene} place={place} periodMs={periodMs} zone={zone} />}
      </div>
      {!isTable && <Strip marks={failures} span={span} name="Failures" />}
      {!isTable && marks && <Strip marks={marks} span={span} name="Runs and decisions" />}
    </figure>
  )
}

/** Of a time that is over, the lines that were in breach at its end. */
function linesThen(
  lines: readonly Line[],
  columns: ReadonlyMap<string, Columns>,
  to: number,
  threshold: Threshold | null,
): readonly Line[] {
  return lines.map((line) => {
    const own = columns.get(line.id)
    const last = own?.values[own.times.findLastIndex((time) => time <= to)]
    return { ...line, inBreach: last !== undefined && isBreach(last, threshold) }
  })
}

/** Whether it has been in the viewport at all. */
function useSeen(inViewport: boolean): boolean {
  const [isSeen, setSeen] = useState(false)
  if (inViewport && !isSeen) setSeen(true)
  return isSeen
}

function hasNothing({ lines, columns, span }: Scene): boolean {
  return lines.every(({ id }) => {
    const own = columns.get(id)
    const last = own?.times.at(-1)
    return own === undefined || ((last === undefined || last < span.from) && own.failures.length === 0)
  })
}

/** A live span moves on by about a pixel at a time. */
function useSpan(range: Range): { from: number; to: number } {
  const pixelMs = range.kind === 'live' ? Math.max(1_000, Math.floor(range.lengthMs / 1_000)) : 3_600_000
  const now = useNow(pixelMs)
  return useMemo(() => spanOf(range, now), [range, now])
}
