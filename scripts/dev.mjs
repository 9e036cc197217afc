// Serves from source and begins again when a file is saved; the pages are built anew beside it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const children = [
  start(['--watch', '--watch-preserve-output', 'packages/server/src/main.ts', 'serve', ...process.argv.slice(2)]),
]
if (existsSync(path.join(root, 'packages/web/index.html'))) {
  children.push(
    start([
      'node_modules/vite/bin/vite.js',
      'build',
      'packages/web',
      '--watch',
      '--outDir',
      path.join(root, 'dist/web'),
      '--emptyOutDir',
    ]),
  )
}

function start(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  child.on('exit', (code) => end('SIGTERM', code ?? 1))
  return child
}

/** One ending ends the other. */
function end(signal, exitCode) {
  process.exitCode ??= exitCode
  for (const child of children) child.kill(signal)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal, 0))
