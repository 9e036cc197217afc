import type { Database } from './session.ts'

/** Locks the one row of `admission` by writing it, which every database but PostgreSQL does best. */
export async function countTurn(database: Database, table: string): Promise<void> {
  await database
    .updateTable(table)
    .set((eb) => ({ turn: eb('turn', '+', 1) }))
    .where('id', '=', 1)
    .execute()
}
