import { existsSync } from 'node:fs'
import path from 'node:path'
import { type DataFolder, takeDataFolder } from '../keep/data-folder.ts'
import { embeddedKey, keyFilesOf, readKeyFile } from '../keep/secrets/key-file.ts'
import { openVault } from '../keep/secrets/vault.ts'
import { isSharedStore, openBase } from '../keep/store/all.ts'
import { type CopyRequest, copyStore, uidOf } from '../keep/store/copy/copy.ts'
import type { Base } from '../keep/store/orm/dialect.ts'
import type { Clock } from '../model/clock.ts'
import { TscalerError } from '../model/problem.ts'
import type { CopyMade } from '../serve/cli/io.ts'
import type { Homes } from './open-keep.ts'
import type { Settings } from './settings.ts'

/** What is copied where. */
export interface CopyOrder {
  /** undefined: the store of the settings. */
  from: string | undefined
  to: string
  homes: Homes
  clock: Clock
  tell: CopyRequest['tell']
}

/**
 * Copies one store into another, with no server running on the folder of either. Throws `data-folder-taken`, `not-found`,
 * `wrong-state`, `wrong-secret-key`, `bad-input`, `store-unusable`, `disk-full`; what is copied by then stays, and is gone on from.
 */
export async function copyTo(settings: Settings, order: CopyOrder): Promise<CopyMade> {
  const { clock, to: toUrl, tell } = order
  const own = `sqlite:${path.join(settings.dataFolder, 'tscaler.db')}`
  const fromUrl = order.from ?? (settings.store === 'sqlite:' ? own : settings.store)
  refuseNothingThere(fromUrl)
  const open: { close(): Promise<void> }[] = []
  const openOne = async (url: string): Promise<Base> => {
    const base = await openBase(url)
    open.unshift(base)
    return base
  }
  try {
    for (const folder of foldersOf(settings, [fromUrl, toUrl], clock)) open.unshift(folder)
    const from = await openOne(fromUrl)
    const vault = openVault(await keyFor(settings, order, from))
    const to = await openOne(toUrl)
    if (from.name === to.name)
      throw new TscalerError('wrong-usage', `${to.name} would be copied into itself. Name another one by --to.`)
    return { to: to.name, rows: await copyStore({ from, to, vault, tell }) }
  } finally {
    for (const each of open) await each.close()
  }
}

/** Each folder that a store lies in, and the data folder, taken: a server that runs there has it. */
function* foldersOf(settings: Settings, urls: readonly string[], clock: Clock): Generator<{ close(): Promise<void> }> {
  const files = urls.flatMap((url) => fileOf(url) ?? [])
  const folders = new Set([path.resolve(settings.dataFolder), ...files.map((file) => path.dirname(file))])
  for (const folder of folders) {
    const taken: DataFolder = takeDataFolder({ path: folder, command: 'tscaler copy', clock })
    yield { close: async () => taken.release() }
  }
}

/** Opening a file that is not there would make it. */
function refuseNothingThere(url: string): void {
  const file = fileOf(url)
  if (file === undefined || existsSync(file)) return
  throw new TscalerError(
    'not-found',
    `There is no database at ${file}. Name the data folder by --data, or the old database by --from.`,
  )
}

function fileOf(url: string): string | undefined {
  return isSharedStore(url) ? undefined : path.resolve(url.replace(/^sqlite:(\/\/(?=\/))?/i, ''))
}

/** The key that servers of the new store will have; a shared one has to be told to each of them. */
async function keyFor(settings: Settings, { to, homes }: CopyOrder, from: Base): Promise<string> {
  if (settings.secretKey !== null) return settings.secretKey
  if (settings.secretKeyFile !== null) return readKeyFile(settings.secretKeyFile)
  const places = { dataFolder: settings.dataFolder, installation: await uidOf(from), ...homes }
  if (!isSharedStore(to)) return embeddedKey(places).text
  const [file] = keyFilesOf(places)
  const where = file === undefined ? 'the key of the old store' : `${file}, the key of the old store`
  const message = `is missing: servers of a shared store are told the key. Set it to ${where}, here and for each of them`
  throw new TscalerError('bad-input', `TSCALER_SECRET_KEY_FILE ${message}.`, {
    findings: [{ path: 'TSCALER_SECRET_KEY_FILE', message }],
  })
}
