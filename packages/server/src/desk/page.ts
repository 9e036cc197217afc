/** What a list is asked for. */
export interface ListQuery {
  limit?: number
  /** The `next` of the page before. */
  cursor?: string
  /** Names that contain it. */
  q?: string
}

/** Enough for a screen; a page that wants more says so. */
export const pageLimit = { default: 50, max: 1_000 } as const

/** A page of a list; `next` is the cursor of the next one, null on the last. */
export interface Page<Item> {
  items: Item[]
  next: string | null
}

/** What the query says to a table: one row more than asked, which tells whether there is another page. */
export function rowQuery({ limit = pageLimit.default, cursor, q }: ListQuery): {
  limit: number
  cursor?: number
  q?: string
} {
  return { limit: limit + 1, ...(cursor === undefined ? {} : { cursor: Number(cursor) }), ...(q ? { q } : {}) }
}

/** The rows of the page, and the cursor of the next. */
export function cutPage<Row extends { id: number }>(
  rows: readonly Row[],
  { limit = pageLimit.default }: ListQuery,
): { shown: Row[]; next: string | null } {
  const shown = rows.slice(0, limit)
  return { shown, next: rows.length > limit ? `${shown.at(-1)?.id}` : null }
}

/** The page of rows, each as it is answered. */
export function pageOf<Row extends { id: number }, Item>(
  rows: readonly Row[],
  query: ListQuery,
  answer: (row: Row) => Item,
): Page<Item> {
  const { shown, next } = cutPage(rows, query)
  return { items: shown.map(answer), next }
}
