import { isIP } from 'node:net'
import { MikroORM } from '@mikro-orm/mariadb'
import { Migrator } from '@mikro-orm/migrations'
import { CompiledQuery, type DatabaseConnection } from 'kysely'
import type { Clock } from '../../../model/clock.ts'
import { TscalerError } from '../../../model/problem.ts'
import { entities } from '../entities/all.ts'
import { storeOn } from '../orm/base.ts'
import { countTurn } from '../orm/count-turn.ts'
import type { Base, Dialect } from '../orm/dialect.ts'
import type { Database } from '../orm/session.ts'
import { openServer } from '../server/open-server.ts'
import { CONNECT_MS_MAX, IDLE_MS_MAX, LOCK_MS_MAX, quietSocket, STATEMENT_MS_MAX } from '../server/quiet-socket.ts'
import { readServerUrl, type ServerPlace, type ServerTls } from '../server/server-place.ts'
import type { Store } from '../store.ts'
import { migrations } from './migrations/all.ts'
import { PlainMysqlDriver } from './platform.ts'
import { endsMysqlTransaction, isMysqlConflict, mysqlInWords, mysqlRefusal } from './trouble.ts'

/** Which database, and by which clock. */
export interface MysqlOptions {
  url: string
  clock: Clock
  /** Instead of the server's clock for leases; for tests that move it. */
  leaseNow?: () => number
}

/** Opens the database (MariaDB, MySQL) and brings its tables to this program's form. Throws `bad-input` for the URL, `store-unusable`, `disk-full`. */
export async function openMysql({ url, clock, leaseNow }: MysqlOptions): Promise<Store> {
  const base = await openMysqlBase(url)
  const now = leaseNow && { now: async () => leaseNow() }
  return storeOn({ ...base, dialect: { ...base.dialect, ...now } }, clock)
}

/** The same without what a store puts into an empty database. */
export async function openMysqlBase(url: string): Promise<Base> {
  const place = readServerUrl(url, 3306)
  if (place.tls?.mode === 'verify-full' && isIP(place.host) !== 0) {
    const message = `names the address ${place.host} with sslmode=verify-full, which compares names; give the server's name`
    throw new TscalerError('bad-input', `TSCALER_STORE ${message}.`, { findings: [{ path: 'TSCALER_STORE', message }] })
  }
  return openServer(
    {
      connect,
      dialect: mysqlDialect(place),
      migrations,
      checkVersion: (database) => check(database, place),
      alone: (database, work) => alone(database, place, work),
    },
    place,
  )
}

// More would only wait for each other: most transactions of a process touch the same few tables.
const TRANSACTIONS_MAX = 3

function mysqlDialect(place: ServerPlace): Dialect {
  return {
    refusalOf: mysqlRefusal,
    inWords: (thrown) => mysqlInWords(thrown, place),
    bounded: true,
    savepoints: false,
    transactionsMax: TRANSACTIONS_MAX,
    begin: (database, work) => database.transaction().execute(work), // serialisable: see prepareSession
    lockAdmission: countTurn,
    isConflict: isMysqlConflict,
    endsTransaction: endsMysqlTransaction,
    // Without a time zone: a server's own repeats an hour in autumn.
    now: async (database) =>
      Number(
        await one(database, "select timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000 as value"),
      ),
    lastId: async (database, table) => {
      const next = `select auto_increment as value from information_schema.tables where table_schema = database() and table_name = '${table}'`
      return Math.max(0, Number((await one(database, next)) ?? 1) - 1)
    },
    giveIdsBeyond: async (database, table, id) => {
      await database.executeQuery(CompiledQuery.raw(`alter table \`${table}\` auto_increment = ${id + 1}`))
    },
  }
}

