import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { packageFolder } from './dist.ts'

/** The fields that are moved; all others are passed on. */
interface Manifest {
  published: object
  [field: string]: unknown
}

const file = path.join(packageFolder, 'package.json')
const workspaces = path.join(packageFolder, 'package.json.workspace')

/**
 * Puts the published package.json in place of the workspace's: without what only the workspace needs, and with what stands
 * under `published`. npm has no word for a package that runs from its sources here and from `dist/` elsewhere.
 */
export function publishManifest(): void {
  restoreManifest() // a pack that was cut off has left its own
  const text = readFileSync(file, 'utf8')
  const { scripts: _, devDependencies: __, published, ...kept }: Manifest = JSON.parse(text)
  writeFileSync(workspaces, text)
  writeFileSync(file, `${JSON.stringify({ ...kept, ...published }, null, 2)}\n`)
}

/** Puts the workspace's package.json back. Does nothing when it is there. */
export function restoreManifest(): void {
  if (existsSync(workspaces)) renameSync(workspaces, file)
}
