import type { JavaValue } from '@tscaler/jmx'

/** The number that a value holds, or, in words that follow "is", why there is none. */
export type Found = { number: number } | { instead: string }

const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/**
 * The number at the end of a dotted path into composites and tables (`used`, `memoryUsageAfterGc.Eden Space.used`); without one the value
 * itself. `true` is 1 and `false` 0; a text counts where it is a number and nothing else.
 */
export function numberIn(value: JavaValue, path: string): Found {
  const end = path === '' ? { value } : follow(value, path.split('.'))
  return end === undefined ? { instead: `${kindOf(value)} without ${path}${keysOf(value)}` } : toNumber(end.value, path)
}

/** Names may have dots of their own: the longest run of parts that is a name wins over the shorter ones only where those lead nowhere. */
function follow(value: JavaValue, parts: readonly string[]): { value: JavaValue } | undefined {
  if (parts.length === 0) return { value }
  for (let taken = 1; taken <= parts.length; taken += 1) {
    const inner = itemOf(value, parts.slice(0, taken).join('.'))
    const end = inner && follow(inner.value, parts.slice(taken))
    if (end !== undefined) return end
  }
  return undefined
}

function itemOf(value: JavaValue, name: string): { value: JavaValue } | undefined {
  if (value instanceof Map) {
    for (const [key, item] of value) if (String(key) === name) return { value: item }
    return undefined
  }
  if (Array.isArray(value)) {
    const item = /^\d{1,6}$/.test(name) ? value[Number(name)] : undefined
    return item === undefined ? undefined : { value: item }
  }
  if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined
  return { value: value[name] ?? null }
}

function toNumber(value: JavaValue, path: string): Found {
  if (typeof value === 'boolean') return { number: value ? 1 : 0 }
  const number =
    typeof value === 'number' || typeof value === 'bigint'
      ? Number(value)
      : typeof value === 'string' && numeric.test(value)
        ? Number(value)
        : Number.NaN
  if (Number.isFinite(number)) return { number }
  const what = typeof value === 'number' ? String(value) : `${kindOf(value)}${keysOf(value)}`
  return { instead: path === '' ? what : `${what} at ${path}` }
}

function kindOf(value: JavaValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value instanceof Date) return 'an instant'
  if (value instanceof Uint8Array) return 'bytes'
  return value instanceof Map || isRecord(value) ? 'a composite' : 'a number'
}

/** How many of the keys are told; a table may have thousands. */
const keysShown = 10

function keysOf(value: JavaValue): string {
  const keys = value instanceof Map ? [...value.keys()].map(String) : isRecord(value) ? Object.keys(value) : []
  if (keys.length === 0) return ''
  return ` (it has ${keys.slice(0, keysShown).join(', ')}${keys.length > keysShown ? ', …' : ''})`
}

function isRecord(value: JavaValue): value is { [name: string]: JavaValue } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Map)
  )
}
