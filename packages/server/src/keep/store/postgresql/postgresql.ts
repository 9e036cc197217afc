import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import { CompiledQuery, type DatabaseConnection } from 'kysely'
import type { Clock } from '../../../model/clock.ts'
import { TscalerError } from '../../../model/problem.ts'
import { entities } from '../entities/all.ts'
import { storeOn } from '../orm/base.ts'
import type { Base, Dialect } from '../orm/dialect.ts'
import type { Database } from '../orm/session.ts'
import { openServer } from '../server/open-server.ts'
import { CONNECT_MS_MAX, IDLE_MS_MAX, LOCK_MS_MAX, quietSocket, STATEMENT_MS_MAX } from '../server/quiet-socket.ts'
import { readServerUrl, type ServerPlace, type ServerTls } from '../server/server-place.ts'
import type { Store } from '../store.ts'
import { migrations } from './migrations/all.ts'
import { PlainPostgresDriver } from './platform.ts'
import { endsPostgresTransaction, isPostgresConflict, postgresInWords, postgresRefusal } from './trouble.ts'

/** Which database, and by which clock. */
export interface PostgresqlOptions {
  url: string
  clock: Clock
  /** Instead of the server's clock for leases; for tests that move it. */
  leaseNow?: () => number
}

/** Opens the database and brings its tables to this program's form. Throws `bad-input` for the URL, `store-unusable`, `disk-full`. */
export async function openPostgresql({ url, clock, leaseNow }: PostgresqlOptions): Promise<Store> {
  const base = await openPostgresqlBase(url)
  const now = leaseNow && { now: async () => leaseNow() }
  return storeOn({ ...base, dialect: { ...base.dialect, ...now } }, clock)
}

/** The same without what a store puts into an empty database. */
export async function openPostgresqlBase(url: string): Promise<Base> {
  const place = readServerUrl(url, 5432)
  const dialect = postgresDialect(place)
  return openServer({ connect, dialect, migrations, checkVersion: (database) => check(database, place), alone }, place)
}

// The oldest that is still looked after by its makers; identity, `json` and all else used here is older.
const VERSION_MIN = 13

// More would only wait for each other: most transactions of a process touch the same few tables.
const TRANSACTIONS_MAX = 3

function postgresDialect(place: ServerPlace): Dialect {
  return {
    refusalOf: postgresRefusal,
    inWords: (thrown) => postgresInWords(thrown, place),
    bounded: false,
    savepoints: true,
    transactionsMax: TRANSACTIONS_MAX,
    begin: (database, work) => database.transaction().setIsolationLevel('serializable').execute(work),
    lockAdmission,
    isConflict: isPostgresConflict,
    endsTransaction: endsPostgresTransaction,
    now: async (database) =>
      Number(await one(database, 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as value')),
    // Forward only: what was given meanwhile stays given.
    takeId: async (database, table, id) => {
      const sequence = `"${table}_id_seq"`
      await one(database, `select setval('${sequence}', ${id}) as value from ${sequence} where last_value < ${id}`)
    },
    lastId: async (database, table) =>
      Number(await one(database, `select coalesce(pg_sequence_last_value('"${table}_id_seq"'), 0) as value`)),
    giveIdsBeyond: async (database, table, id) => {
      await one(database, `select setval('"${table}_id_seq"', ${id}) as value`)
    },
  }
}

/**
 * The table, not its row: that takes no snapshot, so that a transaction that begins with it sees all that the one before has
 * written. Updating the row would end every transaction that had to wait for it.
 */
async function lockAdmission(database: Database, table: string): Promise<void> {
  await database.executeQuery(CompiledQuery.raw(`lock table "${table}" in exclusive mode`))
}

/** The ORM over the database, as the store uses it. */
export async function connect(place: ServerPlace, { limits }: { limits: boolean }) {
  const orm = await MikroORM.init({
    driver: PlainPostgresDriver,
    host: place.socket ?? place.host,
    port: place.port,
    user: place.user,
    password: place.password,
    dbName: place.database,
    entities,
    ensureDatabase: false, // who makes it decides who owns it
    extensions: [Migrator],
    migrations: { migrationsList: [...migrations], snapshot: false, silent: true },
    pool: { max: place.connectionsMax, idleTimeoutMillis: IDLE_MS_MAX },
    logger: () => {}, // what it has to say is thrown, or is a connection lost, which the next call says
    onCreateConnection: (connection) => prepareSession(connection as DatabaseConnection, limits),
    driverOptions: {
      ssl: place.tls === null ? false : tlsOptions(place.tls, place.host),
      application_name: 'tscaler',
      connectionTimeoutMillis: CONNECT_MS_MAX,
      ...(limits && { stream: () => quietSocket() }),
    },
  })
  await orm.connect() // makes the pool; nothing goes out yet
  return orm
}

/** A server lets a transaction that stands still, of a process that hangs say, keep its locks for ever unless it is told. */
async function prepareSession(connection: DatabaseConnection, limits: boolean): Promise<void> {
  const settings = {
    statement_timeout: STATEMENT_MS_MAX,
    lock_timeout: LOCK_MS_MAX,
    idle_in_transaction_session_timeout: LOCK_MS_MAX,
  }
  const text = limits ? Object.entries(settings).map(([name, value]) => `set ${name} = ${value}`) : []
  const statements = [...text, "set client_encoding = 'UTF8'", 'set standard_conforming_strings = on']
  await connection.executeQuery(CompiledQuery.raw(statements.join('; ')))
}

function tlsOptions({ mode, ...files }: ServerTls, host: string): ConnectionOptions {
  return {
    ...files,
    rejectUnauthorized: mode !== 'require',
    // The driver hands on no host that is an address, and Node would compare the certificate with "localhost".
    checkServerIdentity: (_, certificate) =>
      mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  }
}

async function check(database: Database, place: ServerPlace): Promise<void> {
  const version = Number(await one(database, "select current_setting('server_version_num') as value"))
  if (version >= VERSION_MIN * 10_000) return
  const message = `${place.name} is PostgreSQL ${Math.floor(version / 10_000)}; tscaler needs ${VERSION_MIN} or newer.`
  throw new TscalerError('store-unusable', message)
}

// "tscaler" as a number, the same in every version: advisory locks are known by numbers, in each database apart.
const MIGRATION_LOCK = 0x74_73_63_61

async function alone(database: Database, work: () => Promise<void>): Promise<void> {
  await database.connection().execute(async (connection) => {
    await one(connection, `select pg_advisory_lock(${MIGRATION_LOCK}) as value`)
    try {
      await work()
    } finally {
      await one(connection, `select pg_advisory_unlock(${MIGRATION_LOCK}) as value`).catch(() => {}) // goes with the connection
    }
  })
}

async function one(database: Database, statement: string): Promise<unknown> {
  const { rows } = await database.executeQuery<{ value: unknown }>(CompiledQuery.raw(statement))
  return rows[0]?.value
}
