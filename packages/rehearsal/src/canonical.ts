/**
 * What a client read, in the text form of `java/Canonical.java` (README.md has the table), to be compared with the text
 * that `dumpMBeans` gives for the same attribute. That text also says what a value is where JavaScript can't: a set may
 * have come as an array, a composite as an object without class, a table as a Map by key, a char[] as a string, what
 * holds itself as null, and an object of another class as `{ class }`. Whatever differs otherwise gives another text.
 */
export function canonicalLike(expected: string, value: unknown): string {
  return textOf(value, JSON.parse(expected))
}

/** `"…"` with everything but printable ASCII as \uXXXX, as in the dump. */
export function canonicalString(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `"${escaped}"`
}

/** `shape` is the dump's own text, parsed: numbers in it may be rounded, so that nothing but its form is used. */
function textOf(value: unknown, shape: unknown): string {
  if (isTagged(shape, 'cycle') && value === null) return '{"cycle":true}'
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return Array.isArray(shape) ? listText(unitsOf(value), shape) : canonicalString(value)
  if (typeof value === 'object') return objectText(value, shape)
  return `a ${typeof value} that has no canonical form`
}

function objectText(value: object, shape: unknown): string {
  if (value instanceof Date) return `{"date":${value.getTime()}}`
  if (value instanceof Uint8Array) return `{"bytes":"${Buffer.from(value).toString('hex')}"}`
  if (isTagged(shape, 'set') && (Array.isArray(value) || value instanceof Set)) return setText([...value], shape.set)
  if (value instanceof Map) return isTagged(shape, 'rows') ? rowsText(value, shape.rows) : mapText(value, shape)
  if (Array.isArray(value)) return listText(value, Array.isArray(shape) ? shape : [])
  const items: Record<string, unknown> = { ...value }
  if (isTagged(shape, 'composite')) return compositeText(items, shape.composite)
  if (isTagged(shape, 'date'))
    return `{"date":${Object.entries(items.fields ?? {}).map(([, millis]) => String(millis))}}`
  return `{"object":${canonicalString(String(items.class))}}`
}

function listText(values: readonly unknown[], shapes: readonly unknown[]): string {
  return `[${values.map((value, index) => textOf(value, shapes[index])).join(',')}]`
}

/** All members of a set are taken to be like the first: which is which can't be known. */
function setText(values: readonly unknown[], shapes: unknown): string {
  return `{"set":[${sortedTexts(values, firstOf(shapes))}]}`
}

function mapText(map: Map<unknown, unknown>, shape: unknown): string {
  const pairs = isTagged(shape, 'map') && Array.isArray(shape.map) ? shape.map : []
  const entries = [...map].map(([key, value]) => {
    const keyText = textOf(key, undefined)
    const like = pairs.find((pair: unknown) => Array.isArray(pair) && textOf(pair[0], undefined) === keyText)
    return `[${keyText},${textOf(value, Array.isArray(like) ? like[1] : undefined)}]`
  })
  return `{"map":[${entries.sort().join(',')}]}`
}

/** A row of the two items `key` and `value` may have come as the value alone. */
function rowsText(map: Map<unknown, unknown>, shapes: unknown): string {
  const shape = firstOf(shapes)
  const like = isTagged(shape, 'composite') ? shape.composite : {}
  const isMapEntry = Object.keys(Object(like)).join() === 'key,value'
  const rows = [...map].map(([key, value]) => (isMapEntry ? { key, value } : value))
  return `{"rows":[${sortedTexts(rows, shape)}]}`
}

function compositeText(items: Readonly<Record<string, unknown>>, shapes: unknown): string {
  const like = new Map(Object.entries(Object(shapes)))
  const texts = Object.entries(items).map(
    ([name, value]) => `${canonicalString(name)}:${textOf(value, like.get(name))}`,
  )
  return `{"composite":{${texts.sort().join(',')}}}`
}

function sortedTexts(values: readonly unknown[], shape: unknown): string {
  return values
    .map((value) => textOf(value, shape))
    .sort()
    .join(',')
}

function firstOf(shapes: unknown): unknown {
  return Array.isArray(shapes) ? shapes[0] : undefined
}

function isTagged<Tag extends string>(shape: unknown, tag: Tag): shape is Record<Tag, unknown> {
  return typeof shape === 'object' && shape !== null && !Array.isArray(shape) && Object.hasOwn(shape, tag)
}

/** UTF-16 units, as Java's chars are. */
function unitsOf(text: string): string[] {
  return text.split('')
}

const WHOLE_MAX = 2 ** 53 // up to it a whole double is an exact integer

/** Bits, since Java before 19 writes another shortest decimal than JavaScript. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return '{"f64":"NaN"}'
  if (Number.isInteger(value) && Math.abs(value) <= WHOLE_MAX && !Object.is(value, -0)) return String(value)
  const bits = Buffer.alloc(8)
  bits.writeDoubleBE(value)
  return `{"f64":"${bits.toString('hex')}"}`
}
