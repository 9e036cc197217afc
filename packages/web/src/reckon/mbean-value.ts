import { spanText } from './duration.ts'
import { valueText } from './value.ts'

/** What an attribute holds, in the way in which it is shown. */
export type Shown =
  | { kind: 'number'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'nothing'; text: string }
  /** Keys in their order with what they hold: a composite, a table, a map. */
  | { kind: 'keys'; entries: readonly (readonly [string, unknown])[]; text: string }
  | { kind: 'list'; items: readonly unknown[]; text: string }

const asPeopleCount = new Intl.Collator('en', { numeric: true })

/** Java's types of numbers, boxed ones and those without a limit. */
const numberTypes =
  /^(byte|short|int|long|float|double|java\.lang\.(Byte|Short|Integer|Long|Float|Double|Number)|java\.math\.Big(Integer|Decimal))$/
/** A whole number beyond 2^53 comes as a text; nothing shorter does. */
const greatNumber = /^-?\d{16,}$/
const numberText = /^-?\d+(\.\d+)?$/

/** A value of an attribute for people. `type` is the attribute's own; within composites it is not known. */
export function shownValue(value: unknown, type = ''): Shown {
  if (value === null || value === undefined) return { kind: 'nothing', text: 'null' }
  if (typeof value === 'number') return { kind: 'number', text: exactText(value) }
  if (typeof value === 'string') return shownText(value, type)
  if (Array.isArray(value)) return { kind: 'list', items: value, text: countText(value.length, 'item') }
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => asPeopleCount.compare(a, b))
    return { kind: 'keys', entries, text: countText(entries.length, 'key') }
  }
  return { kind: 'text', text: String(value) }
}

function shownText(text: string, type: string): Shown {
  const isNumber = numberTypes.test(type) ? numberText.test(text) : type === '' && greatNumber.test(text)
  if (isNumber) return { kind: 'number', text: exactText(text) }
  return text === '' ? { kind: 'nothing', text: 'empty' } : { kind: 'text', text }
}

function countText(count: number, noun: string): string {
  return count === 0 ? 'empty' : `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A number to its last digit, its thousands apart: digits are moved as text, as no JavaScript number holds them all. */
export function exactText(number: number | string): string {
  const text = String(number)
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)((?:\.\d+)?)$/.exec(text) ?? []
  if (whole === '') return text
  return `${sign}${whole.length > 4 ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') : whole}${rest}`
}

/** The number in shorter words where its unit has any: `64.2 MiB`, `3 h 2 m`; otherwise nothing. */
export function roughText(value: unknown, unit: string): string {
  const number = Number(value)
  if (!Number.isFinite(number)) return ''
  if (unit === 'bytes' && Math.abs(number) >= 1_024) return valueText(number, unit)
  if (unit === 'ms' && number >= 1_000) return spanText(number)
  if (unit === 'ns' && number >= 1e6) return spanText(number / 1e6)
  return ''
}

/** Whether a counter can be made of the value: a number, or of an attribute that says it is one and holds none just now. */
export function isCountable(value: unknown, type = ''): boolean {
  return numberTypes.test(type) || shownValue(value, type).kind === 'number'
}

/** Few items of a list fit on a line. */
const lineItemsMax = 12
const lineMax = 120

/** A short list of plain values on one line; undefined where it needs more room. */
export function listLine(items: readonly unknown[]): string | undefined {
  if (items.length > lineItemsMax || items.some((item) => typeof item === 'object' && item !== null)) return undefined
  const line = items.map((item) => shownValue(item).text).join(', ')
  return line.length > lineMax ? undefined : line
}

/** `[Ljava.lang.String;` as Java's sources write it: `String[]`; packages are left out. */
export function typeText(type: string): string {
  const [, brackets = '', letter = '', name = ''] = /^(\[+)(?:([ZBCSIJFD])$|L(.+);$)/.exec(type) ?? []
  const inner = brackets === '' ? type : letter === '' ? name : (primitives[letter] ?? letter)
  return `${inner.slice(inner.lastIndexOf('.') + 1)}${'[]'.repeat(brackets.length)}`
}

const primitives: Record<string, string> = {
  Z: 'boolean',
  B: 'byte',
  C: 'char',
  S: 'short',
  I: 'int',
  J: 'long',
  F: 'float',
  D: 'double',
}

/** Why an attribute can't be read, without where it stands: whoever reads it has it before the eyes. */
export function failureText(text: string, { mbean, attribute }: { mbean: string; attribute: string }): string {
  const where = `${mbean} ${attribute}: `
  const at = text.indexOf(where)
  const rest = at === -1 ? text : text.slice(at + where.length)
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}
