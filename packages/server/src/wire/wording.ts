/** A JSON schema as the wire writes it: the few keywords that are used, and no others. */
export interface Shape {
  description?: string
  /** What is given here is a secret: no message repeats it. */
  writeOnly?: boolean
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Shape[]
  properties?: Readonly<Record<string, Shape>>
  required?: readonly string[]
  patternProperties?: Readonly<Record<string, Shape>>
  additionalProperties?: boolean
  contentEncoding?: string
  /** A list for tuples. */
  items?: Shape | readonly Shape[]
  minItems?: number
  maxItems?: number
  minProperties?: number
  maxProperties?: number
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
}

/** How much of a value that is wrong is shown. */
const shownCharacters = 60

/** A value as messages show it: short, and never a secret. */
export function shown(value: unknown, secret = false): string {
  if (value === undefined) return 'nothing'
  if (value === null || typeof value === 'boolean' || typeof value === 'number')
    return secret ? 'another kind of value' : String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (secret) return 'a text'
  const text = String(value)
  return JSON.stringify(text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text)
}

/** What a schema expects, in words that go on from "expected ". */
export function expected(shape: Shape): string {
  if (shape.description) return lowerFirst(shape.description.replace(/\.$/, ''))
  if (shape.anyOf) return either([...new Set(shape.anyOf.map(expected))])
  if (shape.enum) return either(shape.enum.map((value) => JSON.stringify(value)))
  if ('const' in shape) return JSON.stringify(shape.const)
  switch (shape.type) {
    case 'string':
      return `a text${limits(shape.minLength, shape.maxLength, 'characters')}`
    case 'integer':
      return `a whole number${range(shape)}`
    case 'number':
      return `a number${range(shape)}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return `a list${limits(shape.minItems, shape.maxItems, 'items')}`
    case 'object':
      return `an object${limits(shape.minProperties, shape.maxProperties, 'fields')}`
    default:
      return shape.type ?? 'any value'
  }
}

/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function limits(least: number | undefined, most: number | undefined, what: string): string {
  if (least !== undefined && most !== undefined) return ` of ${least} to ${most} ${what}`
  if (least !== undefined) return ` of at least ${least} ${what}`
  return most === undefined ? '' : ` of at most ${most} ${what}`
}

function range({ minimum, maximum }: Shape): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return ` of at least ${minimum}`
  return maximum === undefined ? '' : ` of at most ${maximum}`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
