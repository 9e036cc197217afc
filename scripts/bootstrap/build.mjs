import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { runQuietly, say, Trouble } from './run.mjs'

/** What each half of the build is made of. The pages use the server's wire shapes, and through them its nouns. */
const HALVES = {
  server: [
    'packages/server/src',
    'packages/jmx/src',
    'packages/rehearsal/src',
    'scripts/build.mjs',
    'scripts/named-lazily.mjs',
    'package-lock.json',
  ],
  web: [
    'packages/web',
    'packages/server/src/wire',
    'packages/server/src/model',
    'scripts/build.mjs',
    'package-lock.json',
  ],
}

/** Builds what changed since the last build: `server` alone for the commands, `all` for serving the pages as well. */
export async function ensureBuild(root, node, wanted) {
  const halves = Object.keys(HALVES).filter((half) => wanted === 'all' || wanted === half)
  if (stale(root, halves).length === 0) return
  await withLock(root, 'another tscaler builds', async () => {
    for (const half of stale(root, halves)) await build(root, node, half)
  })
}

function stale(root, halves) {
  const stamps = readStamps(root)
  const hasPages = existsSync(path.join(root, 'packages/web/index.html'))
  return halves.filter((half) => (half !== 'web' || hasPages) && stamps[half] !== inputsHash(root, HALVES[half]))
}

async function build(root, node, half) {
  say(half === 'web' ? 'building the pages …' : 'building the server …')
  const before = inputsHash(root, HALVES[half]) // a file that is saved meanwhile makes the next start build again
  const { exitCode, output } = await runQuietly(node.path, [path.join(root, 'scripts/build.mjs'), half], {
    cwd: root,
    env: node.env,
  })
  if (exitCode !== 0)
    throw new Trouble(`the build of the ${half === 'web' ? 'pages' : 'server'} failed:\n${output.trim()}`)
  mkdirSync(path.join(root, 'dist'), { recursive: true })
  writeFileSync(stampsFile(root), JSON.stringify({ ...readStamps(root), [half]: before }))
}

function stampsFile(root) {
  return path.join(root, 'dist/.stamp')
}

function readStamps(root) {
  try {
    return JSON.parse(readFileSync(stampsFile(root), 'utf8'))
  } catch {
    return {}
  }
}

/** Changes with each file that is added, taken away, saved or resized; reads no contents, which keeps it under 10 ms. */
export function inputsHash(root, inputs) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesUnder(path.join(root, input))) {
      const { mtimeMs, size } = statSync(file)
      hash.update(`${path.relative(root, file)} ${mtimeMs} ${size}\n`)
    }
  }
  return hash.digest('hex')
}

function filesUnder(place) {
  if (!existsSync(place)) return []
  if (statSync(place).isFile()) return [place]
  const entries = readdirSync(place, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.filter(isInput).flatMap((entry) => filesUnder(path.join(place, entry.name)))
}

function isInput({ name }) {
  return (
    !name.startsWith('.') &&
    name !== 'node_modules' &&
    name !== 'dist' &&
    name !== 'testcases' &&
    !/\.(test|conformance)\.tsx?$/.test(name)
  )
}
