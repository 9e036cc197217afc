import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Where package.json is. */
export const packageFolder = path.dirname(import.meta.dirname)

/**
 * Makes `dist/` anew: a JavaScript file and its types for each source file, so that a stack trace names what the repository
 * names. Throws, with the compiler's words on the terminal, when the sources have errors.
 */
export function buildDist(): void {
  const dist = path.join(packageFolder, 'dist')
  rmSync(dist, { recursive: true, force: true })
  // The compiler's own file, because what npm links in its place is a shell script on Windows.
  const compiler = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: packageFolder, stdio: 'inherit' })
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.d.ts')) nameJavaScript(path.join(dist, name))
  }
}

/** The compiler rewrites imports of sources in JavaScript alone: types would name files that are not shipped. */
function nameJavaScript(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(from|import\()( ?)'(\.[^']+)\.ts'/g, "$1$2'$3.js'"))
}
