/** The colours that a plot draws with: a canvas knows no CSS variables. */
export interface Palette {
  text: string
  grid: string
  body: string
  trace: string
  bold: string
  failing: string
  failingSoft: string
}

/** The colours of the page's present scheme. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return {
    text: of('--mantine-color-dimmed'),
    grid: of('--line'),
    body: of('--raised'),
    trace: of('--trace'),
    bold: of('--trace-bold'),
    failing: of('--failing'),
    failingSoft: of('--failing-soft'),
  }
}