/** The ORM over the database, as the store uses it. */
export async function connect(place: ServerPlace, { limits }: { limits: boolean }) {
  const orm = await MikroORM.init({
    driver: PlainMysqlDriver,
    host: place.host,
    port: place.port,
    user: place.user,
    password: place.password,
    dbName: place.database,
    entities,
    ensureDatabase: false, // who makes it decides who owns it
    charset: 'utf8mb4',
    collate: COLLATION,
    extensions: [Migrator],
    migrations: { migrationsList: [...migrations], snapshot: false, silent: true },
    pool: { max: place.connectionsMax, idleTimeoutMillis: IDLE_MS_MAX },
    logger: () => {}, // what it has to say is thrown, or is a connection lost, which the next call says
    onCreateConnection: (connection) => prepareSession(connection as DatabaseConnection, limits),
    driverOptions: {
      charset: 'utf8mb4',
      connectTimeout: CONNECT_MS_MAX,
      ...(place.tls && { ssl: tlsOptions(place.tls) }),
      ...(place.socket === null ? {} : { socketPath: place.socket }),
      ...(limits && { stream: () => openSocket(place) }),
    },
  })
  await orm.connect() // makes the pool; nothing goes out yet
  return orm
}

// Names that differ in case differ, as in the other databases; known to MariaDB and MySQL alike.
const COLLATION = 'utf8mb4_bin'

function openSocket({ socket, host, port }: ServerPlace) {
  return socket === null ? quietSocket().connect(port, host) : quietSocket().connect(socket)
}

/**
 * The driver writes values into the statement with backslashes before what is special: the session must read them so, whatever the server is
 * set to. A server lets a transaction that stands still, of a process that hangs say, keep its locks for ever unless it is told.
 */
async function prepareSession(connection: DatabaseConnection, limits: boolean): Promise<void> {
  const settings = {
    sql_mode: "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
    innodb_lock_wait_timeout: LOCK_MS_MAX / 1_000,
    ...((await isMariadb(connection)) && {
      idle_transaction_timeout: LOCK_MS_MAX / 1_000,
      max_statement_time: limits ? STATEMENT_MS_MAX / 1_000 : 0,
    }),
  }
  const text = Object.entries(settings).map(([name, value]) => `session ${name} = ${value}`)
  await connection.executeQuery(CompiledQuery.raw(`set ${text.join(', ')}`))
  await connection.executeQuery(CompiledQuery.raw('set session transaction isolation level serializable'))
}

async function isMariadb(connection: DatabaseConnection): Promise<boolean> {
  const { rows } = await connection.executeQuery<{ value: unknown }>(CompiledQuery.raw('select version() as value'))
  return /mariadb/i.test(String(rows[0]?.value))
}

function tlsOptions({ mode, ...files }: ServerTls) {
  return { ...files, rejectUnauthorized: mode !== 'require', verifyIdentity: mode === 'verify-full' }
}

// Before these an id could be given again after a restart; both are older than what is still looked after.
const versionsMin = { MariaDB: 10.5, MySQL: 8 }

async function check(database: Database, place: ServerPlace): Promise<void> {
  const text = String(await one(database, 'select version() as value'))
  const product = /mariadb/i.test(text) ? 'MariaDB' : 'MySQL'
  const [major = 0, minor = 0] = text.split('.').map(Number)
  const oldest = String(versionsMin[product]).split('.').map(Number)
  if (major > (oldest[0] ?? 0) || (major === oldest[0] && minor >= (oldest[1] ?? 0))) return
  throw new TscalerError(
    'store-unusable',
    `${place.name} is ${product} ${text}; tscaler needs ${oldest.join('.')} or newer.`,
  )
}

// Another process brings a database to its form in seconds; one that takes longer than this hangs.
const MIGRATION_WAIT_S = 120

/** Locks are known by name over the whole server: 64 characters at most. */
async function alone(database: Database, place: ServerPlace, work: () => Promise<void>): Promise<void> {
  const lock = 'concat("tscaler.", left(sha2(database(), 256), 40))'
  await database.connection().execute(async (connection) => {
    if (Number(await one(connection, `select get_lock(${lock}, ${MIGRATION_WAIT_S}) as value`)) !== 1) {
      const message = `${place.name} is being brought to a new form by another process that does not end. End it.`
      throw new TscalerError('store-unusable', message, { retryable: true })
    }
    try {
      await work()
    } finally {
      await one(connection, `select release_lock(${lock}) as value`).catch(() => {}) // goes with the connection
    }
  })
}

async function one(database: Database, statement: string): Promise<unknown> {
  const { rows } = await database.executeQuery<{ value: unknown }>(CompiledQuery.raw(statement))
  return rows[0]?.value
}
