import uPlot from 'uplot'
import type { Threshold } from '../../reckon/threshold.ts'
import { valueText } from '../../reckon/value.ts'
import { xAxis, yAxis } from './axes.ts'
import { type Columns, emptyColumns } from './columns.ts'
import { gridOf, lonely } from './grid.ts'
import { drawNames, drawThreshold } from './marks.ts'
import { type Palette, readPalette } from './palette.ts'
import { yRange } from './y-range.ts'

/** One line of a plot: a series by its id, and the name that it has there. */
export interface Line {
  id: string
  name: string
  inBreach: boolean
}

/** What a plot shows. */
export interface Scene {
  lines: readonly Line[]
  columns: ReadonlyMap<string, Columns>
  span: { from: number; to: number }
  threshold: Threshold | null
  unit: string
  /** The lines that are looked at, drawn bold. */
  focus: ReadonlySet<string>
}

export interface PlotEvents {
  zoomed(from: number, to: number): void
  reset(): void
  /** Where the pointer is over this very plot; null: it has left. */
  pointed(place: { at: number; left: number } | null): void
}

/** The vertical axis' room, the same for every plot so that all of a page lie under each other. */
export const axisWidth = 62
/** Room at the right edge for the newest samples. */
export const rightRoom = 12

/** One uPlot, told what to show. Nothing of it is React's: it is drawn again many times a minute. */
export class Plot {
  readonly #plot: uPlot
  readonly #element: HTMLElement
  readonly #events: PlotEvents
  #scene: Scene
  #palette: Palette
  /** The lines in the order of drawing: those in breach last, so that they lie on top. */
  #order: readonly Line[] = []

  constructor(element: HTMLElement, size: { width: number; height: number }, scene: Scene, setup: PlotSetup) {
    this.#element = element
    this.#events = setup.events
    this.#scene = scene
    this.#palette = readPalette(element)
    this.#plot = new uPlot(this.#options(size, setup), [[], ...scene.lines.map(() => [])], element)
    this.#listen()
    this.show(scene)
  }

  show(scene: Scene): void {
    this.#scene = scene
    const { lines, columns, span, focus } = scene
    const rank = ({ inBreach, id }: Line) => (inBreach ? 1 : 0) + (focus.has(id) ? 2 : 0)
    this.#order = [...lines].sort((a, b) => rank(a) - rank(b))
    const width = Math.max(100, Math.round(this.#plot.width - axisWidth - rightRoom))
    const { times, rows } = gridOf(
      this.#order.map(({ id }) => columns.get(id) ?? emptyColumns()),
      span,
      width,
    )
    this.#plot.batch(() => {
      this.#order.forEach((line, index) => {
        const series = this.#plot.series[index + 1]
        if (series) series.width = focus.has(line.id) ? 2.4 : line.inBreach ? 2 : 1
      })
      this.#plot.setData([times.map((time) => time / 1_000), ...rows], false)
      this.#plot.setScale('x', { min: span.from / 1_000, max: span.to / 1_000 })
    })
  }

  /** Reads the colours anew: the scheme has changed. */
  repaint(): void {
    this.#palette = readPalette(this.#element)
    this.#plot.redraw(false, true)
  }

  resize(width: number, height: number): void {
    if (width === this.#plot.width && height === this.#plot.height) return
    this.#plot.setSize({ width, height })
    this.show(this.#scene)
  }

  destroy(): void {
    this.#plot.destroy()
  }

  #listen(): void {
    const { over } = this.#plot
    over.addEventListener('mouseleave', () => this.#events.pointed(null))
    over.addEventListener('dblclick', () => this.#events.reset())
  }

  #options({ width, height }: { width: number; height: number }, setup: PlotSetup): uPlot.Options {
    const { unit } = this.#scene
    const palette = () => this.#palette
    return {
      width,
      height,
      legend: { show: false },
      tzDate: (seconds) => {
        const date = new Date(seconds * 1_000)
        return setup.zone === undefined ? date : uPlot.tzDate(date, 'Etc/UTC')
      },
      padding: [8, rightRoom, 0, 0],
      cursor: {
        drag: { x: true, y: false, setScale: false },
        y: false,
        points: { show: false },
        sync: { key: setup.syncKey, scales: ['x', null] },
        bind: { dblclick: () => null },
      },
      scales: {
        // The address decides which time is shown, not the data.
        x: { time: true, auto: false },
        y: { range: (_plot, least, most) => yRange(least, most, this.#scene.threshold?.limit ?? null) },
      },
      axes: [xAxis(palette, setup.zone), yAxis(palette, unit, axisWidth)],
      series: [{}, ...this.#scene.lines.map((_, index) => this.#seriesOf(index))],
      hooks: {
        drawAxes: [(plot) => drawThreshold(plot, this.#scene.threshold, this.#palette)],
        draw: [(plot) => drawNames(plot, this.#named(), this.#palette)],
        setSelect: [(plot) => this.#selected(plot)],
        setCursor: [(plot) => this.#pointed(plot)],
      },
    }
  }

  #seriesOf(index: number): uPlot.Series {
    const few = this.#scene.lines.length <= 20
    return {
      stroke: () => this.#colourOf(this.#order[index]),
      width: 1,
      spanGaps: false,
      value: (_plot, value: number | null) => (value === null ? '' : valueText(value, this.#scene.unit)),
      points: {
        show: few,
        size: 4,
        filter: (plot, series) => lonely((plot.data[series] ?? []) as (number | null | undefined)[]),
      },
    }
  }

  #colourOf(line: Line | undefined): string {
    if (line === undefined) return this.#palette.trace
    if (line.inBreach) return this.#palette.failing
    const alone = this.#scene.lines.length === 1
    return alone || this.#scene.focus.has(line.id) ? this.#palette.bold : this.#palette.trace
  }

  /** The lines whose names stand in the picture, with their newest values. */
  #named(): { name: string; value: number; failing: boolean }[] {
    return this.#order
      .filter(({ inBreach, id }) => this.#scene.lines.length > 1 && (inBreach || this.#scene.focus.has(id)))
      .flatMap(({ id, name, inBreach }) => {
        const value = this.#scene.columns.get(id)?.values.at(-1)
        return value === undefined ? [] : [{ name, value, failing: inBreach }]
      })
  }

  #selected(plot: uPlot): void {
    const { left, width } = plot.select
    if (width <= 4) return
    const [from, to] = [plot.posToVal(left, 'x') * 1_000, plot.posToVal(left + width, 'x') * 1_000]
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
    this.#events.zoomed(from, to)
  }

  #pointed(plot: uPlot): void {
    const { left } = plot.cursor
    if (left === undefined || left < 0 || !plot.over.matches(':hover')) return
    this.#events.pointed({ at: plot.posToVal(left, 'x') * 1_000, left })
  }
}

export interface PlotSetup {
  events: PlotEvents
  /** Plots with one key share their cursor. */
  syncKey: string
  /** `UTC`, or undefined for the reader's own zone. */
  zone: string | undefined
}
