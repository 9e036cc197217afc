/** What a column may be sorted by; null is nothing and comes last either way. */
export type Sortable = string | number | null

/** The rows by the column that `sort` names (`-name`: the other way round); as they are where it names none. Names count as people count: node2 before node10. */
export function orderRows<Row>(
  rows: readonly Row[],
  columns: readonly { key: string; by?: (row: Row) => Sortable }[],
  sort: string,
): Row[] {
  const turn = sort.startsWith('-') ? -1 : 1
  const by = columns.find(({ key }) => key === sort.replace(/^-/, ''))?.by
  if (!by) return [...rows]
  return [...rows].sort((a, b) => compare(by(a), by(b), turn))
}

const names = new Intl.Collator('en', { numeric: true })

function compare(a: Sortable, b: Sortable, turn: number): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0)
  if (typeof a === 'number' && typeof b === 'number') return (a - b) * turn
  return names.compare(String(a), String(b)) * turn
}
