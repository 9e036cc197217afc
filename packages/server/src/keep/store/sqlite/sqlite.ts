import { closeSync, openSync } from 'node:fs'
import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/sqlite'
import type { Clock } from '../../../model/clock.ts'
import { messageOf, TscalerError } from '../../../model/problem.ts'
import { entities } from '../entities/all.ts'
import { baseOf, storeOn } from '../orm/base.ts'
import { countTurn } from '../orm/count-turn.ts'
import type { Base, Dialect } from '../orm/dialect.ts'
import { migrate } from '../orm/migrate.ts'
import type { Database } from '../orm/session.ts'
import type { Store } from '../store.ts'
import { PatientSqliteDriver } from './connection.ts'
import { migrations } from './migrations/all.ts'
import { sqliteInWords, sqliteRefusal } from './trouble.ts'

/** Opens the file, makes it (mode 0600) where it is not there, and brings it to this program's form. Throws `store-unusable`, `disk-full`. */
export async function openSqlite({ file, clock }: { file: string; clock: Clock }): Promise<Store> {
  return storeOn(await openSqliteBase(file), clock)
}

/** The same without what a store puts into an empty database. */
export async function openSqliteBase(file: string): Promise<Base> {
  makeFile(file)
  const dialect = sqliteDialect(file)
  const orm = await connect(file).catch((thrown: unknown) => {
    throw dialect.inWords(thrown)
  })
  try {
    await migrate(orm, { migrations, name: file })
    return baseOf(orm, dialect, file)
  } catch (thrown) {
    await orm.close()
    throw dialect.inWords(thrown)
  }
}

/** How SQLite differs: its transactions hold the file's one write lock from their beginning, so that nothing comes between. */
export function sqliteDialect(file: string): Dialect {
  return {
    refusalOf: sqliteRefusal,
    inWords: (thrown) => sqliteInWords(thrown, file),
    bounded: false,
    savepoints: false,
    begin: (database, work) => database.transaction().execute(work),
    lockAdmission: countTurn,
    isConflict: () => false,
    endsTransaction: () => false,
    lastId: readSequence,
    giveIdsBeyond: writeSequence,
  }
}

/** AUTOINCREMENT's own table: the highest id ever, rows that are gone included. */
async function readSequence(database: Database, table: string): Promise<number> {
  const row = await database.selectFrom('sqlite_sequence').select('seq').where('name', '=', table).executeTakeFirst()
  return Number(row?.seq ?? 0)
}

async function writeSequence(database: Database, table: string, id: number): Promise<void> {
  await database.deleteFrom('sqlite_sequence').where('name', '=', table).execute()
  await database.insertInto('sqlite_sequence').values({ name: table, seq: id }).execute()
}

/** The ORM over the file, as the store uses it. */
export async function connect(file: string) {
  const orm = await MikroORM.init({
    driver: PatientSqliteDriver,
    dbName: file,
    entities,
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, silent: true },
    driverOptions: { timeout: OPENING_WAIT_MS },
  })
  try {
    const native = await orm.em.getConnection().getNativeClient()
    native.pragma('journal_mode = wal')
    native.pragma('synchronous = full') // a commit is on disk when it is answered, power cut included
    native.pragma('foreign_keys = on')
    native.pragma(`journal_size_limit = ${JOURNAL_BYTES_MAX}`)
    native.pragma('busy_timeout = 0') // from here on the driver waits, without stopping the process
    return orm
  } catch (thrown) {
    await orm.close()
    throw thrown
  }
}

// Another process that opens or closes the same file holds its lock for some milliseconds.
const OPENING_WAIT_MS = 5_000

// What one big removal leaves of the write-ahead log is given back down to this; 16 ordinary checkpoints of 4 MB.
const JOURNAL_BYTES_MAX = 64 * 1024 * 1024

function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600)) // its write-ahead log gets the same mode
  } catch (cause) {
    const message = `${file} can't be opened (${messageOf(cause)}). Check that its folder is there and that tscaler may write in it.`
    throw new TscalerError('store-unusable', message, { cause })
  }
}
