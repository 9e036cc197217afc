// Makes `dist/`: the server's code bundled by esbuild, the pages by Vite. `node scripts/build.mjs [server|web]`; both where
// none is named. Bootstrap calls it when the inputs have changed.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { namedLazily } from './named-lazily.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const source = path.join(root, 'packages/server/src')
const output = path.join(root, 'dist/server')

/**
 * Loaded from node_modules: native parts (better-sqlite3, argon2, ssh2), files that a library looks for beside itself
 * (pino's threads), imports by computed name (MikroORM and its kysely). The rest is bundled: measured with every library of
 * the server loaded, a start takes 0.29 s and 125 MB where nothing bundled takes 0.43 s and 138 MB.
 */
const EXTERNAL = ['better-sqlite3', '@node-rs/argon2', 'ssh2', 'pino', '@mikro-orm/*', 'kysely']

const A_DAY_MS = 24 * 3_600_000

async function buildServer() {
  mkdirSync(output, { recursive: true })
  const { metafile } = await build({
    entryPoints: [path.join(source, 'main.ts'), ...workersUnder(source)],
    outdir: output,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // What is imported lazily stays a file of its own, so that a command doesn't load the server.
    splitting: true,
    // All files lie in one folder: a worker is found beside whichever chunk asks for it (packages/server/src/worker-url.ts).
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    sourcemap: true,
    external: EXTERNAL,
    plugins: [namedLazily(source, isExternal)],
    // CommonJS inside an ESM bundle still calls require for Node's own modules.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: root,
  })
  const files = Object.keys(metafile.outputs).map((file) => path.basename(file))
  writeFileSync(path.join(output, MADE), JSON.stringify({ files, packages: packagesIn(metafile) }))
  removeOld(new Set([...files, MADE]))
}

/** What this build is of: its files, and the packages that they import. For packing. */
const MADE = 'made.json'

function packagesIn({ outputs }) {
  const imports = Object.values(outputs).flatMap((one) => one.imports.filter(({ external }) => external))
  const names = imports.map(({ path: name }) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
  return [...new Set(names)].filter((name) => !isBuiltin(name)).sort()
}

function isExternal(name) {
  return EXTERNAL.some((one) => (one.endsWith('/*') ? name.startsWith(one.slice(0, -1)) : one === name))
}

/** Each is a thread's entry: `history-worker.ts` anywhere becomes `dist/server/history-worker.js`. */
function workersUnder(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('-worker.ts'))
  return files.sort().map((file) => path.join(folder, file))
}

/** Files of earlier builds stay for a day: a server that is running may still load a chunk of its own build. */
function removeOld(current) {
  for (const name of readdirSync(output)) {
    const file = path.join(output, name)
    if (!current.has(name) && Date.now() - statSync(file).mtimeMs > A_DAY_MS) rmSync(file, { force: true })
  }
}

async function buildWeb() {
  const web = path.join(root, 'packages/web')
  if (!existsSync(path.join(web, 'index.html'))) return
  // React and Vite ask it: whoever builds, a test runner too, builds what is served.
  process.env.NODE_ENV = 'production'
  const vite = await import('vite')
  await vite.build({ root: web, logLevel: 'warn', build: { outDir: path.join(root, 'dist/web'), emptyOutDir: true } })
}

const wanted = process.argv.slice(2)
if (wanted.length === 0 || wanted.includes('server')) await buildServer()
if (wanted.length === 0 || wanted.includes('web')) await buildWeb()
