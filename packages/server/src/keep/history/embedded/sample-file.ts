import { existsSync, renameSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { messageOf } from '../../../model/problem.ts'

/** The open `samples.db`. */
export type SampleDatabase = InstanceType<typeof Database>

const SCHEMA_VERSION = 1

/*
 * Chunks have rowids in the order they were written: pages fill completely, and dropping the oldest frees whole pages.
 * Their index answers "which chunks touch this range" and "which have failures" alone. `journal` is the last journal row
 * whose samples of the series are in the chunk: what replaying skips. Rollups are made once a day, from the chunks after
 * `rolled_to`, and until then read from those chunks themselves: a row of them a chunk doubled what keeping samples cost.
 */
const SCHEMA = `
  create table series (
    id integer primary key autoincrement, name text not null unique, rolled_to integer not null default 0
  );
  create table chunk (
    id integer primary key autoincrement, series integer not null, from_at real not null, to_at real not null,
    failed integer not null, journal integer not null, texts text, body blob not null
  );
  create index chunk_range on chunk (series, to_at, from_at, failed);
  create table rollup_day (
    series integer not null, day_at real not null, body blob not null, primary key (series, day_at)
  ) without rowid;
  create table journal (id integer primary key, count integer not null, texts text, failing blob, body blob not null);
  create table kept (name text primary key, number real not null) without rowid;
  insert into kept values ('raw_bytes', 0), ('rolled_day', 0);
  pragma user_version = ${SCHEMA_VERSION};
`

/** Opens the file, made if missing; throws SQLite's own errors, of which `isDamage` knows the ones that no retry mends. */
export function openSampleFile(path: string): SampleDatabase {
  const db = new Database(path)
  try {
    db.pragma('journal_mode = wal')
    db.pragma('synchronous = normal')
    db.pragma('journal_size_limit = 67108864') // a log that grew in a long read gives its space back
    db.pragma('wal_autocheckpoint = 2000') // 8 MB: the index's pages are written once where they would be five times
    db.pragma('cache_size = -8000') // 8 MB holds the index's last page of each of 2,000 series
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version > SCHEMA_VERSION)
      throw new UnknownLayout(`it has layout ${version}, this tscaler knows ${SCHEMA_VERSION} and older`)
    if (version === 0) db.transaction(() => db.exec(SCHEMA))()
    return db
  } catch (thrown) {
    db.close()
    // Tables of somebody else under our file's name.
    throw codeOf(thrown) === 'SQLITE_ERROR' ? new UnknownLayout(messageOf(thrown), { cause: thrown }) : thrown
  }
}

class UnknownLayout extends Error {}

/** Whether the file itself is at fault, so that only another file helps. */
export function isDamage(thrown: unknown): boolean {
  if (thrown instanceof UnknownLayout) return true
  const code = codeOf(thrown)
  return code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')
}

/** SQLite's code (`SQLITE_FULL`), or an empty text. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}

/** Moves the file and its companions aside, with a note beside them; what was done, for people. */
export function moveAside(path: string, { now, why }: { now: number; why: string }): string {
  const aside = freeName(`${path}.damaged-${new Date(now).toISOString().replace(/[:.]/g, '-')}`)
  for (const end of ['', '-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, aside + end)
  const note =
    `${path} could not be used (${why}). It was moved to ${aside} and a new file was begun: ` +
    'graphs and backtests start from here. Delete it when nobody needs its samples any more.'
  try {
    writeFileSync(`${aside}.txt`, `${note}\n`)
  } catch {
    // A full disk has no place for the note; the caller's log has it.
  }
  return note
}

function freeName(name: string): string {
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name}-${n}`
    if (!existsSync(tried)) return tried
  }
}
