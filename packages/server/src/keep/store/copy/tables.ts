import type { EntityMetadata } from '@mikro-orm/core'
import { tableEntities } from '../entities/all.ts'
import { Columns, type DatabaseRow } from '../orm/columns.ts'
import type { Base } from '../orm/dialect.ts'
import { givesIds } from '../orm/orm-table.ts'

/** A table as it is copied. */
export interface CopiedTable {
  name: string
  /** Between the noun and its row in this database. */
  columns: Columns
  /** Whether the database gives its ids. */
  givesIds: boolean
}

/** All tables of nouns, each after those that its rows refer to; `installation` last, as it says that all is there. */
export function tablesOf({ metas, dialect }: Pick<Base, 'metas' | 'dialect'>): CopiedTable[] {
  const classes = Object.values(tableEntities).map(({ meta }) => meta.className)
  const nouns = metas.filter(({ className }) => classes.includes(className))
  return inOrder(nouns).map((meta) => ({
    name: meta.tableName,
    columns: new Columns(meta, dialect),
    givesIds: givesIds(meta),
  }))
}

const LAST = tableEntities.installation.meta.className

function inOrder(metas: readonly EntityMetadata[]): EntityMetadata[] {
  const done: EntityMetadata[] = []
  const visit = (meta: EntityMetadata): void => {
    if (done.includes(meta)) return
    for (const parent of metas) {
      if (meta.props.some(({ targetMeta }) => targetMeta?.className === parent.className)) visit(parent)
    }
    done.push(meta)
  }
  const [last, others] = [metas.filter(isLast), metas.filter((meta) => !isLast(meta))]
  for (const meta of [...others, ...last]) visit(meta)
  return done
}

function isLast({ className }: EntityMetadata): boolean {
  return className === LAST
}

// Rows are looked through this many at a time; a thousand of a table take 10 ms.
const ROWS_MAX = 500

/** The table's nouns by id from after `cursor`, some at a time. */
export async function* nounsOf(
  { database }: Pick<Base, 'database'>,
  { name, columns }: CopiedTable,
  cursor = 0,
): AsyncGenerator<Noun[]> {
  for (let after = cursor; ; ) {
    const rows: DatabaseRow[] = await database
      .selectFrom(name)
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS_MAX)
      .execute()
    const nouns = rows.map((row) => columns.decode(row)).map((noun) => ({ ...noun, id: Number(noun.id) }))
    const last = nouns.at(-1)
    if (last === undefined) return
    yield nouns
    after = last.id
  }
}

/** All fields of a row, whatever noun it is. */
export interface Noun {
  id: number
  [field: string]: unknown
}
