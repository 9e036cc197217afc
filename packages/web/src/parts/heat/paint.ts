import { type HeatCell, heatShare } from '../../reckon/heat.ts'
import { isBreach, type Threshold } from '../../reckon/threshold.ts'

/** One row of a heat map: a node's or a JVM's cells. */
export interface HeatRow {
  id: string
  name: string
  cells: readonly HeatCell[]
}

/** What is drawn: the rows in sight, from `top` pixels down in all of them. */
export interface HeatPicture {
  rows: readonly HeatRow[]
  /** The first row's place among all. */
  first: number
  top: number
  scale: { least: number; most: number }
  threshold: Threshold | null
}

/** Room for the names at the left, CSS pixels. */
export const nameWidth = 132
/** A row's height: a name in it can still be read. */
export const rowHeight = 18
/** Between rows, so that each can be followed. */
const rowGap = 1
/** The scale in so many tones: finer ones can't be told apart. */
const tones = 24

/** Draws the rows in sight; `width` and `height` are the canvas' in CSS pixels. */
export function paintHeat(
  canvas: HTMLCanvasElement,
  { width, height }: { width: number; height: number },
  picture: HeatPicture,
): void {
  const pen = canvas.getContext('2d')
  if (pen === null) return
  const sharpness = devicePixelRatio
  canvas.width = Math.round(width * sharpness)
  canvas.height = Math.round(height * sharpness)
  pen.scale(sharpness, sharpness)
  const colours = readColours(canvas)
  pen.font = '12px system-ui, sans-serif'
  pen.textBaseline = 'middle'
  picture.rows.forEach((row, index) => {
    const y = (picture.first + index) * rowHeight - picture.top
    paintRow(pen, { row, y, width }, picture, colours)
  })
}

function paintRow(
  pen: CanvasRenderingContext2D,
  { row: { name, cells }, y, width }: { row: HeatRow; y: number; width: number },
  { threshold, scale }: HeatPicture,
  colours: Colours,
): void {
  pen.fillStyle = colours.text
  pen.fillText(cut(pen, name), 14, y + rowHeight / 2)
  // To whole pixels, or seams would show between neighbours.
  const edge = (place: number) => nameWidth + Math.round((place * (width - nameWidth)) / cells.length)
  cells.forEach((cell, place) => {
    if (cell === null) return
    const [x, wide] = [edge(place), edge(place + 1) - edge(place)]
    if (cell === 'failed') {
      // A line through the row's middle: no value, and not nothing.
      pen.fillStyle = colours.failing
      pen.fillRect(x, y + rowHeight / 2 - 1, wide, 2)
      return
    }
    const tone = colours.tones[Math.round(heatShare(cell, scale) * (tones - 1))]
    pen.fillStyle = isBreach(cell, threshold) ? colours.failing : (tone ?? colours.text)
    pen.fillRect(x, y, wide, rowHeight - rowGap)
  })
}

interface Colours {
  text: string
  failing: string
  tones: readonly string[]
}

function readColours(canvas: HTMLCanvasElement): Colours {
  const style = getComputedStyle(canvas)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return {
    text: of('--mantine-color-text'),
    failing: of('--failing'),
    tones: Array.from({ length: tones }, (_, index) => {
      const share = Math.round((index / (tones - 1)) * 100)
      return `color-mix(in oklab, ${of('--heat-most')} ${share}%, ${of('--heat-least')})`
    }),
  }
}

/** A name with an ellipsis where it is too long for its room. */
function cut(pen: CanvasRenderingContext2D, name: string): string {
  const room = nameWidth - 20
  if (pen.measureText(name).width <= room) return name
  let length = name.length - 1
  while (length > 1 && pen.measureText(`${name.slice(0, length)}…`).width > room) length -= 1
  return `${name.slice(0, length)}…`
}
