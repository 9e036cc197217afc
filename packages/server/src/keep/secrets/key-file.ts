import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { randomHex } from '../../model/ids.ts'
import { messageOf, TscalerError } from '../../model/problem.ts'

/** Where the key of an embedded installation may lie. */
export interface KeyPlaces {
  dataFolder: string
  /** The installation's uid; names the file, so that several installations of one person keep apart. */
  installation: string
  /** XDG_STATE_HOME and HOME, as they are. */
  stateHome: string | undefined
  home: string | undefined
}

/** What is in the data folder instead of the key: where the key is. */
const POINTER = 'secret-key.path'

/**
 * The text of the installation's key, for `openVault`. On the first start it is made, outside the data folder (a copy of that
 * alone opens no secret), mode 0600, and its place is written down in the data folder. Throws `wrong-secret-key` where it was
 * made and is gone, `disk-full` or `data-folder-unusable` where it can't be made.
 */
export function embeddedKey(places: KeyPlaces): { text: string; file: string; made: boolean } {
  const recorded = readPointer(places.dataFolder)
  const candidates = [...new Set([...(recorded === undefined ? [] : [recorded]), ...defaultPlaces(places)])]
  const found = candidates.find((file) => existsSync(file))
  if (found !== undefined) {
    const text = readKeyFile(found)
    if (found !== recorded) writePointer(places.dataFolder, found)
    return { text, file: found, made: false }
  }
  if (recorded !== undefined) throw missing(places.dataFolder, candidates)
  return make(places.dataFolder, candidates)
}

/** The text of a key file that somebody named. Throws `wrong-secret-key`. */
export function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = `The secret key file ${file} can't be read (${messageOf(cause)}). Correct its path or its rights.`
    throw new TscalerError('wrong-secret-key', message, { cause })
  }
}

/** The files in which an installation's key may be now: what its data folder says, then the usual places. None is made. */
export function keyFilesOf(places: KeyPlaces): string[] {
  const recorded = readPointer(places.dataFolder)
  const files = new Set([...(recorded === undefined ? [] : [recorded]), ...defaultPlaces(places)])
  return [...files].filter((file) => existsSync(file))
}

/** Writes down in the data folder that its key is in this file. Throws `disk-full`, `data-folder-unusable`. */
export function recordKeyFile(dataFolder: string, file: string): void {
  writePointer(dataFolder, file)
}

/**
 * Puts another text in the place of a key file's: the old one or the new one is there, whatever happens meanwhile. Throws
 * `disk-full`, `data-folder-unusable` with the old one in place.
 */
export function replaceKeyFile(file: string, text: string): void {
  try {
    writeDurably(`${file}.new`, text, 'w')
    renameSync(`${file}.new`, file)
    syncFolder(path.dirname(file))
  } catch (cause) {
    const message = `The secret key file ${file} can't be written (${messageOf(cause)}). Correct its rights or free some space; the key is the one it was.`
    throw new TscalerError(isFull(cause) ? 'disk-full' : 'data-folder-unusable', message, { cause })
  }
}

/** A new name is on disk once its folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** In the order in which they are tried; the last is there whoever runs tscaler. */
function defaultPlaces({ dataFolder, installation, stateHome, home }: KeyPlaces): string[] {
  const folder = realpathSync(dataFolder)
  // An empty or relative one is to be ignored: XDG Base Directory Specification.
  const states = [stateHome, home && path.join(home, '.local', 'state')].filter(
    (state) => state && path.isAbsolute(state),
  )
  return states
    .map((state) => path.join(`${state}`, 'tscaler', `${installation}.key`))
    .concat(`${folder}.key`)
    .filter((file) => !file.startsWith(`${folder}${path.sep}`)) // HOME may be the data folder, in containers
}

function make(dataFolder: string, candidates: readonly string[]): { text: string; file: string; made: boolean } {
  const text = `${randomHex(32)}\n`
  const refused: unknown[] = []
  for (const file of candidates) {
    try {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
      writeDurably(file, text, 'wx')
    } catch (thrown) {
      refused.push(thrown)
      continue
    }
    writePointer(dataFolder, file)
    return { text, file, made: true }
  }
  const reasons = refused.map(messageOf).join('; ')
  throw new TscalerError(
    refused.some(isFull) ? 'disk-full' : 'data-folder-unusable',
    `The secret key can't be made: ${reasons}. Make one of these places writable, or set TSCALER_SECRET_KEY.`,
  )
}

function missing(dataFolder: string, lookedFor: readonly string[]): TscalerError {
  const message = `The secret key of data folder ${dataFolder} is gone. It was looked for at ${lookedFor.join(', ')}. Put it back there, or set TSCALER_SECRET_KEY_FILE; without it the stored passwords and keys can't be opened. If it is lost, remove ${path.join(dataFolder, POINTER)} and enter them again.`
  return new TscalerError('wrong-secret-key', message)
}

function readPointer(dataFolder: string): string | undefined {
  const pointer = path.join(dataFolder, POINTER)
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : undefined
}

function writePointer(dataFolder: string, file: string): void {
  const pointer = path.join(dataFolder, POINTER)
  try {
    writeDurably(`${pointer}.new`, `${file}\n`, 'w')
    renameSync(`${pointer}.new`, pointer)
  } catch (cause) {
    const message = `${pointer} can't be written (${messageOf(cause)}). Free some space or correct the rights of the folder.`
    throw new TscalerError(isFull(cause) ? 'disk-full' : 'data-folder-unusable', message, { cause })
  }
}

/** On disk when it returns: a key that a power cut takes away takes every secret with it. Half a file is not left. */
function writeDurably(file: string, text: string, flag: 'w' | 'wx'): void {
  const descriptor = openSync(file, flag, 0o600)
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } catch (thrown) {
    rmSync(file, { force: true })
    throw thrown
  } finally {
    closeSync(descriptor)
  }
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT')
}
