/**
 * A Java value as plain JavaScript. Numbers: every Java number that a double holds exactly, else a bigint (`long`,
 * BigInteger); BigDecimal is a text, because a double would round it. Text: String, char, char[], enum constants, class and
 * object names, java.time, UUID, URI, File. `byte[]` is a Uint8Array, other arrays and collections are arrays, maps and
 * tabular data are Maps, composites are records. An object of any other class is `{ class, fields }`. Where an object holds
 * itself, the inner one is null.
 */
export type JavaValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | JavaValue[]
  | Map<JavaValue, JavaValue>
  | JavaRecord

/** Named values; it has no prototype, so that no name of a server's means anything else. */
export interface JavaRecord {
  [name: string]: JavaValue
}

/** A record with nothing in it. */
export function emptyRecord(): JavaRecord {
  return Object.create(null) as JavaRecord
}

/** A value as a name: text as it is, numbers and flags as JavaScript writes them, dates in ISO form, anything else as its kind. */
export function nameOf(value: JavaValue): string {
  if (value === null || typeof value !== 'object') return String(value)
  return value instanceof Date ? value.toISOString() : '(object)'
}
