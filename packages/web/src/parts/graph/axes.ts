import type uPlot from 'uplot'
import { clockText, dayText } from '../../reckon/time.ts'
import { valueText } from '../../reckon/value.ts'
import type { Palette } from './palette.ts'

const dayS = 86_400
const font = '11px system-ui, sans-serif'

/** The common axis of time: as fine as its steps, with the day where it changes. */
export function xAxis(palette: () => Palette, zone: string | undefined): uPlot.Axis {
  return {
    ...common(palette),
    size: 26,
    space: 90,
    values: (_plot, splits, _axis, _space, step) =>
      splits.map((seconds, index) => timeLabel(seconds, splits[index - 1], step, zone)),
  }
}

function timeLabel(seconds: number, before: number | undefined, step: number, zone: string | undefined): string {
  const at = seconds * 1_000
  const day = dayText(at, zone).slice(5)
  if (step >= dayS) return day
  const clock = step < 60 ? clockText(at, zone) : clockText(at, zone).slice(0, 5)
  const isNewDay = before !== undefined && dayText(before * 1_000, zone) !== dayText(at, zone)
  return isNewDay ? day : clock
}

/** The axis of values; bytes step by powers of two. */
export function yAxis(palette: () => Palette, unit: string, width: number): uPlot.Axis {
  const isBytes = unit === 'bytes' || unit === 'B'
  return {
    ...common(palette),
    size: width,
    space: 34,
    // Plots may be as flat as 100 pixels.
    gap: 6,
    ...(isBytes ? { incrs: Array.from({ length: 60 }, (_, power) => 2 ** power) } : {}),
    values: (_plot, splits) => splits.map((value) => valueText(Number(value.toPrecision(12)), shortUnit(unit))),
  }
}

/** Units that are a part of the figure; others stand in the title. */
function shortUnit(unit: string): string {
  return unit === 'bytes' || unit === 'B' || unit === '%' ? unit : ''
}

function common(palette: () => Palette): uPlot.Axis {
  return {
    font,
    stroke: () => palette().text,
    grid: { stroke: () => palette().grid, width: 1 },
    ticks: { show: false },
  }
}
