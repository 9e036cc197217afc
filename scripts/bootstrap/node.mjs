import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { npm } from './npm.mjs'
import { say, Trouble } from './run.mjs'

// better-sqlite3 13, MikroORM 7 and Vitest 5 need it, and so does running TypeScript without a build.
const NODE_MIN = '22.19.0'
const NODE_FETCHED = '24.21.0'

/** The sha512 of the package that holds Node's binary, by platform: what the registry gave when this was written. */
const PACKAGES = {
  'linux-x64': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'linux-arm64': 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
}

/**
 * A Node that is new enough: this one, or one fetched once into `.cache/node24`. Gives its path, whether it is the
 * running one, and an environment in which it comes first, so that npm and what npm starts use it too.
 */
export async function ensureNode(root) {
  if (!isOlder(process.versions.node, NODE_MIN)) return nodeAt(process.execPath, process.env)
  const platform = `${process.platform}-${process.arch}`
  const fetched = { folder: path.join(root, '.cache/node24'), name: `node-${platform}`, integrity: PACKAGES[platform] }
  if (!isFetched(fetched)) {
    if (!fetched.integrity || isMusl()) throw new Trouble(adviceFor(isMusl() ? `${platform} with musl` : platform))
    await withLock(root, 'another tscaler fetches Node', () => isFetched(fetched) || fetchNode(root, fetched))
  }
  return nodeAt(binaryOf(fetched), process.env)
}

async function fetchNode(root, fetched) {
  say(`this machine's Node is ${process.versions.node}, ${NODE_MIN} or newer is needed`)
  say(`fetching Node ${NODE_FETCHED} (once, about 50 MB, kept in .cache/node24) …`)
  rmSync(fetched.folder, { recursive: true, force: true })
  const wanted = `${fetched.name}@${NODE_FETCHED}`
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-workspaces']
  const own = { path: process.execPath, env: process.env }
  await npm(root, own, ['install', '--prefix', fetched.folder, ...flags, wanted], `fetching Node ${NODE_FETCHED}`)
  if (isFetched(fetched)) return
  const got = recordedIntegrity(fetched) ?? 'nothing'
  rmSync(fetched.folder, { recursive: true, force: true })
  throw new Trouble(
    `${wanted} is not the package that was expected (expected ${fetched.integrity}, got ${got}). It was thrown away; ${installAdvice()}`,
  )
}

/** True where the binary is there and npm recorded, after it had checked the download, the sum that is written above. */
function isFetched(fetched) {
  return recordedIntegrity(fetched) === fetched.integrity && existsSync(binaryOf(fetched))
}

/** npm writes this file last, so that a fetch that was cut off is not taken for a whole one. */
function recordedIntegrity({ folder, name }) {
  try {
    const lock = JSON.parse(readFileSync(path.join(folder, 'node_modules/.package-lock.json'), 'utf8'))
    return lock.packages[`node_modules/${name}`]?.integrity
  } catch {
    return undefined
  }
}

function binaryOf({ folder, name }) {
  return path.join(folder, 'node_modules', name, 'bin/node')
}

function nodeAt(file, env) {
  const searched = [path.dirname(file), env.PATH].filter(Boolean).join(path.delimiter)
  return { path: file, isCurrent: file === process.execPath, env: { ...env, PATH: searched } }
}

/** Compares versions such as `22.19.0` number by number. */
export function isOlder(version, than) {
  const [a, b] = [version, than].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)))
  const at = a.findIndex((part, index) => part !== b[index])
  return at !== -1 && a[at] < b[at]
}

/** The fetched binary is linked with glibc; Alpine's musl can't run it. */
function isMusl() {
  if (process.platform !== 'linux') return false
  process.report.excludeNetwork = true // its look-ups can take seconds
  return !process.report.getReport().header.glibcVersionRuntime
}

/** What to do where no Node can be fetched. */
export function adviceFor(platform) {
  return `Node ${NODE_MIN} or newer is needed, this is ${process.versions.node}, and there is none to fetch for ${platform}; ${installAdvice()}`
}

function installAdvice() {
  return `install Node ${NODE_FETCHED.split('.')[0]} (https://nodejs.org/en/download, or your system's packages) and begin again.`
}
