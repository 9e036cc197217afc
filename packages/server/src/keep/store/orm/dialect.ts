import type { EntityMetadata } from '@mikro-orm/core'
import type { Database, Refusal } from './session.ts'
import type { TransactionRules } from './transactions.ts'

/** What differs from database to database. */
export interface Dialect extends TransactionRules {
  refusalOf(thrown: unknown): Refusal | undefined
  /** Trouble with the database itself in tscaler's words; anything else as it is. */
  inWords(thrown: unknown): unknown
  /** Whether texts are refused beyond the length that their entity says. */
  bounded: boolean
  /** The database's own clock, epoch ms, where several machines share it; undefined: the process's clock is the store's. */
  now?: (database: Database) => Promise<number>
  /** Tells the database of an id that it did not give itself; undefined: it sees it by itself. */
  takeId?: (database: Database, table: string, id: number) => Promise<void>
  /** The highest id that the table has ever given, as far as the database knows. */
  lastId(database: Database, table: string): Promise<number>
  /** No id up to this one is given any more. */
  giveIdsBeyond(database: Database, table: string, id: number): Promise<void>
}

/** A database that is connected and has this program's tables. */
export interface Base {
  database: Database
  metas: readonly EntityMetadata[]
  /** Whether statements may give back the rows that they wrote. */
  returning: boolean
  dialect: Dialect
  /** How messages call it; never a password. */
  name: string
  close(): Promise<void>
}
