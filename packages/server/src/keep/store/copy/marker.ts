import { TscalerError } from '../../../model/problem.ts'
import { leases } from '../entities/installation.ts'
import type { Base } from '../orm/dialect.ts'
import type { Database } from '../orm/session.ts'

// A lease that nobody takes: the holder is the installation whose copy is not finished. It needs no table of its own.
const NAME = 'copy.unfinished'
const table = leases.meta.tableName

/** The uid of the installation that the database holds a half-done copy of; undefined: it holds none. */
export async function halfCopyIn(database: Database): Promise<string | undefined> {
  const row = await database.selectFrom(table).select('holder').where('name', '=', NAME).executeTakeFirst()
  return row && String(row.holder)
}

/** Says that what comes is a copy that is not finished. */
export async function markHalfCopy(database: Database, uid: string): Promise<void> {
  await database.insertInto(table).values({ name: NAME, holder: uid, fence: 1, until: 0 }).execute()
}

/** The copy is whole. */
export async function unmarkHalfCopy(database: Database): Promise<void> {
  await database.deleteFrom(table).where('name', '=', NAME).execute()
}

/** Throws `store-unusable` where the database holds a half-done copy: a server on it would run with half of its rows. */
export async function refuseHalfCopy({ database, name }: Base): Promise<void> {
  const uid = await halfCopyIn(database)
  if (uid === undefined) return
  const message = `${name} holds a half-done copy of installation ${uid}. Finish it by the same \`tscaler copy\`, or make the database anew.`
  throw new TscalerError('store-unusable', message)
}
