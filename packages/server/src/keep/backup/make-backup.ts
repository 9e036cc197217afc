import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { messageOf, TscalerError } from '../../model/problem.ts'
import {
  type BackupFile,
  type BackupFileName,
  type Manifest,
  manifestName,
  manifestText,
  samplesFile,
  storeFile,
} from './manifest.ts'
import { contentsOf, copyDatabase } from './snapshot.ts'
import { type Entry, tarOf } from './tar.ts'

/** What is to be backed up, and where to. */
export interface BackupOrder {
  dataFolder: string
  /** The archive. A file of that name is refused. */
  file: string
  /** Whether the samples come along: most of the bytes, and none of what tscaler can't do without. */
  samples: boolean
  version: string
  now: number
}

/** What was made. */
export type MadeBackup = Pick<Manifest, 'installation' | 'sealedWith' | 'counts' | 'files'> & { bytes: number }

/**
 * Writes a backup of the embedded store, whether a server works in the folder or not; it holds nobody up. Every copy is checked
 * before it counts, and the archive appears whole or not at all. Throws `bad-input`, `store-unusable`, `disk-full`.
 */
export async function makeBackup(order: BackupOrder): Promise<MadeBackup> {
  const { dataFolder, file } = order
  if (!existsSync(path.join(dataFolder, storeFile)))
    throw new TscalerError('bad-input', `${dataFolder} holds no tscaler.db: name the server's data folder with --data.`)
  if (existsSync(file))
    throw new TscalerError('bad-input', `${file} is there already. Name another file, or remove it.`)
  const names: BackupFileName[] = order.samples ? [storeFile, samplesFile] : [storeFile]
  const work = workFolder(file)
  try {
    const files: BackupFile[] = []
    for (const name of names) files.push(await copy(dataFolder, work, name))
    const contents = contentsOf(path.join(work, storeFile))
    const manifest = manifestText({ version: order.version, madeAt: order.now, ...contents, files })
    const archive = path.join(work, 'archive')
    await pipeline(
      Readable.from(tarOf(entries(work, manifest, files), order.now)),
      createGzip(),
      createWriteStream(archive, { mode: 0o600 }),
    )
    await syncFile(archive)
    renameSync(archive, file)
    await syncFile(path.dirname(file))
    return { ...contents, files, bytes: statSync(file).size }
  } catch (thrown) {
    throw inWords(thrown, order)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Beside the archive, so that it only needs a new name; open to nobody else. */
function workFolder(file: string): string {
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    return mkdtempSync(`${file}.work-`)
  } catch (cause) {
    const message = `${path.dirname(file)} can't be written (${messageOf(cause)}). Name a file elsewhere.`
    throw new TscalerError('bad-input', message, { cause })
  }
}

async function copy(dataFolder: string, work: string, name: BackupFileName): Promise<BackupFile> {
  const copied = path.join(work, name)
  copyDatabase(path.join(dataFolder, name), copied)
  return { name, bytes: statSync(copied).size, sha256: await digestOf(createReadStream(copied)) }
}

/** The SHA-256 of what the stream gives, hexadecimal. */
export async function digestOf(content: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk)
  return hash.digest('hex')
}

function* entries(work: string, manifest: string, files: readonly BackupFile[]): Generator<Entry> {
  const text = Buffer.from(manifest)
  yield { name: manifestName, bytes: text.length, content: Readable.from([text]) }
  for (const { name, bytes } of files) yield { name, bytes, content: createReadStream(path.join(work, name)) }
}

/** On disk when it resolves; a folder's names too. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function inWords(thrown: unknown, { file, dataFolder }: BackupOrder): unknown {
  if (thrown instanceof TscalerError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL)$/.test(code)) {
    const message = `There is no room for the backup at ${path.dirname(file)}: twice its size is needed while it is made. Nothing was left there.`
    return new TscalerError('disk-full', message, { cause: thrown })
  }
  const message = `${dataFolder} can't be backed up (${messageOf(thrown)}). Run the command as the server's own user; if the file is damaged, keep it and restore an older backup.`
  return new TscalerError('store-unusable', message, { cause: thrown })
}
