import type { EntityMetadata } from '@mikro-orm/core'
import { TscalerError } from '../../../model/problem.ts'
import type { Change, New, Query, Table, Where } from '../table.ts'
import { type ColumnOptions, Columns, type DatabaseRow } from './columns.ts'
import { type Condition, matching, nameContains } from './condition.ts'
import type { Database, Session } from './session.ts'

/** What is known of a table apart from any session. */
export interface Shape {
  columns: Columns
  /** Whether the database gives its ids. */
  givesIds: boolean
  /** Fields that refer to a row of another table. */
  references: readonly string[]
  /** Tables whose rows keep one of this table from being removed. */
  usedBy: readonly string[]
}

/** The shape of an entity's table. */
export function shapeOf(meta: EntityMetadata, all: readonly EntityMetadata[], options: ColumnOptions): Shape {
  const usedBy = all.filter((other) =>
    other.props.some((prop) => prop.targetMeta?.className === meta.className && prop.deleteRule === 'restrict'),
  )
  return {
    columns: new Columns(meta, options),
    givesIds: givesIds(meta),
    references: meta.props.filter((prop) => prop.targetMeta !== undefined).map((prop) => prop.name),
    usedBy: usedBy.map((other) => other.tableName).sort(),
  }
}

/** Whether the database gives the ids of the entity's rows. */
export function givesIds(meta: EntityMetadata): boolean {
  return meta.props.some(({ name, autoincrement }) => name === 'id' && autoincrement === true)
}

// The least that any database takes in one statement is SQLite's 32,766 values; half of it leaves room.
const VALUES_MAX = 16_000

/**
 * One implementation for all nouns, over MikroORM's query builder: through its entities a run with four steps took three
 * times as long to write and a list twenty times as long to read, and rows that are copied out need no identity map.
 */
export class OrmTable<Row extends { id: number }> implements Table<Row> {
  readonly #shape: Shape
  readonly #columns: Columns
  readonly #session: Session

  constructor(shape: Shape, session: Session) {
    this.#shape = shape
    this.#columns = shape.columns
    this.#session = session
  }

