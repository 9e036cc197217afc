import type { EntityMetadata, EntityProperty } from '@mikro-orm/core'
import { TscalerError } from '../../../model/problem.ts'

/** A row as the database has it, by column names. */
export type DatabaseRow = Record<string, unknown>

/** How one field of a noun stands in its table. */
interface Column {
  field: string
  column: string
  kind: 'text' | 'number' | 'flag' | 'json'
  /** Characters that the column takes; null: any number. */
  lengthMax: number | null
}

/** What differs from database to database. */
export interface ColumnOptions {
  /** Whether texts are cut or refused beyond the length that their entity says. */
  bounded: boolean
}

/** Translates between a noun and its row: every value given back is a copy. Throws an assertion for a field that the table has not. */
export class Columns {
  readonly table: string
  readonly #columns: readonly Column[]
  readonly #byField: ReadonlyMap<string, Column>

  constructor(meta: EntityMetadata, { bounded }: ColumnOptions) {
    this.table = meta.tableName
    this.#columns = meta.props.map((prop) => {
      const lengthMax = bounded && prop.length !== undefined ? prop.length : null
      return { field: prop.name, column: columnOf(prop), kind: kindOf(prop), lengthMax }
    })
    this.#byField = new Map(this.#columns.map((column) => [column.field, column]))
  }

  has(field: string): boolean {
    return this.#byField.has(field)
  }

  /** The column of a field that rows may be looked up by. */
  searchable(field: string): string {
    const column = this.#get(field)
    if (column.kind === 'json') throw new Error(`${this.table}.${field} is kept whole; rows can't be looked up by it`)
    return column.column
  }

  /** The given fields only; fields that are undefined are left out. Throws `bad-input` for a text that the column does not take whole. */
  encode(fields: object): DatabaseRow {
    const row: DatabaseRow = {}
    for (const [field, value] of Object.entries(fields)) {
      if (value === undefined) continue
      const { column, lengthMax } = this.#get(field)
      if (lengthMax !== null && typeof value === 'string') this.#checkLength(field, value, lengthMax)
      row[column] = this.encodeValue(field, value)
    }
    return row
  }

  encodeValue(field: string, value: unknown): unknown {
    if (value === null) return null
    const { kind } = this.#get(field)
    if (kind === 'json') return JSON.stringify(value)
    // 1 and 0 are understood by every database; better-sqlite3 binds no booleans.
    if (kind === 'flag') return value ? 1 : 0
    return kind === 'text' ? storable(String(value)) : value
  }

  /** A whole noun; what the row has not is null. */
  decode(row: DatabaseRow): Record<string, unknown> {
    const fields: Record<string, unknown> = {}
    for (const { field, column, kind } of this.#columns) fields[field] = decodeValue(kind, row[column])
    return fields
  }

  /** The row with null for each column that it has not, so that all rows of one statement have the same columns. */
  complete(row: DatabaseRow, except: string): DatabaseRow {
    const whole: DatabaseRow = {}
    for (const { column, field } of this.#columns) {
      if (column in row || field !== except) whole[column] = row[column] ?? null
    }
    return whole
  }

  get count(): number {
    return this.#columns.length
  }

  #checkLength(field: string, text: string, lengthMax: number): void {
    // A character of a database is a code point; there are never more of them than of JavaScript's units.
    if (text.length <= lengthMax || [...text].length <= lengthMax) return
    const message = `has ${[...text].length} characters, and this database keeps ${lengthMax} of them`
    throw new TscalerError('bad-input', `${this.table}.${field} ${message}. Shorten it.`, {
      findings: [{ path: field, message }],
    })
  }

  #get(field: string): Column {
    const column = this.#byField.get(field)
    if (!column) throw new Error(`${this.table} has no field ${field}`)
    return column
  }
}

function columnOf(prop: EntityProperty): string {
  const column = prop.fieldNames[0]
  if (column === undefined) throw new Error(`${prop.name} has no column`)
  return column
}

function kindOf(prop: EntityProperty): Column['kind'] {
  switch (prop.runtimeType) {
    case 'string':
      return 'text'
    case 'boolean':
      return 'flag'
    case 'any':
      return 'json'
    default:
      return 'number' // ids that refer to another table have no type of their own
  }
}

function decodeValue(kind: Column['kind'], value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (kind === 'number') return Number(value) // some databases give 64-bit integers as text
  if (kind === 'flag') return Boolean(value)
  return kind === 'json' && typeof value === 'string' ? JSON.parse(value) : value
}

/** Scripts print what they like: NUL ends a text in PostgreSQL, a lone surrogate is not UTF-8 anywhere. Both become U+FFFD. */
function storable(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed
}
