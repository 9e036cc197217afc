import { type Content, JavaObject } from '../serialization/graph.ts'
import { treeMapEntries } from './collections.ts'
import type { ClassReader, Converter } from './converter.ts'
import { emptyRecord, type JavaValue, nameOf } from './value.ts'

const OPEN = 'javax.management.openmbean.'

/** Composite and tabular data. */
export const openTypeReaders: readonly (readonly [string, ClassReader])[] = [
  [`${OPEN}CompositeDataSupport`, composite],
  [`${OPEN}TabularDataSupport`, tabular],
]

/** Name and value of a composite's items, by name; undefined for any other object. */
export function compositeItems(content: Content): [string, Content][] | undefined {
  if (!(content instanceof JavaObject) || !content.desc.is(`${OPEN}CompositeDataSupport`)) return undefined
  const contents = content.field('contents')
  if (!(contents instanceof JavaObject) || !contents.desc.is('java.util.TreeMap')) return undefined
  const entries = treeMapEntries(contents)
  const items: [string, Content][] = []
  for (let index = 0; index + 1 < entries.length; index += 2)
    items.push([itemName(entries[index]), entries[index + 1] as Content])
  return items
}

/** Item names are texts; in a composite of something else they are told apart by nothing. */
function itemName(content: Content | undefined): string {
  return typeof content === 'string' ? content : '(no text)'
}

function composite(object: JavaObject, converter: Converter): JavaValue | undefined {
  const items = compositeItems(object)
  if (!items) return undefined
  const record = emptyRecord()
  for (const [name, content] of items) record[name] = converter.value(content)
  return record
}

/**
 * A Map from each row's index to the row. One index item is the key as it is; of several the key is the JSON text of the
 * list of their texts. A row of the two items `key` and `value` is what an MXBean makes of a Map: there the value alone.
 */
function tabular(object: JavaObject, converter: Converter): JavaValue | undefined {
  const rows = converter.value(object.field('dataMap') ?? null)
  const names = converter.value(indexNames(object))
  if (!(rows instanceof Map) || !Array.isArray(names)) return undefined
  const result = new Map<JavaValue, JavaValue>()
  for (const row of rows.values()) {
    if (!isRecord(row)) return undefined
    const index = names.map((name) => row[nameOf(name)] ?? null)
    const isMapEntry = names.length === 1 && names[0] === 'key' && Object.keys(row).join() === 'key,value'
    result.set(
      index.length === 1 ? (index[0] ?? null) : JSON.stringify(index.map(nameOf)),
      isMapEntry ? (row.value ?? null) : row,
    )
  }
  return result
}

function indexNames(object: JavaObject): Content {
  const type = object.field('tabularType')
  return type instanceof JavaObject ? (type.field('indexNames') ?? null) : null
}

function isRecord(value: JavaValue): value is { [name: string]: JavaValue } {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === null
}
