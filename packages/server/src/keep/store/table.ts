/** A value that a row is looked up by: equal to one, or to any of several. Undefined throws, for it would match every row; so does a field that is a list or an object. */
export type Where<Row> = { readonly [Field in keyof Row]?: Row[Field] | readonly Row[Field][] }

/** Which rows, in the order of their ids. */
export interface Query<Row> {
  where?: Where<Row>
  /** Rows whose name contains the text, whatever the case; only on tables with names. */
  q?: string
  /** Rows after (or, descending, before) this id. */
  cursor?: number
  limit?: number
  order?: 'asc' | 'desc'
}

/** What a new row is made of: the store gives id, version and, on stored nouns, the instants. */
export type New<Row> = Omit<Row, 'id' | 'version' | 'createdAt' | 'updatedAt'> & { id?: number; createdAt?: number }

/** What a change may set. */
export type Change<Row> = Partial<Omit<Row, 'id' | 'version' | 'createdAt' | 'updatedAt'>>

/** Rows of one noun. Ids are given by the store and never reused. Rows given back are copies: changing one changes nothing. */
export interface Table<Row extends { id: number }> {
  find(id: number): Promise<Row | undefined>
  /** Throws `not-found`. */
  get(id: number): Promise<Row>
  findOne(where: Where<Row>): Promise<Row | undefined>
  list(query?: Query<Row>): Promise<Row[]>
  count(where?: Where<Row>): Promise<number>
  /** Throws `name-taken` where a row of that name, or of that id, is there; `not-found` where it refers to a row that is not. */
  insert(row: New<Row>): Promise<Row>
  /** All or none. */
  insertMany(rows: readonly New<Row>[]): Promise<void>
  /** Throws `not-found`, `name-taken`, or `stale-version` where `version` is given and is not the row's. */
  update(id: number, change: Change<Row>, version?: number): Promise<Row>
  /** Compare and set: changes the rows that match; gives how many. */
  updateWhere(where: Where<Row>, change: Change<Row>): Promise<number>
  /** Whether there was one. Throws `in-use` where others refer to it; what belongs to it goes with it (a run's steps, tasks, log lines; a user's sessions, tokens). */
  remove(id: number): Promise<boolean>
  removeWhere(where: Where<Row>): Promise<number>
}
