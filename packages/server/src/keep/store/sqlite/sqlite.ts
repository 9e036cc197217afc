import { closeSync, openSync } from 'node:fs'
import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/sqlite'
import type { Clock } from '../../../model/clock.ts'
import { messageOf, TscalerError } from '../../../model/problem.ts'
import { entities } from '../entities/all.ts'
import { ensureInstallation, ormStore } from '../orm/orm-store.ts'
import type { Store } from '../store.ts'
import { PatientSqliteDriver } from './connection.ts'
import { migrations } from './migrations/all.ts'
import { sqliteInWords, sqliteRefusal } from './trouble.ts'

/** Opens the file, makes it (mode 0600) where it is not there, and brings it to this program's form. Throws `store-unusable`, `disk-full`. */
export async function openSqlite({ file, clock }: { file: string; clock: Clock }): Promise<Store> {
  makeFile(file)
  const inWords = (thrown: unknown) => sqliteInWords(thrown, file)
  const orm = await connect(file).catch((thrown: unknown) => {
    throw inWords(thrown)
  })
  try {
    await migrate(orm, file)
    const store = ormStore(orm, { refusalOf: sqliteRefusal, inWords }, clock)
    await ensureInstallation(store)
    return store
  } catch (thrown) {
    await orm.close()
    throw inWords(thrown)
  }
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

async function migrate(orm: Awaited<ReturnType<typeof connect>>, file: string): Promise<void> {
  const known = new Set(migrations.map(({ name }) => name))
  const executed = await orm.migrator.getExecuted()
  const newer = executed.map(({ name }) => name).filter((name) => !known.has(name))
  if (newer.length > 0) {
    const message = `${file} was last used by a newer tscaler (it has ${newer.join(', ')}). Start that one, or restore a backup from before.`
    throw new TscalerError('store-unusable', message)
  }
  await orm.migrator.up()
}

function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600)) // its write-ahead log gets the same mode
  } catch (cause) {
    const message = `${file} can't be opened (${messageOf(cause)}). Check that its folder is there and that tscaler may write in it.`
    throw new TscalerError('store-unusable', message, { cause })
  }
}
