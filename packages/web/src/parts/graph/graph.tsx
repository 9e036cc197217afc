import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { type Range, spanOf } from '../../reckon/range.ts'
import type { Threshold } from '../../reckon/threshold.ts'
import { useNow } from '../now.tsx'
import { Trouble } from '../trouble.tsx'
import { useZone } from '../zone.ts'
import { failureMarks } from './failure-marks.ts'
import { type Line, Plot, type PlotEvents, type Scene } from './plot.ts'
import { PointedValues } from './pointed.tsx'
import { Strip, type StripMark } from './strip.tsx'
import { useSamples } from './use-samples.ts'
import { useWidth } from './use-width.ts'

interface GraphProps {
  title: ReactNode
  /** What the graph is of, in words, for who does not see it. */
  label: string
  lines: readonly Line[]
  unit: string
  threshold: Threshold | null
  periodMs: number
  range: Range
  zoom: (from: number, to: number) => void
  reset: () => void
  /** Runs, fires and refusals; failures come from the samples. */
  marks?: readonly StripMark[]
  focus?: string | null
  height?: number
  aside?: ReactNode
}

/** One live, zoomable graph: a line a series, the threshold, and below it what failed and what happened. */
export function Graph(props: GraphProps) {
  const { title, label, lines, unit, threshold, periodMs, range, marks = [], focus = null, height = 190, aside } = props
  const ids = useMemo(() => lines.map(({ id }) => id), [lines])
  const { columns, isLoading, error } = useSamples(ids, range, periodMs)
  const zone = useZone()
  const span = useSpan(range)
  const failures = useMemo(() => failureMarks(lines, columns, span, zone), [lines, columns, span, zone])
  const scene = { lines, columns, span, threshold, unit, focus }
  const [place, setPlace] = useState<{ at: number; left: number } | null>(null)
  return (
    <figure className="graph card">
      <figcaption className="graph-head">
        {title}
        {aside}
      </figcaption>
      {error ? <Trouble error={error} /> : <Canvas scene={scene} height={height} label={label} zone={zone} zoom={props.zoom} reset={props.reset} pointed={setPlace} />}
      <div className="graph-note" aria-live="off">
        {!isLoading && !error && isEmpty(scene) && <span className="dim">No samples in this time.</span>}
      </div>
      {place && <PointedValues scene={scene} place={place} periodMs={periodMs} zone={zone} />}
      <Strip marks={failures} span={span} name="Failures" />
      <Strip marks={marks} span={span} name="Runs and decisions" />
    </figure>
  )
}

function isEmpty({ lines, columns, span }: Scene): boolean {
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

function Canvas(props: {
  scene: Scene
  height: number
  label: string
  zone: string | undefined
  zoom: (from: number, to: number) => void
  reset: () => void
  pointed: (place: { at: number; left: number } | null) => void
}) {
  const { scene, height, label, zone } = props
  const [box, width] = useWidth<HTMLDivElement>()
  const plot = useRef<Plot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const scheme = useComputedColorScheme()
  const shape = `${scene.lines.length} ${scene.unit} ${zone}`
  // A plot is made anew only where the number of its lines changes; all else it is told.
  useEffect(() => {
    if (box.current === null || width === 0 || shape === '') return
    const events: PlotEvents = {
      zoomed: (from, to) => latest.current.zoom(from, to),
      reset: () => latest.current.reset(),
      pointed: (place) => latest.current.pointed(place),
    }
    const size = { width, height: latest.current.height }
    const made = new Plot(box.current, size, latest.current.scene, { events, syncKey: 'page', zone: latest.current.zone })
    plot.current = made
    return () => {
      made.destroy()
      plot.current = null
    }
  }, [box, width, shape])
  useEffect(() => plot.current?.show(scene))
  useEffect(() => {
    if (scheme) plot.current?.repaint()
  }, [scheme])
  return <div ref={box} className="graph-box" style={{ height }} role="img" aria-label={label} />
}
