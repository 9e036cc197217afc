import type uPlot from 'uplot'
import type { Threshold } from '../../reckon/threshold.ts'
import { valueText } from '../../reckon/value.ts'
import type { Palette } from './palette.ts'

/** More names than this would hide the lines. */
const namesMax = 5
const lineHeight = 14
const longestName = 28

/** The threshold as a dashed line, with a shade on the side that is in breach. One beyond the picture is said at its edge. */
export function drawThreshold(plot: uPlot, threshold: Threshold | null, palette: Palette): void {
  if (threshold === null) return
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  const y = plot.valToPos(threshold.limit, 'y', true)
  const isAbove = threshold.comparison.startsWith('>')
  const isBelow = threshold.comparison.startsWith('<')
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.fillStyle = palette.failingSoft
  if (isAbove) ctx.fillRect(bbox.left, bbox.top, bbox.width, y - bbox.top)
  if (isBelow) ctx.fillRect(bbox.left, y, bbox.width, bbox.top + bbox.height - y)
  ctx.strokeStyle = palette.failing
  ctx.lineWidth = ratio
  ctx.setLineDash([5 * ratio, 4 * ratio])
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  const isOutside = y < bbox.top || y > bbox.top + bbox.height
  if (isOutside) {
    ctx.fillStyle = palette.text
    ctx.textAlign = 'left'
    ctx.textBaseline = 'alphabetic'
    ctx.font = `${11 * ratio}px system-ui, sans-serif`
    const text = `threshold ${threshold.comparison} ${valueText(threshold.limit)} is ${y < bbox.top ? 'above ↑' : 'below ↓'}`
    ctx.fillText(text, bbox.left + 6 * ratio, y < bbox.top ? bbox.top + 12 * ratio : bbox.top + bbox.height - 6 * ratio)
  }
  ctx.restore()
}

/** Names of lines at their right ends, the highest first, moved apart where they would cover each other. */
export function drawNames(
  plot: uPlot,
  named: readonly { name: string; value: number; failing: boolean }[],
  palette: Palette,
): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  const places = [...named]
    .sort((a, b) => b.value - a.value)
    .slice(0, namesMax)
    .map((one) => ({ ...one, y: plot.valToPos(one.value, 'y', true) - 5 * ratio }))
  ctx.save()
  ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'right'
  ctx.textBaseline = 'alphabetic'
  ctx.lineJoin = 'round'
  ctx.lineWidth = 4 * ratio
  ctx.strokeStyle = palette.body
  let lowest = bbox.top
  for (const { name, y, failing } of places) {
    const top = Math.min(bbox.top + bbox.height - 2 * ratio, Math.max(y, lowest + lineHeight * ratio))
    lowest = top
    const text = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name
    ctx.fillStyle = failing ? palette.failing : palette.bold
    ctx.strokeText(text, bbox.left + bbox.width - 4 * ratio, top)
    ctx.fillText(text, bbox.left + bbox.width - 4 * ratio, top)
  }
  ctx.restore()
}
