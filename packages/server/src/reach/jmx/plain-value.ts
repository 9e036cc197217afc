import type { JavaValue } from '@tscaler/jmx'

/** Anything that JSON holds. */
export type PlainValue = null | boolean | number | string | PlainValue[] | { [name: string]: PlainValue }

/** What one MBean may fill: a person looks at it, and the answer goes over the network. */
export interface Budget {
  items: number
  characters: number
}

/** A thread dump of a big server has 10,000 values; more than this nobody reads. */
export const budgetOfMBean = (): Budget => ({ items: 20_000, characters: 500_000 })

const depthMax = 8
const listMax = 200
const textMax = 2_000

/**
 * A value for people and JSON, within what is left of the budget: whole numbers beyond 2^53 and numbers that are none become texts, bytes
 * their number; lists, tables and texts that are long are cut, and say so.
 */
export function plainValue(value: JavaValue, budget: Budget, depth = 0): PlainValue {
  budget.items -= 1
  if (budget.items < 0 || budget.characters < 0) return '… (too much to show)'
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return plainText(value, budget)
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an instant beyond all calendars' : value.toISOString()
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (depth >= depthMax) return '… (too deep to show)'
  if (Array.isArray(value)) return plainList(value, budget, depth)
  return plainRecord(value instanceof Map ? [...value] : Object.entries(value), budget, depth)
}

function plainText(text: string, budget: Budget): string {
  const shown = text.length > textMax ? `${text.slice(0, textMax)}… (${text.length} characters)` : text
  budget.characters -= shown.length
  return shown
}

function plainList(list: readonly JavaValue[], budget: Budget, depth: number): PlainValue[] {
  const shown = list.slice(0, listMax).map((item) => plainValue(item, budget, depth + 1))
  return list.length > listMax ? [...shown, `… (${list.length - listMax} more)`] : shown
}

function plainRecord(entries: readonly (readonly [JavaValue, JavaValue])[], budget: Budget, depth: number): PlainValue {
  const shown = entries
    .slice(0, listMax)
    .map(([key, item]) => [plainText(String(key), budget), plainValue(item, budget, depth + 1)] as const)
  const rest = entries.length > listMax ? [['…', `${entries.length - listMax} more`] as const] : []
  return Object.fromEntries([...shown, ...rest])
}
