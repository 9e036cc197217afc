import { formatDuration, parseDuration } from './duration.ts'
import { type Field, textBytesMax } from './fields.ts'
import type { Finding } from './problem.ts'
import { checkTemplate } from './template.ts'

/**
 * Checks the given values of a source or an action against its declared fields: defaults filled in, durations as
 * milliseconds under the same name. Gives all findings at once, their paths below `path`; where there are any the values
 * are not to be used. References are expected as ids already.
 */
export function checkFields(
  fields: Readonly<Record<string, Field>>,
  given: Readonly<Record<string, unknown>>,
  path: string,
): { values: Record<string, unknown>; findings: Finding[] } {
  const values: Record<string, unknown> = {}
  const findings: Finding[] = []
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue
    const known = Object.keys(fields).join(', ') || 'none at all'
    findings.push({ path: at(name), message: `is no field here; there are: ${known}` })
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value === undefined || value === null) {
      const instead = defaultOf(field)
      if (instead !== undefined) values[name] = instead
      else if (!field.optional) findings.push({ path: at(name), message: 'is missing' })
      continue
    }
    const checked = checkField(field, value)
    values[name] = checked.value
    findings.push(...checked.messages.map((message) => ({ path: at(name), message })))
  }
  return { values, findings }
}

interface Checked {
  value: unknown
  messages: string[]
}

const good = (value: unknown): Checked => ({ value, messages: [] })
const bad = (value: unknown, expected: string): Checked => ({
  value,
  messages: [`got ${shown(value)}, expected ${expected}`],
})

function defaultOf(field: Field): unknown {
  switch (field.kind) {
    case 'duration':
      return field.defaultMs
    case 'reference':
    case 'file':
      return undefined
    case 'list':
      return field.default && [...field.default]
    default:
      return field.default
  }
}

function checkField(field: Field, value: unknown): Checked {
  switch (field.kind) {
    case 'text':
      return checkText(field, value)
    case 'template':
      return checkTemplateText(field, value)
    case 'flag':
      return typeof value === 'boolean' ? good(value) : bad(value, 'true or false')
    case 'number':
      return checkNumber(field, value)
    case 'duration':
      return checkDuration(field, value)
    case 'list':
      return checkList(field, value)
    case 'file':
      return checkFile(field, value)
    case 'reference':
      return checkReference(field, value)
    default:
      return field satisfies never
  }
}

function checkText(field: Extract<Field, { kind: 'text' }>, value: unknown): Checked {
  if (typeof value !== 'string') return bad(value, 'a text')
  if (field.oneOf && !field.oneOf.includes(value)) return bad(value, `one of ${field.oneOf.join(', ')}`)
  if (field.pattern !== undefined && !new RegExp(field.pattern, 'u').test(value))
    return bad(value, `a text of the form ${field.pattern}`)
  return checkLength(value, field.maxLength, field.optional)
}

function checkTemplateText(field: Extract<Field, { kind: 'template' }>, value: unknown): Checked {
  if (typeof value !== 'string') return bad(value, 'a text')
  const { messages } = checkLength(value, field.maxLength, field.optional)
  return { value, messages: [...messages, ...checkTemplate(value)] }
}

function checkLength(value: string, maxLength: number | undefined, optional: boolean | undefined): Checked {
  if (value.includes('\0')) return bad(value, 'a text without NUL characters')
  if (value === '' && !optional) return bad(value, 'a text that is not empty')
  if (maxLength !== undefined && value.length > maxLength)
    return { value, messages: [`has ${value.length} characters, may have ${maxLength}`] }
  const bytes = new TextEncoder().encode(value).length
  return bytes > textBytesMax ? { value, messages: [`has ${bytes} bytes, may have ${textBytesMax}`] } : good(value)
}

function checkNumber(field: Extract<Field, { kind: 'number' }>, value: unknown): Checked {
  const { min, max, integer, unit } = field
  const isRight = typeof value === 'number' && (integer ? Number.isSafeInteger(value) : Number.isFinite(value))
  if (isRight && value >= min && value <= max) return good(value)
  return bad(
    value,
    `${integer ? 'a whole number' : 'a number'} from ${min} to ${max}${unit === undefined ? '' : ` (${unit})`}`,
  )
}

function checkDuration({ minMs, maxMs }: Extract<Field, { kind: 'duration' }>, value: unknown): Checked {
  // A number is what an earlier check made of a text.
  const ms = typeof value === 'string' ? parseDuration(value) : typeof value === 'number' ? value : undefined
  if (ms !== undefined && ms >= minMs && ms <= maxMs) return good(ms)
  return bad(value, `a duration such as "10s" (${formatDuration(minMs)} to ${formatDuration(maxMs)})`)
}

function checkList({ minItems, maxItems }: Extract<Field, { kind: 'list' }>, value: unknown): Checked {
  const size = minItems === maxItems ? `${minItems}` : `${minItems} to ${maxItems}`
  if (!Array.isArray(value) || value.length < minItems || value.length > maxItems)
    return bad(value, `a list of ${size} texts`)
  const wrong = value.find((item) => typeof item !== 'string' || item.includes('\0') || item.length > textBytesMax)
  return wrong === undefined ? good([...value]) : bad(wrong, 'a text in the list')
}

function checkFile({ bytesMax }: Extract<Field, { kind: 'file' }>, value: unknown): Checked {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0 || value === '')
    return bad(value, 'a file, as base64')
  const bytes = (value.length / 4) * 3 - (value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0)
  return bytes > bytesMax ? { value, messages: [`has ${bytes} bytes, may have ${bytesMax}`] } : good(value)
}

function checkReference({ many }: Extract<Field, { kind: 'reference' }>, value: unknown): Checked {
  // 0 stands where a name was not found; that finding is there already.
  const isReference = (one: unknown) => typeof one === 'number' && Number.isSafeInteger(one) && one >= 0
  if (many) return Array.isArray(value) && value.every(isReference) ? good([...value]) : bad(value, 'a list of names')
  return isReference(value) ? good(value) : bad(value, 'a name')
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
