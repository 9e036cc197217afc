import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Columns, DatabaseRow } from './columns.ts'

/** A condition in the words of the query builder. */
export type Condition = (eb: ExpressionBuilder<Record<string, DatabaseRow>, string>) => Expression<SqlBool>

/** Rows that match all fields of `where`. An undefined value is a mistake of the caller and throws: it would match every row. */
export function matching(columns: Columns, where: object): Condition {
  const fields = Object.entries(where).map(([field, value]) => ({ field, column: columns.searchable(field), value }))
  return (eb) =>
    eb.and(
      fields.map(({ field, column, value }) => {
        const encoded = (one: unknown) => {
          if (one === undefined) throw new Error(`${columns.table}.${field} is looked up by undefined`)
          return columns.encodeValue(field, one)
        }
        if (value === null) return eb(column, 'is', null)
        if (!Array.isArray(value)) return eb(column, '=', encoded(value))
        const values = value.filter((one) => one !== null).map(encoded)
        // `in ()` is no SQL everywhere: an empty list is the empty disjunction, false.
        const listed = values.length === 0 ? eb.or([]) : eb(column, 'in', values)
        return values.length === value.length ? listed : eb.or([listed, eb(column, 'is', null)])
      }),
    )
}

/**
 * Rows whose name contains the text, whatever the case. Taking the text away changes just those names: `like` would
 * read `_`, which names may hold, as any character, and its escape is written differently in each database.
 */
export function nameContains(text: string): Condition {
  return (eb) => {
    const name = eb.fn('lower', ['name'])
    return eb(eb.fn('replace', [name, eb.val(text.toLowerCase()), eb.val('')]), '!=', name)
  }
}
