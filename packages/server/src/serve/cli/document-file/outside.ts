import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { messageOf } from '../../../model/problem.ts'
import type { Outside } from './to-plain.ts'

/** A known_hosts file of 10,000 machines; every other text is smaller. */
const fileBytesMax = 1_048_576
/** What the server takes of an archive of modules. */
const archiveBytesMax = 8 * 1_048_576
/** The largest document that the server takes: 50,000 nodes. */
export const documentBytesMax = 16 * 1_048_576

/** Reads files relative to `folder`, and variables of `environment`. No message shows what they hold. */
export function outsideOf({
  folder,
  environment,
}: {
  folder: string
  environment: Readonly<Record<string, string | undefined>>
}): Outside {
  return (kind, name) => {
    if (kind === 'env') return readVariable(name)
    const file = inFolder(folder, name, environment.HOME)
    return kind === 'file' ? readFile(file) : readBytes(file)
  }

  function readVariable(name: string): { text: string } | { message: string } {
    const text = environment[name]
    return text === undefined
      ? { message: `the variable ${name} is not set. Set it where this command runs.` }
      : { text }
  }
}

/** An absolute path; `~/` is the caller's own folder, as shells have it. */
export function inFolder(folder: string, name: string, home: string | undefined): string {
  return name.startsWith('~/') && home ? path.join(home, name.slice(2)) : path.resolve(folder, name)
}

/** The text of a file, or why it can't be read. */
export function readFile(file: string, bytesMax = fileBytesMax): { text: string } | { message: string } {
  return readWith(file, bytesMax, (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes))
}

/** The bytes of a file as base64, or why it can't be read. */
function readBytes(file: string): { text: string } | { message: string } {
  return readWith(file, archiveBytesMax, (bytes) => bytes.toString('base64'))
}

function readWith(
  file: string,
  bytesMax: number,
  read: (bytes: Buffer) => string,
): { text: string } | { message: string } {
  try {
    const stats = statSync(file)
    if (!stats.isFile()) return { message: `${file} is no file.` }
    if (stats.size > bytesMax)
      return { message: `${file} has ${stats.size} bytes, more than the ${bytesMax} that may stand here.` }
    return { text: read(readFileSync(file)) }
  } catch (thrown) {
    return { message: whyNot(file, thrown) }
  }
}

function whyNot(file: string, thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no file ${file}.`
  if (code === 'EACCES') return `${file} may not be read by this user.`
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return `${file} is no UTF-8 text.`
  return `${file} can't be read: ${messageOf(thrown)}.`
}
