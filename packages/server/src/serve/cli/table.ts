/** The lines of a table, columns aligned by two spaces, the head first; none without rows. Columns that are empty in every row are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const shown = head.map((_, column) => column).filter((column) => rows.some((row) => (row[column] ?? '') !== ''))
  const lines = [head, ...rows].map((row) => shown.map((column) => row[column] ?? ''))
  const widths = shown.map((_, column) => Math.max(...lines.map((cells) => widthOf(cells[column] ?? ''))))
  return lines.map((cells) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Characters as people count them; a letter with its accent is one. */
function widthOf(text: string): number {
  return [...text.normalize('NFC')].length
}
