/** One row of a CSV with the line that it begins on. */
export interface CsvRow {
  line: number
  cells: string[]
}

/**
 * The rows of a CSV (RFC 4180: quoted values may hold separators, line ends and doubled quotes); empty lines and lines that begin with
 * `#` are left out. The separator is the comma, or the semicolon where the first line has more of them, as spreadsheets of some countries
 * write it.
 */
export function csvRows(text: string): CsvRow[] {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const first = plain.split('\n', 1)[0] ?? ''
  const separator = first.split(';').length > first.split(',').length ? ';' : ','
  const rows: CsvRow[] = []
  let at = 0
  let line = 1
  while (at < plain.length) {
    const row = readRow(plain, at, separator)
    const isEmpty = row.cells.length === 1 && row.cells[0] === ''
    if (!isEmpty && !row.cells[0]?.startsWith('#')) rows.push({ line, cells: row.cells.map((cell) => cell.trim()) })
    line += row.lineEnds
    at = row.end
  }
  return rows
}

function readRow(text: string, from: number, separator: string): { cells: string[]; end: number; lineEnds: number } {
  const cells: string[] = []
  let at = from
  let lineEnds = 0
  for (;;) {
    const cell = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at, separator)
    cells.push(cell.value)
    lineEnds += cell.value.split('\n').length - 1
    at = cell.end
    if (text[at] !== separator) return { cells, end: at + 1, lineEnds: lineEnds + 1 }
    at += 1
  }
}

function readPlain(text: string, from: number, separator: string): { value: string; end: number } {
  let end = from
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end += 1
  return { value: text.slice(from, end), end }
}

function readQuoted(text: string, from: number): { value: string; end: number } {
  let value = ''
  let at = from + 1
  while (at < text.length) {
    if (text[at] === '"' && text[at + 1] === '"') {
      value += '"'
      at += 2
    } else if (text[at] === '"') break
    else value += text[at++]
  }
  return { value, end: Math.min(text.length, at + 1) }
}
