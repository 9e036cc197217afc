import type { AbstractSqlDriver, MikroORM } from '@mikro-orm/sql'
import type { Clock } from '../../../model/clock.ts'
import { refuseHalfCopy } from '../copy/marker.ts'
import type { Store } from '../store.ts'
import type { Base, Dialect } from './dialect.ts'
import { ensureInstallation, ormStore } from './orm-store.ts'

/** What stores and copies need of an ORM. Closing it closes the ORM. */
export function baseOf<Driver extends AbstractSqlDriver>(orm: MikroORM<Driver>, dialect: Dialect, name: string): Base {
  return {
    database: orm.em.fork().getKysely<Record<string, Record<string, unknown>>>(),
    metas: [...orm.getMetadata().getAll().values()],
    returning: orm.em.getDriver().getPlatform().usesReturningStatement(),
    dialect,
    name,
    close: () => orm.close(),
  }
}

/** The store on a database; closes it with itself, and at once where it can't be one. */
export async function storeOn(base: Base, clock: Clock): Promise<Store> {
  try {
    await refuseHalfCopy(base)
    const store = ormStore(base, clock)
    await ensureInstallation(store)
    return store
  } catch (thrown) {
    await base.close()
    throw base.dialect.inWords(thrown)
  }
}
