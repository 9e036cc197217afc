import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { messageOf, TscalerError } from '../../model/problem.ts'
import { digestOf } from './make-backup.ts'
import { type BackupFile, type Manifest, manifestName, readManifest } from './manifest.ts'
import { checkDatabase } from './snapshot.ts'
import { type Entry, entriesOf } from './tar.ts'

/**
 * Unpacks a backup into a folder and gives its manifest. Nothing of it is believed: only the files that a manifest may list are
 * written, no longer than it says, and each must have the digest that it says and be a sound database. Throws `bad-input`
 * where anything differs, `disk-full`.
 */
export async function unpack(file: string, into: string): Promise<Manifest> {
  if (!existsSync(file)) throw new TscalerError('bad-input', `There is no ${file}.`)
  const archive = createReadStream(file)
  const plain = createGunzip()
  archive.on('error', (cause) => plain.destroy(cause))
  archive.pipe(plain)
  try {
    const manifest = await read(plain, { file, into })
    for (const { name } of manifest.files) checkDatabase(path.join(into, name))
    return manifest
  } catch (thrown) {
    throw inWords(thrown, file)
  } finally {
    archive.destroy()
    plain.destroy()
  }
}

const MANIFEST_BYTES_MAX = 65_536 // a few hundred bytes are usual

async function read(archive: Readable, { file, into }: { file: string; into: string }): Promise<Manifest> {
  const entries = entriesOf(archive)
  const first = await entries.next()
  if (first.done || first.value.name !== manifestName || first.value.bytes > MANIFEST_BYTES_MAX)
    throw new TscalerError('bad-input', `${file} is no backup of tscaler.`)
  const manifest = readManifest(await textOf(first.value), file)
  const missing = new Map<string, BackupFile>(manifest.files.map((each) => [each.name, each]))
  for await (const entry of entries) {
    const wanted = missing.get(entry.name)
    if (wanted === undefined || wanted.bytes !== entry.bytes)
      throw damaged(file, `${entry.name} is not what its manifest lists`)
    missing.delete(entry.name)
    await write(entry, wanted, { file, into })
  }
  const [name] = missing.keys()
  if (name !== undefined) throw damaged(file, `${name} is missing in it`)
  return manifest
}

async function textOf({ content }: Entry): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

async function write(entry: Entry, { name, sha256 }: BackupFile, { file, into }: { file: string; into: string }) {
  const target = path.join(into, name)
  await pipeline(Readable.from(entry.content), createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }))
  if ((await digestOf(createReadStream(target))) !== sha256)
    throw damaged(file, `${name} does not have the digest of its manifest`)
}

function damaged(file: string, what: string): TscalerError {
  return new TscalerError('bad-input', `${file} is damaged: ${what}. Nothing was changed; use another backup.`)
}

function inWords(thrown: unknown, file: string): unknown {
  if (thrown instanceof TscalerError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new TscalerError(
      'disk-full',
      `There is no room to unpack ${file} in the data folder. Free some; nothing was changed.`,
      { cause: thrown },
    )
  if (code === 'EACCES' || code === 'EISDIR')
    return new TscalerError('bad-input', `${file} can't be read (${messageOf(thrown)}).`, { cause: thrown })
  return damaged(file, messageOf(thrown))
}
