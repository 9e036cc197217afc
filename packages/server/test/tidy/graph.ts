import type { Source } from './parse.ts'
import { isTest, targetOf } from './rooms.ts'

/** A workspace's package.json: its name, and what `exports` makes of the rest of a specifier. */
export type Manifests = { folder: string; name: string; exports: Record<string, string> }[]

/** The file that an import means, or undefined for what is not of this repository. */
export function resolve(file: string, specifier: string, manifests: Manifests): string | undefined {
  const own = manifests.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`))
  if (!own) return targetOf(file, specifier)
  const asked = `.${specifier.slice(own.name.length)}`
  const [key, place] = Object.entries(own.exports).find(([pattern]) => fits(asked, pattern)) ?? []
  if (!key || !place) return undefined
  const rest = key.includes('*')
    ? asked.slice(key.indexOf('*'), asked.length - (key.length - key.indexOf('*') - 1))
    : ''
  return `${own.folder}/${place.replace(/^\.\//, '').replace('*', rest)}`
}

function fits(asked: string, pattern: string): boolean {
  const [before = '', after] = pattern.split('*')
  return after === undefined ? asked === pattern : asked.startsWith(before) && asked.endsWith(after)
}

/** Each cycle once, as the files along it with the first one repeated at the end. */
export function cycles(sources: Source[], manifests: Manifests): string[][] {
  const edges = edgesOf(sources, manifests)
  const found: string[][] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (file: string): void => {
    const at = trail.indexOf(file)
    if (at !== -1) found.push([...trail.slice(at), file])
    if (at !== -1 || done.has(file)) return
    trail.push(file)
    for (const next of edges.get(file) ?? []) visit(next)
    trail.pop()
    done.add(file)
  }
  for (const { path } of sources) visit(path)
  return found
}

/** Source files that no entry point leads to: the program, its workers, tests, benchmarks, the pages, what is exported. */
export function unreached(sources: Source[], manifests: Manifests): string[] {
  const edges = edgesOf(sources, manifests)
  const exported = manifests.flatMap(({ folder, exports }) =>
    Object.values(exports).map((place) => `${folder}/${place.replace(/^\.\//, '')}`),
  )
  const waiting = sources.map(({ path }) => path).filter((path) => isEntry(path) || exported.includes(path))
  const reached = new Set(waiting)
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const next of edges.get(file) ?? []) {
      if (!reached.has(next)) waiting.push(next)
      reached.add(next)
    }
  }
  return sources.map(({ path }) => path).filter((path) => !reached.has(path))
}

function isEntry(path: string): boolean {
  const isProgram = path === 'packages/server/src/main.ts' || /^packages\/web\/src\/(main|app)\.tsx$/.test(path)
  // Run by hand, or as a process of its own.
  const isTool = /^packages\/\w+\/(fuzz\/fuzz|scripts\/[\w-]+|src\/cloud\/main)\.ts$/.test(path)
  return isProgram || isTool || path.endsWith('-worker.ts') || isTest(path) || /(^|\/)[\w.]+\.config\.ts$/.test(path)
}

function edgesOf(sources: Source[], manifests: Manifests): Map<string, string[]> {
  const known = new Set(sources.map(({ path }) => path))
  const targets = ({ path, imports }: Source) =>
    imports.flatMap(({ specifier }) => resolve(path, specifier, manifests) ?? [])
  return new Map(sources.map((source) => [source.path, targets(source).filter((target) => known.has(target))]))
}
