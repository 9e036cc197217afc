import { chownSync, copyFileSync, existsSync, linkSync, mkdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { syncFile } from './make-backup.ts'
import { type BackupFileName, samplesFile, storeFile } from './manifest.ts'

/** What replaces what. Whoever calls holds the data folder's lock. */
export interface Replacement {
  dataFolder: string
  /** Where the new files lie, on the same disk. */
  from: string
  names: readonly BackupFileName[]
  /** A folder that is not there yet, for what is replaced. */
  aside: string
}

/**
 * Puts databases in the place of those that are there, which are kept aside. A power cut or kill -9 at any instant leaves either
 * database whole under its name, never none, and never the write-ahead log of the one beside the other. Samples that the new
 * ones do not replace are taken aside too: their series are another store's.
 */
export async function putInPlace({ dataFolder, from, names, aside }: Replacement): Promise<void> {
  mkdirSync(aside, { mode: 0o700 })
  giveToOwnerOf(dataFolder, aside)
  // The store last: until it is there, whoever starts finds what was there before.
  for (const name of [samplesFile, storeFile] as const) {
    const present = path.join(dataFolder, name)
    const isReplaced = names.includes(name)
    if (existsSync(present)) keepAside(present, path.join(aside, name), isReplaced)
    if (!isReplaced) continue
    giveToOwnerOf(dataFolder, path.join(from, name))
    renameSync(path.join(from, name), present)
  }
  await syncFile(dataFolder)
}

/** Where root restores, what it makes is the server's own user's all the same. */
function giveToOwnerOf(dataFolder: string, file: string): void {
  const { uid, gid } = statSync(dataFolder)
  if (process.getuid?.() === 0) chownSync(file, uid, gid)
}

/** A file that is replaced stays under its name until the other takes it. */
function keepAside(present: string, aside: string, isReplaced: boolean): void {
  foldIn(present)
  for (const end of ['-wal', '-shm']) if (existsSync(present + end)) renameSync(present + end, aside + end)
  if (isReplaced) copyByLink(present, aside)
  else renameSync(present, aside)
}

function copyByLink(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to) // a file system without hard links
  }
}

/** The last connection that closes folds the write-ahead log into the file. A damaged file keeps its log, which goes aside with it. */
function foldIn(present: string): void {
  try {
    const db = new Sqlite(present)
    try {
      db.pragma('wal_checkpoint(truncate)')
    } finally {
      db.close()
    }
  } catch {
    // Damage is a reason to restore, not one against it.
  }
}