  async find(id: number): Promise<Row | undefined> {
    return (await this.#select([this.#byId(id)], {}))[0]
  }

  async get(id: number): Promise<Row> {
    const row = await this.find(id)
    if (!row) throw this.#notFound(id)
    return row
  }

  async findOne(where: Where<Row>): Promise<Row | undefined> {
    return (await this.#select([matching(this.#columns, where)], { limit: 1 }))[0]
  }

  async list(query: Query<Row> = {}): Promise<Row[]> {
    const conditions = query.where ? [matching(this.#columns, query.where)] : []
    if (query.q) conditions.push(nameContains(query.q))
    return this.#select(conditions, query)
  }

  async count(where: Where<Row> = {}): Promise<number> {
    const condition = matching(this.#columns, where)
    const found = await this.#session.run((database) =>
      database
        .selectFrom(this.#table)
        .select((eb) => eb.fn.countAll().as('count'))
        .where(condition)
        .executeTakeFirst(),
    )
    return Number(found?.count ?? 0)
  }

  async insert(row: New<Row>): Promise<Row> {
    const encoded = this.#fresh(row)
    const id = await this.#naming(row, () => this.#session.guarded((database) => this.#insertOne(database, encoded)))
    return this.#decode({ ...encoded, id: row.id ?? id })
  }

  async insertMany(rows: readonly New<Row>[]): Promise<void> {
    const encoded = rows.map((row) => this.#fresh(row))
    const [first] = rows
    if (!first) return
    const size = Math.max(1, Math.floor(VALUES_MAX / this.#columns.count))
    const insert = async (database: Database) => {
      for (let from = 0; from < encoded.length; from += size) {
        await database
          .insertInto(this.#table)
          .values(encoded.slice(from, from + size))
          .execute()
      }
    }
    await this.#naming(first, () =>
      rows.length > size ? this.#session.atomically(insert) : this.#session.guarded(insert),
    )
  }

  async update(id: number, change: Change<Row>, version?: number): Promise<Row> {
    const conditions = [this.#byId(id)]
    if (version !== undefined) conditions.push(matching(this.#columns, { version }))
    const row = await this.#naming(change, () => this.#updateOne(id, conditions, change))
    if (row) return this.#decode(row)
    const present = await this.get(id)
    throw this.#stale(present, version)
  }

  async updateWhere(where: Where<Row>, change: Change<Row>): Promise<number> {
    const conditions = [matching(this.#columns, where)]
    const { numUpdatedRows } = await this.#naming(change, () =>
      this.#session.guarded((database) => this.#write(database, conditions, change).executeTakeFirst()),
    )
    return Number(numUpdatedRows)
  }

  async remove(id: number): Promise<boolean> {
    return (await this.#delete(this.#byId(id), `${this.#table} ${id}`)) > 0
  }

  removeWhere(where: Where<Row>): Promise<number> {
    return this.#delete(matching(this.#columns, where), `a row of ${this.#table}`)
  }

  get #table(): string {
    return this.#columns.table
  }

  #byId(id: number): Condition {
    return (eb) => eb('id', '=', id)
  }

  #select(conditions: readonly Condition[], { cursor, limit, order = 'asc' }: Query<Row>): Promise<Row[]> {
    return this.#session.run(async (database) => {
      let select = database.selectFrom(this.#table).selectAll().orderBy('id', order)
      for (const condition of conditions) select = select.where(condition)
      if (cursor !== undefined) select = select.where('id', order === 'asc' ? '>' : '<', cursor)
      if (limit !== undefined) select = select.limit(limit)
      return (await select.execute()).map((row) => this.#decode(row))
    })
  }

  async #insertOne(database: Database, row: DatabaseRow): Promise<number> {
    const insert = database.insertInto(this.#table).values(row)
    if (!this.#session.returning) return Number((await insert.executeTakeFirst()).insertId)
    const id = Number((await insert.returning('id').executeTakeFirst())?.id)
    if (row.id !== undefined && this.#shape.givesIds) await this.#session.takeId?.(database, this.#table, id)
    return id
  }

  #updateOne(id: number, conditions: readonly Condition[], change: Change<Row>): Promise<DatabaseRow | undefined> {
    if (this.#session.returning) {
      return this.#session.guarded((database) =>
        this.#write(database, conditions, change).returningAll().executeTakeFirst(),
      )
    }
    // Both or none, so that the row read is the row written and not what somebody else made of it since.
    return this.#session.atomically(async (database) => {
      const { numUpdatedRows } = await this.#write(database, conditions, change).executeTakeFirst()
      if (numUpdatedRows === 0n) return undefined
      return database.selectFrom(this.#table).selectAll().where(this.#byId(id)).executeTakeFirst()
    })
  }

  #write(database: Database, conditions: readonly Condition[], change: Change<Row>) {
    let update = database.updateTable(this.#table).set(this.#columns.encode(change))
    if (this.#columns.has('updatedAt')) update = update.set('updated_at', this.#session.clock.now())
    if (this.#columns.has('version')) update = update.set((eb) => ({ version: eb('version', '+', 1) }))
    for (const condition of conditions) update = update.where(condition)
    return update
  }

  async #delete(condition: Condition, what: string): Promise<number> {
    try {
      const { numDeletedRows } = await this.#session.guarded((database) =>
        database.deleteFrom(this.#table).where(condition).executeTakeFirst(),
      )
      return Number(numDeletedRows)
    } catch (thrown) {
      if (this.#session.refusalOf(thrown) !== 'reference') throw thrown
      const users = this.#shape.usedBy.join(', ')
      throw new TscalerError('in-use', `${what} is still used (by ${users}). Change or remove what uses it first.`, {
        cause: thrown,
      })
    }
  }

  /** A new row with what the store adds, every column there. */
  #fresh(row: New<Row>): DatabaseRow {
    const now = this.#session.clock.now()
    const added = {
      ...(this.#columns.has('version') && { version: 1 }),
      ...(this.#columns.has('createdAt') && { createdAt: row.createdAt ?? now }),
      ...(this.#columns.has('updatedAt') && { updatedAt: now }),
    }
    return this.#columns.complete(this.#columns.encode({ ...row, ...added }), 'id')
  }

  // The columns are those of the noun: every entity's properties are held against its type where it is defined.
  #decode(row: DatabaseRow): Row {
    return this.#columns.decode(row) as Row
  }

  async #naming<Result>(row: object, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (thrown) {
      const refusal = this.#session.refusalOf(thrown)
      if (refusal === undefined) throw thrown
      throw refusal === 'duplicate' ? this.#taken(row, thrown) : this.#dangling(row, thrown)
    }
  }

  #taken(row: object, cause: unknown): TscalerError {
    const named =
      'name' in row
        ? `the name "${row.name}"`
        : 'id' in row && row.id !== undefined
          ? `the id ${row.id}`
          : 'one of the values'
    const message = `${this.#table}: ${named} is taken by another row. Choose another.`
    return new TscalerError('name-taken', message, {
      cause,
      findings: 'name' in row ? [{ path: 'name', message: 'is taken' }] : [],
    })
  }

  #dangling(row: object, cause: unknown): TscalerError {
    const values = Object.entries(row).filter(
      ([field, value]) => this.#shape.references.includes(field) && value !== null,
    )
    const seen = values.map(([field, value]) => `${field} ${value}`).join(', ')
    return new TscalerError(
      'not-found',
      `${this.#table}: what is referred to (${seen}) is not there. Name a row that is.`,
      { cause },
    )
  }

  #notFound(id: number): TscalerError {
    return new TscalerError('not-found', `${this.#table} ${id} is not there. It may have been removed meanwhile.`)
  }

  #stale(present: Row, version: number | undefined): TscalerError {
    const now = 'version' in present ? present.version : 'another'
    const message = `${this.#table} ${present.id} is at version ${now}, not ${version}: somebody changed it meanwhile. Read it again.`
    return new TscalerError('stale-version', message)
  }
}
