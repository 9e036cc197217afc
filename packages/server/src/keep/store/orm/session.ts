import type { Kysely } from '@mikro-orm/sql'
import type { Clock } from '../../../model/clock.ts'
import type { DatabaseRow } from './columns.ts'

/** MikroORM's query builder over rows whose columns are known at run time only. */
export type Database = Kysely<Record<string, DatabaseRow>>

/** What a database refused: a second row of a unique value, a reference to nothing, the removal of what is referred to. */
export type Refusal = 'duplicate' | 'reference'

/** What tables run their statements in: the store itself, or one transaction. */
export interface Session {
  clock: Clock
  /** The instant by which leases begin and end: one clock for all processes that share the store. Epoch ms. */
  leaseNow(): Promise<number>
  /** Whether statements may give back the rows that they wrote (`returning`). */
  returning: boolean
  /** Tells the database of an id that it did not give itself, where it does not see it. */
  takeId?: (database: Database, table: string, id: number) => Promise<void>
  /** Runs statements; trouble with the database itself is thrown in tscaler's words. */
  run<Result>(work: (database: Database) => Promise<Result>): Promise<Result>
  /** The same for a write that the database may refuse: in a transaction the refusal undoes that write alone. */
  guarded<Result>(work: (database: Database) => Promise<Result>): Promise<Result>
  /** The same for several writes, all or nothing. */
  atomically<Result>(work: (database: Database) => Promise<Result>): Promise<Result>
  /** Whether what `run` threw is a refusal that the caller can name better. */
  refusalOf(thrown: unknown): Refusal | undefined
}
