import type { AbstractSqlDriver, MikroORM } from '@mikro-orm/sql'
import { baseOf } from '../orm/base.ts'
import type { Base, Dialect } from '../orm/dialect.ts'
import { migrate } from '../orm/migrate.ts'
import type { Database } from '../orm/session.ts'
import type { ServerPlace } from './server-place.ts'

/** What a kind of database server does in its own way. */
export interface ServerKind<Driver extends AbstractSqlDriver> {
  /** An ORM that is not connected yet. Without limits statements may take as long as they like. */
  connect(place: ServerPlace, options: { limits: boolean }): Promise<MikroORM<Driver>>
  dialect: Dialect
  migrations: readonly { name: string }[]
  /** Throws `store-unusable` where the server is too old. */
  checkVersion(database: Database): Promise<void>
  /** Runs the work while no other process is in here for the same database. */
  alone(database: Database, work: () => Promise<void>): Promise<void>
}

/** Connects, and brings the database to this program's form, one process after another. Throws `store-unusable`, `disk-full`. */
export async function openServer<Driver extends AbstractSqlDriver>(
  kind: ServerKind<Driver>,
  place: ServerPlace,
): Promise<Base> {
  const inWords = (thrown: unknown) => kind.dialect.inWords(thrown)
  await prepare(kind, place).catch((thrown: unknown) => {
    throw inWords(thrown)
  })
  return baseOf(await kind.connect(place, { limits: true }), kind.dialect, place.name)
}

/** On connections of its own, since a migration may take longer than any other statement. */
async function prepare<Driver extends AbstractSqlDriver>(kind: ServerKind<Driver>, place: ServerPlace): Promise<void> {
  const orm = await kind.connect({ ...place, connectionsMax: 2 }, { limits: false }) // one for the lock, one for the work
  try {
    const database: Database = orm.em.fork().getKysely<Record<string, Record<string, unknown>>>()
    await kind.checkVersion(database)
    await kind.alone(database, () => migrate(orm, { migrations: kind.migrations, name: place.name }))
  } finally {
    await orm.close()
  }
}
