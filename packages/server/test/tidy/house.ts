import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Manifests } from './graph.ts'
import { parseSource } from './parse.ts'
import type { House } from './rules.ts'

/** The house from its files' contents by path; what is no TypeScript counts as text. */
export function houseOf(files: Record<string, string>): House {
  const entries = Object.entries(files)
  const isSource = (file: string) => /\.tsx?$/.test(file)
  return {
    sources: entries.filter(([file]) => isSource(file)).map(([file, text]) => parseSource(file, text)),
    manifests: entries
      .filter(([file]) => /^packages\/[^/]+\/package\.json$/.test(file))
      .map(([file, text]) => manifestOf(file, text)),
    texts: entries.filter(([file]) => !isSource(file)).map(([file, text]) => ({ path: file, text })),
  }
}

function manifestOf(file: string, text: string): Manifests[number] {
  const { name, exports } = JSON.parse(text) as { name: string; exports?: string | Record<string, string> }
  return {
    folder: path.posix.dirname(file),
    name,
    exports: typeof exports === 'string' ? { '.': exports } : (exports ?? {}),
  }
}

// Everything that people write; generated and recorded files are not theirs.
const READ = /\.(tsx?|mjs|md|json|ya?ml|html|css|sh)$|\/run$/
const SKIPPED = new Set([
  'node_modules',
  'dist',
  '.cache',
  '.git',
  'data',
  'coverage',
  'testcases',
  'package-lock.json',
])

/** The contents of all files under `root` that people write, by path from there. */
export function readFiles(root: string): Record<string, string> {
  const files = filesUnder(root, '').filter((file) => READ.test(file))
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
}

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder))
    .filter((name) => !SKIPPED.has(name))
    .map((name) => path.posix.join(folder, name))
    .filter((file) => existsSync(path.join(root, file)))
    .flatMap((file) => (statSync(path.join(root, file)).isDirectory() ? filesUnder(root, file) : [file]))
}
