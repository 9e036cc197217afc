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
  /** Whether statements may give back the rows that they wrote (`returning`). */
  returning: boolean
  /** Runs statements; trouble with the database itself is thrown in tscaler's words. */
  run<Result>(work: (database: Database) => Promise<Result>): Promise<Result>
  /** The same, all or nothing. */
  atomically<Result>(work: (database: Database) => Promise<Result>): Promise<Result>
  /** Whether what `run` threw is a refusal that the caller can name better. */
  refusalOf(thrown: unknown): Refusal | undefined
}
