import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Clock } from '../model/clock.ts'
import { messageOf, TscalerError } from '../model/problem.ts'

/** The folder that this process alone works in, until it lets go or ends, however it ends. */
export interface DataFolder {
  /** Absolute, without links. */
  path: string
  /** The path of a file in it. */
  file(name: string): string
  release(): void
}

/** Who has a folder, for whom it is refused to. */
interface Holder {
  pid: number
  host: string
  since: string
  command: string
}

/**
 * Makes the folder where it is not there (mode 0700) and takes it. The lock is the exclusive lock of an SQLite file, kept
 * open: the kernel gives it up with the process, kill -9 included, no child inherits it, and a process that stands still
 * keeps it. Throws `data-folder-taken` saying by whom, `data-folder-unusable`, `disk-full`.
 */
export function takeDataFolder(wanted: { path: string; command: string; clock: Clock }): DataFolder {
  const folder = makeFolder(wanted.path)
  const lock = takeLock(folder)
  const holder = path.join(folder, HOLDER)
  const release = () => {
    rmSync(holder, { force: true })
    held.delete(lock)
    lock.close()
  }
  const since = new Date(wanted.clock.now()).toISOString()
  try {
    const text: Holder = { pid: process.pid, host: hostname(), since, command: wanted.command }
    writeFileSync(holder, `${JSON.stringify(text)}\n`, { mode: 0o600 })
  } catch (cause) {
    release()
    throw unusable(folder, cause)
  }
  return { path: folder, file: (name) => path.join(folder, name), release }
}

const LOCK = 'lock.db'
const HOLDER = 'lock.json'

function makeFolder(wanted: string): string {
  try {
    mkdirSync(wanted, { recursive: true, mode: 0o700 })
    return realpathSync(wanted)
  } catch (cause) {
    throw unusable(path.resolve(wanted), cause)
  }
}

/** What nobody refers to is closed by the garbage collector, and its lock with it: a caller who drops the answer keeps the folder all the same. */
const held = new Set<Sqlite.Database>()

function takeLock(folder: string): Sqlite.Database {
  let lock: Sqlite.Database | undefined
  try {
    lock = new Sqlite(path.join(folder, LOCK), { timeout: 0 })
    lock.exec('begin exclusive') // never ended: the transaction is the lock
    held.add(lock)
    return lock
  } catch (cause) {
    lock?.close()
    throw codeOf(cause) === 'SQLITE_BUSY' ? taken(folder) : unusable(folder, cause)
  }
}

function taken(folder: string): TscalerError {
  const holder = readHolder(folder)
  const who = holder
    ? `process ${holder.pid} on ${holder.host} ("${holder.command}", since ${holder.since})`
    : 'another process that is just starting or ending'
  const message = `The data folder ${folder} is in use by ${who}. Stop that one first, or use another folder (--data, TSCALER_DATA).`
  return new TscalerError('data-folder-taken', message)
}

/** What the holder wrote of itself; undefined where it has not yet, and what is there is of one that is gone. */
function readHolder(folder: string): Holder | undefined {
  try {
    const holder: Holder = JSON.parse(readFileSync(path.join(folder, HOLDER), 'utf8'))
    return holder.host === hostname() && !isRunning(holder.pid) ? undefined : holder
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return codeOf(thrown) === 'EPERM' // it runs, as somebody else
  }
}

function unusable(folder: string, cause: unknown): TscalerError {
  const code = codeOf(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    const message = `The disk of the data folder ${folder} has no room left. Free some space and start again.`
    return new TscalerError('disk-full', message, { cause })
  }
  const message = `The data folder ${folder} can't be used (${messageOf(cause)}). Correct its rights, or use another folder (--data, TSCALER_DATA).`
  return new TscalerError('data-folder-unusable', message, { cause })
}

function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : undefined
}
