import { randomInt } from 'node:crypto'
import { setTimeout as realTime } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import type { Database } from './session.ts'
import { Turns } from './turns.ts'

/** How a database keeps transactions apart. */
export interface TransactionRules {
  /** Until the transaction ends no other one, of any process, is past this. */
  lockAdmission(database: Database, table: string): Promise<void>
  /** Runs the work in one transaction that is serialisable: as though it had been alone. */
  begin<Result>(database: Database, work: (transaction: Database) => Promise<Result>): Promise<Result>
  /** Whether the database gave up a transaction for the sake of another, so that it may succeed if it is done again. */
  isConflict(thrown: unknown): boolean
  /** Whether nothing of the transaction can be kept any more, whatever its work does next. */
  endsTransaction(thrown: unknown): boolean
  /** Whether a refused statement spoils its transaction unless it runs in a savepoint. */
  savepoints: boolean
  /** How many transactions of this process may be under way; undefined: one connection keeps them apart anyway. */
  transactionsMax?: number
}

type Run = <Result>(work: (database: Database) => Promise<Result>) => Promise<Result>

/** Statements in one transaction. */
export interface Inside {
  run: Run
  /** For writes that may be refused. */
  guarded: Run
}

/** Runs work in transactions. What is thrown is the database's own. */
export interface Transactions {
  /** All or nothing. Done again, from the beginning, where the database gave it up for the sake of another. */
  atomically<Result>(work: (inside: Inside) => Promise<Result>): Promise<Result>
  /** Done again where the database gave it up for the sake of another: for one statement. */
  repeated<Result>(work: () => Promise<Result>): Promise<Result>
}

/** Of many in each other's way at least one gets through each time; more than ten processes are not meant to share a store. */
const TRIES_MAX = 12

// A transaction takes some milliseconds; the longest wait is that of a big one.
const WAIT_MS_FIRST = 4
const WAIT_MS_MAX = 250

/** Transactions by the rules of a database. */
export function openTransactions(database: Database, rules: TransactionRules): Transactions {
  const turns = rules.transactionsMax === undefined ? undefined : new Turns(rules.transactionsMax)
  const repeated: Transactions['repeated'] = async (work) => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await work()
      } catch (thrown) {
        if (tried >= TRIES_MAX || !rules.isConflict(thrown)) throw thrown
        // Real time, as no clock of ours moves the other process; by chance, so that two don't meet again.
        await realTime(randomInt(Math.min(WAIT_MS_FIRST * 2 ** tried, WAIT_MS_MAX)) + 1)
      }
    }
  }
  const once: Transactions['atomically'] = (work) =>
    rules.begin(database, (transaction) => inOne(transaction, rules, work))
  return {
    repeated,
    atomically: (work) => repeated(() => (turns ? turns.take(() => once(work)) : once(work))),
  }
}

/** Whatever the work makes of it: a transaction that its database has ended must not look like one that was kept. */
async function inOne<Result>(
  transaction: Database,
  rules: TransactionRules,
  work: (inside: Inside) => Promise<Result>,
): Promise<Result> {
  let ended: { thrown: unknown } | undefined
  const run: Run = async (statements) => {
    try {
      return await statements(transaction)
    } catch (thrown) {
      if (rules.endsTransaction(thrown)) ended ??= { thrown }
      throw thrown
    }
  }
  const guarded = rules.savepoints ? withSavepoint(run) : run
  try {
    const result = await work({ run, guarded })
    if (ended === undefined) return result
  } catch (thrown) {
    if (ended === undefined || !rules.isConflict(ended.thrown)) throw thrown
  }
  throw ended.thrown
}

/** One statement more for each write, not three: the savepoint is moved on before the next write, not taken away after this one. */
function withSavepoint(run: Run): Run {
  let begun = false
  return async (statements) => {
    await run((database) => exec(database, begun ? `${RELEASE}; ${SET}` : SET))
    begun = true
    try {
      return await run(statements)
    } catch (thrown) {
      await run((database) => exec(database, ROLLBACK)).catch(() => {}) // what was thrown first says more
      throw thrown
    }
  }
}

const SET = 'savepoint refusable'
const RELEASE = 'release savepoint refusable'
const ROLLBACK = 'rollback to savepoint refusable'

async function exec(database: Database, text: string): Promise<void> {
  await database.executeQuery(CompiledQuery.raw(text))
}
