import { TscalerError } from '../../../model/problem.ts'
import type { Vault } from '../../secrets/secrets.ts'
import type { Base } from '../orm/dialect.ts'
import type { Database } from '../orm/session.ts'
import { compareTable } from './compare.ts'
import { halfCopyIn, markHalfCopy, refuseHalfCopy, unmarkHalfCopy } from './marker.ts'
import { openSecrets } from './open-secrets.ts'
import { type CopiedTable, type Noun, nounsOf, tablesOf } from './tables.ts'

/** From where to where. Nobody else may be using either. */
export interface CopyRequest {
  from: Base
  to: Base
  /** Has the key that the servers of the new store will have. */
  vault: Vault
  /** How it goes, a line at a time. */
  tell(line: string): void
}

/** What was copied: how many rows of each table. */
export type CopiedRows = Record<string, number>

/**
 * Copies everything with its ids, and holds each row of the copy against its original. It may be broken off anywhere and goes on where it
 * stopped; until it is whole no server opens the copy. Throws `wrong-state` where the new store holds something else, `wrong-secret-key`,
 * `store-unusable`, `disk-full`.
 */
export async function copyStore(request: CopyRequest): Promise<CopiedRows> {
  const { from, to, tell } = request
  await refuseHalfCopy(from)
  const uid = await uidOf(from)
  await begin(to, uid, tell)
  const pairs = tablesOf(from).map((source) => ({ source, target: targetOf(source, to) }))
  const copied: CopiedRows = {}
  for (const { source, target } of pairs) {
    if (source.name !== INSTALLATION) await copyTable(request, source, target)
  }
  for (const { source, target } of pairs) {
    if (source.name !== INSTALLATION) copied[source.name] = await compareTable({ from, to }, source, target)
  }
  tell('Every row of the copy is as its original is.')
  for (const { source } of pairs) if (source.givesIds) await carryIds(from, to, source.name)
  await finish(
    request,
    pairs.find(({ source }) => source.name === INSTALLATION),
  )
  return copied
}

const INSTALLATION = 'installation'

function targetOf({ name }: CopiedTable, to: Base): CopiedTable {
  const target = tablesOf(to).find((table) => table.name === name)
  if (!target) throw new Error(`${to.name} has no table ${name}`)
  return target
}

/** The uid of the installation that the database holds; throws `wrong-state` where there is none. */
export async function uidOf(base: Base): Promise<string> {
  const row = await base.database.selectFrom(INSTALLATION).select('uid').where('id', '=', 1).executeTakeFirst()
  if (row) return String(row.uid)
  throw new TscalerError('wrong-state', `${base.name} holds no installation: there is nothing to copy.`)
}

async function begin(to: Base, uid: string, tell: (line: string) => void): Promise<void> {
  const half = await halfCopyIn(to.database)
  if (half === uid) return tell('Going on with the copy that is half done.')
  if (half !== undefined)
    throw new TscalerError(
      'wrong-state',
      `${to.name} holds a half-done copy of another installation (${half}, not ${uid}). Take an empty database.`,
    )
  for (const { name } of tablesOf(to)) {
    if ((await to.database.selectFrom(name).select('id').limit(1).execute()).length === 0) continue
    const message = `${to.name} is not empty: it has rows in ${name}. A copy goes only into an empty database; nothing was changed.`
    throw new TscalerError('wrong-state', message)
  }
  await markHalfCopy(to.database, uid)
}

async function copyTable(
  { from, to, vault, tell }: CopyRequest,
  source: CopiedTable,
  target: CopiedTable,
): Promise<void> {
  const last = await lastIn(to.database, target.name)
  let rows = 0
  for await (const nouns of nounsOf(from, source, last)) {
    for (const noun of nouns) openSecrets(vault, source.name, noun)
    for (const part of parts(nouns, target))
      await to.dialect.begin(to.database, (database) => write(database, target, part))
    if (Math.floor(rows / TOLD_ROWS) < Math.floor((rows + nouns.length) / TOLD_ROWS))
      tell(`${source.name}: ${rows + nouns.length} rows …`)
    rows += nouns.length
  }
  if (rows > 0) tell(`${source.name}: ${rows} rows`)
}

// A line every few seconds.
const TOLD_ROWS = 10_000

async function lastIn(database: Database, table: string): Promise<number> {
  const row = await database.selectFrom(table).select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return Number(row?.id ?? 0)
}

// A statement of MariaDB may have 16 MB by default, and characters up to four bytes, doubled where they are escaped.
const CHARACTERS_MAX = 1_000_000

/** As many nouns as one statement takes. */
function* parts(nouns: readonly Noun[], target: CopiedTable): Generator<Noun[]> {
  const size = Math.floor(VALUES_MAX / target.columns.count)
  let part: Noun[] = []
  let characters = 0
  for (const noun of nouns) {
    const length = JSON.stringify(noun).length
    if (part.length > 0 && (part.length >= size || characters + length > CHARACTERS_MAX)) {
      yield part
      part = []
      characters = 0
    }
    part.push(noun)
    characters += length
  }
  if (part.length > 0) yield part
}

// As in orm-table.ts.
const VALUES_MAX = 16_000

async function write(database: Database, { name, columns }: CopiedTable, nouns: readonly Noun[]): Promise<void> {
  const rows = nouns.map((noun) => {
    try {
      return columns.encode(noun)
    } catch (thrown) {
      if (thrown instanceof TscalerError)
        throw new TscalerError(thrown.code, `Row ${noun.id}: ${thrown.message}`, { cause: thrown })
      throw thrown
    }
  })
  await database.insertInto(name).values(rows).execute()
}

/** So that no id is given again, not even that of a row that is gone. */
async function carryIds(from: Base, to: Base, table: string): Promise<void> {
  const last = await from.dialect.lastId(from.database, table)
  if (last > 0) await to.dialect.giveIdsBeyond(to.database, table, last)
}

async function finish(
  { from, to }: CopyRequest,
  pair: { source: CopiedTable; target: CopiedTable } | undefined,
): Promise<void> {
  if (!pair) throw new Error('there is no table of the installation')
  const rows: Noun[] = []
  for await (const nouns of nounsOf(from, pair.source)) rows.push(...nouns)
  await to.dialect.begin(to.database, async (database) => {
    await write(database, pair.target, rows)
    await unmarkHalfCopy(database)
  })
}
