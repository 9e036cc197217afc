import { TscalerError } from '../../model/problem.ts'

/** What a backup says of itself; its first file, `manifest.json`. */
export interface Manifest {
  format: typeof FORMAT
  formatVersion: typeof FORMAT_VERSION
  /** The tscaler that made it. */
  version: string
  madeAt: number
  /** The installation's uid. */
  installation: string
  /** The names of the database's migrations, in order. */
  schema: string[]
  /** The ids of the keys that its secrets are sealed with; they tell nothing of the keys. */
  sealedWith: string[]
  /** Rows of what people know. */
  counts: Record<string, number>
  files: BackupFile[]
}

/** One file of a backup. */
export interface BackupFile {
  name: BackupFileName
  bytes: number
  /** SHA-256, hexadecimal. */
  sha256: string
}

export const manifestName = 'manifest.json'
export const storeFile = 'tscaler.db'
export const samplesFile = 'samples.db'
export const backupFileNames = [storeFile, samplesFile] as const
export type BackupFileName = (typeof backupFileNames)[number]

const FORMAT = 'tscaler-backup'
const FORMAT_VERSION = 1

/** The manifest's file. */
export function manifestText(manifest: Omit<Manifest, 'format' | 'formatVersion'>): string {
  const { madeAt, ...rest } = manifest
  const head = { format: FORMAT, formatVersion: FORMAT_VERSION, madeAt: new Date(madeAt).toISOString() }
  return `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`
}

/** The manifest of a file's text; throws `bad-input` where it is none that this program knows. */
export function readManifest(text: string, file: string): Manifest {
  const read = parsed(text)
  if (read?.format !== FORMAT) throw new TscalerError('bad-input', `${file} is no backup of tscaler.`)
  if (read.formatVersion !== FORMAT_VERSION) {
    const message = `${file} has form ${String(read.formatVersion)}, and this tscaler knows ${FORMAT_VERSION}. Restore it with the version that made it (${String(read.version)}), or a newer one.`
    throw new TscalerError('bad-input', message)
  }
  const madeAt = typeof read.madeAt === 'string' ? Date.parse(read.madeAt) : Number.NaN
  const { version, installation, schema, sealedWith, counts, files } = read
  const isWhole =
    typeof version === 'string' &&
    typeof installation === 'string' &&
    /^[0-9a-f]{1,64}$/.test(installation) && // it names a file: the secret key's
    Number.isFinite(madeAt) &&
    areTexts(schema) &&
    areTexts(sealedWith) &&
    areCounts(counts) &&
    Array.isArray(files) &&
    files.every(isFile) &&
    files.some(({ name }) => name === storeFile)
  if (!isWhole) throw new TscalerError('bad-input', `The manifest of ${file} is not whole. Use another backup.`)
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    version,
    madeAt,
    installation,
    schema,
    sealedWith,
    counts,
    files,
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? { ...read } : undefined
  } catch {
    return undefined
  }
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function areCounts(value: unknown): value is Record<string, number> {
  return typeof value === 'object' && value !== null && Object.values(value).every((count) => Number.isInteger(count))
}

function isFile(value: unknown): value is BackupFile {
  if (typeof value !== 'object' || value === null) return false
  const { name, bytes, sha256 } = value as Partial<Record<keyof BackupFile, unknown>>
  const isKnown = backupFileNames.some((known) => known === name)
  return isKnown && Number.isSafeInteger(bytes) && Number(bytes) >= 0 && /^[0-9a-f]{64}$/.test(String(sha256))
}
