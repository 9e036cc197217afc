import { setTimeout as realTime } from 'node:timers/promises'
import { AbstractSqlDriver, type Configuration, SqliteConnection, SqlitePlatform } from '@mikro-orm/sqlite'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { codeOf } from './trouble.ts'

type Native = Awaited<ReturnType<SqliteConnection['getNativeClient']>>
type Statement = ReturnType<Native['prepare']>

/**
 * MikroORM's SQLite driver with transactions that take the write lock when they begin: one that read first and wanted to
 * write then would fail at once where another process had written meanwhile.
 */
export class PatientSqliteDriver extends AbstractSqlDriver<PatientConnection> {
  constructor(config: Configuration) {
    super(config, new WideIntegers(), PatientConnection, ['kysely', 'better-sqlite3'])
  }
}

/**
 * SQLite's `integer` has 64 bits. Without this MikroORM declares ids as `integer`, as AUTOINCREMENT demands, expects them to
 * be `bigint`, and finds every table changed when it compares.
 */
class WideIntegers extends SqlitePlatform {
  override getBigIntTypeDeclarationSQL(): string {
    return 'integer'
  }
}

class PatientConnection extends SqliteConnection {
  override createKyselyDialect(options: Record<string, unknown>): Dialect {
    const dialect = super.createKyselyDialect(options)
    return {
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (database) => dialect.createIntrospector(database),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createDriver: () => new OneConnection(() => this.getNativeClient()),
    }
  }
}

/** All statements go through one connection, one after another: the query builder waits for its turn before each. */
class OneConnection implements Driver {
  readonly #open: () => Promise<Native>
  #session: SqliteSession | undefined

  constructor(open: () => Promise<Native>) {
    this.#open = open
  }

  async init() {
    this.#session = new SqliteSession(await this.#open())
  }

  acquireConnection() {
    if (!this.#session) throw new Error('a connection was asked for before the database was opened')
    return Promise.resolve(this.#session)
  }

  async beginTransaction() {
    await this.#session?.execute('begin immediate')
  }

  async commitTransaction() {
    await this.#session?.execute('commit')
  }

  async rollbackTransaction() {
    // A full disk makes SQLite roll back by itself.
    if (this.#session?.inTransaction) await this.#session.execute('rollback')
  }

  // Migrations run each in a savepoint of one transaction, so that a failing one leaves the database as it was.
  async savepoint(_connection: DatabaseConnection, name: string) {
    await this.#session?.execute(`savepoint "${name}"`)
  }

  async rollbackToSavepoint(_connection: DatabaseConnection, name: string) {
    await this.#session?.execute(`rollback to "${name}"`)
  }

  async releaseSavepoint(_connection: DatabaseConnection, name: string) {
    await this.#session?.execute(`release "${name}"`)
  }

  async releaseConnection() {}

  async destroy() {
    this.#session?.close()
  }
}

// Statements differ by table, fields and number of values; a server uses about a hundred forms all the time.
const STATEMENTS_MAX = 500

// Another process holds the lock for one transaction, some milliseconds; a thousand times that is a process that hangs.
const LOCK_WAIT_MS = 5_000
const LOCK_RETRY_MS = 5

class SqliteSession implements DatabaseConnection {
  readonly #native: Native
  readonly #statements = new Map<string, Statement>()

  constructor(native: Native) {
    this.#native = native
  }

  get inTransaction(): boolean {
    return this.#native.inTransaction
  }

  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return this.execute<Row>(sql, parameters)
  }

  /**
   * Waits while another process holds the lock, and lets this process go on meanwhile: SQLite's own waiting stops all of it.
   * Only a statement that begins something may meet a lock, so trying again repeats nothing. The other process knows no
   * clock of ours; and a `Clock` keeps no process alive, so that a command that only waits for the lock would just end.
   */
  async execute<Row>(sql: string, parameters: readonly unknown[] = []): Promise<QueryResult<Row>> {
    for (let waitedMs = 0; ; waitedMs += LOCK_RETRY_MS) {
      try {
        return this.#run<Row>(sql, parameters)
      } catch (thrown) {
        if (codeOf(thrown) !== 'SQLITE_BUSY' || waitedMs >= LOCK_WAIT_MS) throw thrown
        await realTime(LOCK_RETRY_MS)
      }
    }
  }

  streamQuery(): never {
    throw new Error('rows are read whole, not streamed')
  }

  close() {
    this.#statements.clear()
    this.#native.close()
  }

  #run<Row>(sql: string, parameters: readonly unknown[]): QueryResult<Row> {
    const statement = this.#statementOf(sql)
    if (statement.reader) return { rows: statement.all(parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] }
  }

  #statementOf(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    // Simply all: finding out which was used longest ago costs more than preparing them again.
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear()
    const statement = this.#native.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
