import { cycles, type Manifests, resolve, unreached } from './graph.ts'
import type { Source } from './parse.ts'
import { arrowRefused, isTest, packageRefused, roomOf } from './rooms.ts'

/** Everything that the rules look at. `texts` are files that are read by people only, such as docs. */
export interface House {
  sources: Source[]
  manifests: Manifests
  texts: { path: string; text: string }[]
}

/** A rule gives one line for each place that breaks it: where, what, and what to do. */
export type Rule = (house: House) => string[]

const FILE_LINES_MAX = 400 // beyond it nobody has read the whole file

export const rules: Record<string, Rule> = {
  'imports follow the arrows': ({ sources, manifests }) =>
    code(sources).flatMap((source) => arrowsOf(source, manifests)),
  'no import cycles': ({ sources, manifests }) =>
    cycles(sources, manifests).map(
      (files) => `${files.join(' → ')}: an import cycle; move what both need into a file of its own`,
    ),
  'every file of the server is in a room': ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('packages/server/src/') && !roomOf(path))
      .map(
        ({ path }) =>
          `${path}:1 lies in no room: move it into one, or add the room to test/tidy/rooms.ts and docs/architecture.md`,
      ),
  'every file is used': ({ sources, manifests }) =>
    unreached(sources, manifests).map(
      (path) => `${path}:1 is imported from no entry point: remove it, or import it where it belongs`,
    ),
  'no any, no double casts': ({ sources }) =>
    each(
      sources,
      ({ kind }) => kind === 'any' || kind === 'double-cast',
      ({ kind }) =>
        kind === 'any'
          ? 'is the end of all checking; write unknown and narrow it, or name the type'
          : 'hides a mistake; narrow the value with a check',
    ),
  'no default exports': ({ sources }) =>
    each(
      sources.filter(({ path }) => !/(vite|vitest)\.config\.ts$/.test(path)),
      ({ kind }) => kind === 'default-export',
      () => 'has another name at each importer; export it by its name',
    ),
  'no barrels but all.ts': ({ sources }) =>
    sources
      .filter(({ path, isBarrel }) => (isBarrel && !path.endsWith('/all.ts')) || /\/index\.tsx?$/.test(path))
      .map(({ path }) => `${path}:1 passes on what other files have: import from those files themselves`),
  'relative imports carry their extension': ({ sources }) =>
    sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith('.') && !/\.(tsx?|mjs|css|json|svg)(\?\w+)?$/.test(specifier))
        .map(
          ({ specifier, line }) => `${path}:${line} imports ${specifier}: write the file's whole name (.ts or .tsx)`,
        ),
    ),
  'banned calls': ({ sources }) => BANS.flatMap((ban) => bannedIn(sources, ban)),
  'no switched-off checks': ({ sources }) =>
    sources.flatMap(({ path, text }) =>
      linesWith(path, text, SWITCHED_OFF, 'switches a check off; repair what it found'),
    ),
  'no words that only one machine knows': ({ sources, texts }) =>
    [...sources, ...texts].flatMap(({ path, text }) =>
      linesWith(
        path,
        text,
        ELSEWHERE,
        'means nothing to who reads this elsewhere; say it in the words of this repository',
      ),
    ),
  [`no file over ${FILE_LINES_MAX} lines`]: ({ sources }) =>
    sources
      .filter(({ lineCount }) => lineCount > FILE_LINES_MAX)
      .map(({ path, lineCount }) => `${path}:${FILE_LINES_MAX} goes on to line ${lineCount}: split it by purpose`),
}

interface Ban {
  what: RegExp
  /** Files in which the ban holds. */
  holds(path: string): boolean
  remedy: string
}

const inServer = (path: string) => /^packages\/(server|jmx)\/src\//.test(path) && !isTest(path)

const BANS: Ban[] = [
  {
    what: /^(Date\.now|new Date\(\))$/,
    holds: (path) => inServer(path) && !path.endsWith('/model/clock.ts'),
    remedy: 'take the instant as an argument, or a Clock (model/clock.ts)',
  },
  {
    what: /^Math\.random$/,
    holds: (path) => inServer(path) && !path.endsWith('/model/ids.ts'),
    remedy: 'take it from model/ids.ts, or pass the draw in',
  },
  { what: /^vi\.(mock|doMock)$/, holds: () => true, remedy: 'pass a port or a value in' },
  {
    what: /^console\.log$/,
    holds: (path) => inServer(path) && !/\/(serve\/cli\/.*|main\.ts)$/.test(path),
    remedy: 'use the logger that is handed in',
  },
  {
    what: /^process\.(env|argv)$/,
    holds: (path) => inServer(path) && !/\/src\/(main|config)\.ts$/.test(path),
    remedy: 'let config.ts read it and main.ts hand it in',
  },
]

// A letter in brackets keeps these lines from finding themselves.
const SWITCHED_OFF = /@ts-(ignor[e]|nochec[k])|biome-ignor[e]|eslint-disabl[e]/
const ELSEWHERE =
  /\/wor[k]\/(main|shared|\.)|\/tmp\/brie[f]|\.\.\/share[d]\/|\b(clau[d]e|anthropi[c]|chatgp[t]|co-authored-b[y]|subagen[t])\b/i

function code(sources: Source[]): Source[] {
  return sources.filter(({ path }) => !isTest(path))
}

function arrowsOf(source: Source, manifests: Manifests): string[] {
  const from = roomOf(source.path)
  if (!from) return []
  return source.imports.flatMap(({ specifier, line }) => {
    const target = resolve(source.path, specifier, manifests)
    const to = target ? roomOf(target) : undefined
    const refusal = to ? arrowRefused(from, to) : target ? undefined : packageRefused(from, specifier)
    return refusal ? [`${source.path}:${line} imports ${to ?? specifier}: ${refusal}`] : []
  })
}

function each(
  sources: Source[],
  matches: (one: Source['occurrences'][number]) => boolean,
  remedy: (one: Source['occurrences'][number]) => string,
): string[] {
  return sources.flatMap(({ path, occurrences }) =>
    occurrences.filter(matches).map((one) => `${path}:${one.line} ${one.what}: it ${remedy(one)}`),
  )
}

function bannedIn(sources: Source[], ban: Ban): string[] {
  return sources
    .filter(({ path }) => ban.holds(path))
    .flatMap(({ path, occurrences }) =>
      occurrences
        .filter(({ kind, what }) => kind === 'use' && ban.what.test(what))
        .map(({ what, line }) => `${path}:${line} ${what} is banned here: ${ban.remedy}`),
    )
}

function linesWith(path: string, text: string, pattern: RegExp, remedy: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const [match] = pattern.exec(line) ?? []
    return match ? [`${path}:${index + 1} ${match}: it ${remedy}`] : []
  })
}

/** Files over 250 lines and functions over 30, which may stay where they read better whole. Longest first. */
export function outgrown({ sources }: House): string[] {
  const own = code(sources)
  const files = own
    .filter(({ lineCount }) => lineCount > 250)
    .map(({ path, lineCount }) => ({ line: `${path}: ${lineCount} lines`, lineCount }))
  const functions = own.flatMap(({ path, functions: all }) =>
    all
      .filter(({ lineCount }) => lineCount > 30)
      .map(({ name, line, lineCount }) => ({ line: `${path}:${line} ${name}: ${lineCount} lines`, lineCount })),
  )
  return [...files, ...functions].sort((a, b) => b.lineCount - a.lineCount).map(({ line }) => line)
}
