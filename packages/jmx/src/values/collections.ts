import { type Content, JavaArray, JavaObject } from '../serialization/graph.ts'
import type { ClassReader, Converter } from './converter.ts'
import { CustomReader } from './custom-reader.ts'
import type { JavaValue } from './value.ts'

const UTIL = 'java.util.'

/** The collections of java.util, by what each writes. */
export const collectionReaders: readonly (readonly [string, ClassReader])[] = [
  [`${UTIL}ArrayList`, list],
  [`${UTIL}LinkedList`, counted],
  [`${UTIL}ArrayDeque`, counted],
  [`${UTIL}concurrent.CopyOnWriteArrayList`, counted],
  [`${UTIL}PriorityQueue`, (object, converter) => rest(object, `${UTIL}PriorityQueue`, 4, converter)],
  [`${UTIL}Vector`, vector],
  [`${UTIL}Arrays$ArrayList`, (object, converter) => unwrapped(object, converter, 'a')],
  ...['EmptyList', 'EmptySet'].map((name) => [`${UTIL}Collections$${name}`, () => []] as const),
  [`${UTIL}Collections$EmptyMap`, () => new Map()],
  ...['SingletonList', 'SingletonSet'].map(
    (name) =>
      [`${UTIL}Collections$${name}`, (object, converter) => [converter.value(field(object, 'element'))]] as [
        string,
        ClassReader,
      ],
  ),
  [
    `${UTIL}Collections$SingletonMap`,
    (object, converter) => mapOf([field(object, 'k'), field(object, 'v')], converter),
  ],
  ...wrappers('Collection', 'c'),
  ...wrappers('List', 'c'),
  ...wrappers('RandomAccessList', 'c'),
  ...wrappers('Set', 'c'),
  ...wrappers('SortedSet', 'c'),
  ...wrappers('Map', 'm'),
  ...wrappers('SortedMap', 'm'),
  [`${UTIL}CollSer`, immutable],
  [`${UTIL}HashMap`, (object, converter) => hashMap(object, `${UTIL}HashMap`, converter)],
  [`${UTIL}Hashtable`, (object, converter) => hashMap(object, `${UTIL}Hashtable`, converter)],
  [`${UTIL}TreeMap`, (object, converter) => map(object, `${UTIL}TreeMap`, converter)],
  [`${UTIL}EnumMap`, (object, converter) => map(object, `${UTIL}EnumMap`, converter)],
  [`${UTIL}concurrent.ConcurrentSkipListMap`, skipListMap],
  [`${UTIL}concurrent.ConcurrentHashMap`, concurrentMap],
  [`${UTIL}EnumSet$SerializationProxy`, (object, converter) => unwrapped(object, converter, 'elements')],
  // Its capacity (4 bytes) and load factor (4) stand in front of the count (4).
  [`${UTIL}HashSet`, (object, converter) => rest(object, `${UTIL}HashSet`, 12, converter)],
  [`${UTIL}TreeSet`, treeSet],
]

function wrappers(kind: string, inner: string): [string, ClassReader][] {
  const read: ClassReader = (object, converter) => unwrapped(object, converter, inner)
  return ['Unmodifiable', 'Synchronized'].map((wrapper) => [`${UTIL}Collections$${wrapper}${kind}`, read])
}

function field(object: JavaObject, name: string): Content {
  return object.field(name) ?? null
}

function unwrapped(object: JavaObject, converter: Converter, name: string): JavaValue | undefined {
  const inner = object.field(name)
  return inner === undefined ? undefined : converter.value(inner)
}

/** The elements of a java.util.ArrayList (and so of an AttributeList); undefined for any other object. */
export function listElements(content: Content): Content[] | undefined {
  if (!(content instanceof JavaObject)) return undefined
  const level = content.level(`${UTIL}ArrayList`)
  if (!level) return undefined
  const custom = new CustomReader(level)
  custom.bytes(4) // the capacity
  const elements: Content[] = []
  while (!custom.atEnd) elements.push(custom.content())
  return elements
}

function list(object: JavaObject, converter: Converter): JavaValue | undefined {
  const elements = listElements(object)
  return elements && converter.values(elements)
}

function counted(object: JavaObject, converter: Converter): JavaValue {
  const custom = customOf(object)
  return converter.values(custom.contents(custom.i32()))
}

/** All contents that stand behind some bytes. */
function rest(object: JavaObject, className: string, bytesBefore: number, converter: Converter): JavaValue {
  const custom = new CustomReader(object.level(className))
  custom.bytes(bytesBefore)
  const elements: JavaValue[] = []
  while (!custom.atEnd) elements.push(converter.value(custom.content()))
  return elements
}

function treeSet(object: JavaObject, converter: Converter): JavaValue {
  const custom = new CustomReader(object.level(`${UTIL}TreeSet`))
  custom.content() // the comparator
  return converter.values(custom.contents(custom.i32()))
}

function vector(object: JavaObject, converter: Converter): JavaValue | undefined {
  const [elements, count] = [object.field('elementData'), object.field('elementCount')]
  if (!(elements instanceof JavaArray) || typeof count !== 'number') return undefined
  return converter.values(elements.elements.slice(0, Math.max(count, 0)))
}

function immutable(object: JavaObject, converter: Converter): JavaValue {
  const custom = customOf(object)
  const contents = custom.contents(custom.i32())
  return object.field('tag') === 3 ? mapOf(contents, converter) : converter.values(contents)
}

function hashMap(object: JavaObject, className: string, converter: Converter): JavaValue {
  const custom = new CustomReader(object.level(className))
  custom.bytes(4) // the number of buckets
  return mapOf(custom.contents(custom.i32() * 2), converter)
}

/** The keys and values of a TreeMap, one after the other, sorted as the server sorts them. */
export function treeMapEntries(object: JavaObject): Content[] {
  const custom = new CustomReader(object.level(`${UTIL}TreeMap`))
  return custom.contents(custom.i32() * 2)
}

function map(object: JavaObject, className: string, converter: Converter): JavaValue {
  const custom = new CustomReader(object.level(className))
  return mapOf(custom.contents(custom.i32() * 2), converter)
}

/** Pairs up to a null key; no count in front. */
function pairsToNull(custom: CustomReader, converter: Converter): JavaValue {
  const contents: Content[] = []
  for (let key = custom.content(); key !== null; key = custom.content()) contents.push(key, custom.content())
  return mapOf(contents, converter)
}

function concurrentMap(object: JavaObject, converter: Converter): JavaValue {
  return pairsToNull(new CustomReader(object.level(`${UTIL}concurrent.ConcurrentHashMap`)), converter)
}

function skipListMap(object: JavaObject, converter: Converter): JavaValue {
  return pairsToNull(new CustomReader(object.level(`${UTIL}concurrent.ConcurrentSkipListMap`)), converter)
}

function mapOf(contents: readonly Content[], converter: Converter): JavaValue {
  const result = new Map<JavaValue, JavaValue>()
  for (let index = 0; index + 1 < contents.length; index += 2)
    result.set(converter.value(contents[index] as Content), converter.value(contents[index + 1] as Content))
  return result
}

function customOf(object: JavaObject): CustomReader {
  return new CustomReader(object.levels.at(-1))
}
