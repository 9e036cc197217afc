import type { BenchRow } from './bench.ts'

/** Rows as an aligned table, one line each, with the goals and whether they are reached. */
export function tableOf(rows: readonly BenchRow[]): string {
  const lines = [['bench', 'what', 'value', 'unit', 'goal', ''], ...rows.map(cellsOf)]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  const text = lines.map((cells) => {
    const padded = cells.map((cell, column) =>
      column === valueColumn ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    )
    return padded.join('  ').trimEnd()
  })
  return `${text.join('\n')}\n`
}

const valueColumn = 2

function cellsOf({ bench, what, value, unit, note, ...goals }: BenchRow): string[] {
  return [bench, what, shown(value), unit, goalOf(value, goals), note ?? '']
}

function goalOf(value: number, { atMost, atLeast }: Pick<BenchRow, 'atMost' | 'atLeast'>): string {
  if (atMost !== undefined) return `≤ ${atMost} ${value <= atMost ? 'reached' : 'MISSED'}`
  if (atLeast !== undefined) return `≥ ${atLeast} ${value >= atLeast ? 'reached' : 'MISSED'}`
  return ''
}

function shown(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(value)
}
