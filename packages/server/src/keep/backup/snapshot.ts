import { chmodSync } from 'node:fs'
import Sqlite from 'better-sqlite3'

/** What a copy of the store holds, as the manifest tells it. */
export interface StoreContents {
  installation: string
  schema: string[]
  sealedWith: string[]
  counts: Record<string, number>
}

/**
 * Copies an SQLite database as it is at one instant, whoever writes to it meanwhile: one read transaction, which in its
 * write-ahead mode holds up nobody. Page by page, with SQLite's backup interface, a copy would begin again with each commit of
 * another process. Throws SQLite's own errors; and where the copy is not sound.
 */
export function copyDatabase(from: string, to: string): void {
  const db = new Sqlite(from, { readonly: true, fileMustExist: true, timeout: OPENING_WAIT_MS })
  try {
    db.prepare('vacuum into ?').run(to)
  } finally {
    db.close()
  }
  chmodSync(to, 0o600)
  checkDatabase(to)
}

/** Throws where the file is not a sound SQLite database. */
export function checkDatabase(file: string): void {
  read(file, (db) => {
    const found = db.pragma('quick_check(1)', { simple: true })
    if (found !== 'ok') throw new Error(`it is damaged: ${String(found)}`)
  })
}

// Another process that opens or closes the same file holds its lock for some milliseconds.
const OPENING_WAIT_MS = 5_000

/** What a store's file holds. Throws where it is none of tscaler's. */
export function contentsOf(file: string): StoreContents {
  return read(file, (db) => ({
    installation: String(db.prepare('select uid from installation where id = 1').pluck().get()),
    schema: db.prepare('select name from mikro_orm_migrations order by id').pluck().all().map(String),
    sealedWith: sealedWith(db),
    counts: Object.fromEntries(
      COUNTED.map((table) => [table, Number(db.prepare(`select count(*) from "${table}"`).pluck().get())]),
    ),
  }))
}

/** One envelope of each key that sealed any, so that whoever restores can see whether the key is there. */
export function sealedSamples(file: string): Map<string, string> {
  return read(file, samplesOf)
}

const COUNTED = ['clusters', 'nodes', 'counters', 'triggers', 'actions', 'runs', 'users']

function read<Result>(file: string, look: (db: Sqlite.Database) => Result): Result {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true })
  try {
    return look(db)
  } finally {
    db.close()
  }
}

function sealedWith(db: Sqlite.Database): string[] {
  return [...samplesOf(db).keys()].sort()
}

/** Tables whose texts people write: what looks like an envelope there is none. */
const PLAIN = new Set(['audit', 'alerts', 'log_lines', 'verdicts', 'runs', 'tasks', 'mikro_orm_migrations'])

/**
 * Looked for by their form (keep/secrets/vault.ts), in every text of every table, so that a secret of a later version is not
 * forgotten here.
 */
function samplesOf(db: Sqlite.Database): Map<string, string> {
  const found = new Map<string, string>()
  const tables = db.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
  for (const table of tables.pluck().all().map(String)) {
    if (PLAIN.has(table)) continue
    const columns = db.prepare('select name from pragma_table_info(?)').pluck().all(table).map(String)
    for (const column of columns) {
      const rows = db.prepare(
        `select "${column}" from "${table}" where typeof("${column}") = 'text' and "${column}" like '%v1.%'`,
      )
      for (const text of rows.pluck().iterate())
        for (const [envelope, id] of String(text).matchAll(ENVELOPE))
          if (!found.has(`${id}`)) found.set(`${id}`, envelope)
    }
  }
  return found
}

const ENVELOPE = /\bv1\.([\w-]{8})\.[\w-]{16}\.[\w-]{22}\.[\w-]*/g
