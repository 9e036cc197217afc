import path from 'node:path'

/** Whatever proves the house rather than being a part of it: tests, suites and benchmarks may look into every room. */
export function isTest(file: string): boolean {
  return (
    /\.(test|conformance|fixture)\.tsx?$/.test(file) ||
    /^packages\/[^/]+\/(test|bench)\//.test(file) ||
    file.startsWith('scripts/')
  )
}

/**
 * Room → the rooms it may import beside itself. `ports` are the interfaces of `keep/` (what lies directly in `keep/` or
 * `keep/X/`); their drivers are rooms of their own that only main knows.
 */
const ROOMS: Record<string, { rooms: readonly string[]; remedy: string; noBuiltins?: true; noPackages?: true }> = {
  main: { rooms: ['*'], remedy: '' },
  cycle: { rooms: ['observe', 'decide', 'act', 'ports', 'model'], remedy: 'let main hand it in' },
  serve: { rooms: ['wire', 'desk', 'ports', 'model'], remedy: 'ask for it through a function of desk' },
  desk: {
    rooms: ['act', 'decide', 'reach', 'ports', 'wire', 'model'],
    remedy: 'let main hand it in, or translate in serve',
  },
  act: { rooms: ['decide', 'reach', 'ports', 'model', 'worker-url'], remedy: 'take a port or a value as an argument' },
  observe: { rooms: ['reach', 'ports', 'model', 'jmx', 'worker-url'], remedy: 'take a port or a value as an argument' },
  reach: { rooms: ['ports', 'model', 'jmx', 'worker-url'], remedy: 'take a port or a value as an argument' },
  keep: { rooms: ['ports', 'model', 'worker-url'], remedy: 'use the port, not another driver' },
  ports: { rooms: ['model'], remedy: 'a port names nouns, not those who use or drive it' },
  decide: { rooms: ['model'], remedy: 'pass the value in', noBuiltins: true },
  wire: {
    rooms: ['model'],
    remedy: 'browsers load this too: the nouns and their rules are all it may know',
    noBuiltins: true,
  },
  model: {
    rooms: [],
    remedy: 'nouns know nothing but each other; move it to who uses it',
    noBuiltins: true,
    noPackages: true,
  },
  'worker-url': { rooms: [], remedy: 'it knows nothing' },
  web: { rooms: ['wire'], remedy: 'give the page a wire shape', noBuiltins: true },
  jmx: { rooms: [], remedy: 'it is published alone and stands on Node only', noPackages: true },
  rehearsal: { rooms: [], remedy: 'it knows nothing of tscaler and speaks protocols only' },
}

/** The room of a source file, or undefined where it lies in none. Drivers are `keep/<port>`. */
export function roomOf(file: string): string | undefined {
  const [, workspace, inside] = /^packages\/(server|web|jmx|rehearsal)\/src\/(.+)$/.exec(file) ?? []
  if (!workspace || !inside) return undefined
  if (workspace !== 'server') return workspace
  const [first = '', second = '', ...rest] = inside.split('/')
  if (second === '')
    return {
      'main.ts': 'main',
      'config.ts': 'main',
      'start.ts': 'main',
      'cycle.ts': 'cycle',
      'worker-url.ts': 'worker-url',
      'version.ts': 'main',
    }[first.replace('.test.ts', '.ts')]
  if (first === 'start') return 'main'
  if (first === 'keep') return isPort(second, rest) ? 'ports' : `keep/${second}`
  return Object.hasOwn(ROOMS, first) && !['main', 'cycle', 'ports', 'web', 'jmx', 'rehearsal'].includes(first)
    ? first
    : undefined
}

function isPort(second: string, rest: readonly string[]): boolean {
  return second.endsWith('.ts') || (rest.length === 1 && rest[0] !== 'all.ts')
}

/** Why a room may not import from another, with the remedy; undefined where it may. `to` is a room. */
export function arrowRefused(from: string, to: string): string | undefined {
  if (from === to) return undefined
  const rule = ruleOf(from)
  if (!rule || rule.rooms.includes('*')) return undefined
  if (!rule.rooms.includes(to)) return `${from} may import ${rule.rooms.join(', ') || 'nothing'} only; ${rule.remedy}`
  return undefined
}

/** The same for what is not of this repository: Node's own modules and packages. */
export function packageRefused(from: string, specifier: string): string | undefined {
  const rule = ruleOf(from)
  const isBuiltin = specifier.startsWith('node:')
  if (isBuiltin && rule?.noBuiltins) return `${from} must run anywhere, without Node's own modules; ${rule.remedy}`
  if (!isBuiltin && rule?.noPackages) return `${from} may import no package; ${rule.remedy}`
  return undefined
}

function ruleOf(room: string) {
  return ROOMS[room.startsWith('keep/') ? 'keep' : room]
}

/** The file that a relative import means, or undefined for a package. */
export function targetOf(file: string, specifier: string): string | undefined {
  return specifier.startsWith('.')
    ? path.posix.join(path.posix.dirname(file), specifier.replace(/\?.*$/, ''))
    : undefined
}
