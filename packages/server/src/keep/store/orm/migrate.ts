import type { AbstractSqlDriver, MikroORM } from '@mikro-orm/sql'
import { TscalerError } from '../../../model/problem.ts'

/** Brings a database to the form of this program. Throws `store-unusable` where a newer one has used it. */
export async function migrate<Driver extends AbstractSqlDriver>(
  orm: MikroORM<Driver>,
  { migrations, name }: { migrations: readonly { name: string }[]; name: string },
): Promise<void> {
  const known = new Set(migrations.map((migration) => migration.name))
  const executed = await orm.migrator.getExecuted()
  const newer = executed.map((migration) => migration.name).filter((each) => !known.has(each))
  if (newer.length > 0) {
    const message = `${name} was last used by a newer tscaler (it has ${newer.join(', ')}). Start that one, or restore a backup from before.`
    throw new TscalerError('store-unusable', message)
  }
  await orm.migrator.up()
}
