import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { Plot, type PlotEvents, type Scene } from './plot.ts'
import { useWidth } from './use-width.ts'

interface CanvasProps {
  scene: Scene
  /** Out of sight it is not drawn again. */
  isShown: boolean
  height: number
  label: string
  zone: string | undefined
  events: PlotEvents
}

/** The plot's place in the page. A plot is made anew only where the number of its lines or its unit changes; all else it is told. */
export function Canvas(props: CanvasProps) {
  const { scene, isShown, height, label, zone } = props
  const [box, width] = useWidth<HTMLDivElement>()
  const plot = useRef<Plot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const isMeasured = width > 0
  const [count, unit] = [scene.lines.length, scene.unit]
  useEffect(() => {
    if (box.current === null || !isMeasured || count < 0 || unit === undefined) return
    const { clientWidth } = box.current
    const events: PlotEvents = {
      zoomed: (from, to) => latest.current.events.zoomed(from, to),
      reset: () => latest.current.events.reset(),
      pointed: (place) => latest.current.events.pointed(place),
    }
    const size = { width: clientWidth, height: latest.current.height }
    const made = new Plot(box.current, size, latest.current.scene, { events, syncKey: 'page', zone })
    plot.current = made
    return () => {
      made.destroy()
      plot.current = null
    }
  }, [box, isMeasured, count, unit, zone])
  useEffect(() => {
    if (isMeasured) plot.current?.resize(width, height)
  }, [isMeasured, width, height])
  useEffect(() => {
    if (isShown) plot.current?.show(scene)
  }, [scene, isShown])
  const scheme = useComputedColorScheme()
  useEffect(() => {
    if (scheme) plot.current?.repaint()
  }, [scheme])
  return <div ref={box} className="graph-box" style={{ height }} role="img" aria-label={label} />
}
