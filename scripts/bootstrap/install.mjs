import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { npm } from './npm.mjs'
import { say } from './run.mjs'

/** Installs the packages of package-lock.json where they or the package.json files have changed since the last time. */
export async function ensureInstalled(root, node) {
  const stamp = path.join(root, 'node_modules/.tscaler-stamp')
  const wanted = () => hashOf(manifests(root))
  if (readOr(stamp, '') === wanted()) return
  await withLock(root, 'another tscaler installs packages', async () => {
    if (readOr(stamp, '') === wanted()) return
    if (!isInstalled(root)) {
      say('installing packages (once, under a minute) …')
      await npm(root, node, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], 'installing packages')
    }
    writeFileSync(stamp, wanted())
  })
}

/** The files that say which packages are wanted: the lock first, then each package.json. */
function manifests(root) {
  const members = readdirSync(path.join(root, 'packages')).sort()
  const files = ['package-lock.json', 'package.json', ...members.map((name) => `packages/${name}/package.json`)]
  return files
    .filter((file) => existsSync(path.join(root, file)))
    .map((file) => [file, readFileSync(path.join(root, file), 'utf8')])
}

function hashOf(files) {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex')
}

/** True after somebody's own `npm install`: doing it again would take the packages away from whatever runs from them. */
function isInstalled(root) {
  const read = (file) => JSON.parse(readOr(path.join(root, file), '{}'))
  const members = Object.fromEntries(
    manifests(root)
      .slice(1)
      .map(([file, text]) => [path.posix.dirname(file), JSON.parse(text)]),
  )
  return matchesLock(read('node_modules/.package-lock.json'), read('package-lock.json'), members)
}

/**
 * Whether what npm recorded as installed is what the lock asks for, and the lock what the package.json files ask for.
 * `members` has each package.json by its folder, the root as `.`.
 */
export function matchesLock(installed, lock, members) {
  if (!installed.packages || !lock.packages) return false
  const present = Object.entries(lock.packages).every(([place, entry]) => {
    if (!place.startsWith('node_modules/') && !place.includes('/node_modules/')) return true
    if (entry.optional && !installed.packages[place]) return true
    return (
      installed.packages[place]?.version === entry.version && installed.packages[place]?.integrity === entry.integrity
    )
  })
  return (
    present &&
    Object.entries(members).every(([folder, member]) =>
      declaresTheSame(lock.packages[folder === '.' ? '' : folder], member),
    )
  )
}

function declaresTheSame(locked, member) {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  const sorted = (entry) => JSON.stringify(kinds.map((kind) => Object.entries(entry[kind] ?? {}).sort()))
  return locked !== undefined && sorted(locked) === sorted(member)
}

function readOr(file, otherwise) {
  return existsSync(file) ? readFileSync(file, 'utf8') : otherwise
}
