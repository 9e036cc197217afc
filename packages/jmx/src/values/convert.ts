import { type Content, JavaArray, type JavaObject } from '../serialization/graph.ts'
import { bigDecimal, bigInteger } from './big-numbers.ts'
import { collectionReaders } from './collections.ts'
import { type ClassReader, Converter } from './converter.ts'
import { CustomReader } from './custom-reader.ts'
import { openTypeReaders } from './open-types.ts'
import { emptyRecord, type JavaValue } from './value.ts'

/** What a reply holds as a plain value. */
export function toValue(content: Content): JavaValue {
  return new Converter(readers).value(content)
}

const readers: ReadonlyMap<string, ClassReader> = new Map<string, ClassReader>([
  ...collectionReaders,
  ...openTypeReaders,
  ['javax.management.ObjectName', (object) => objectNameText(object)],
  ['javax.management.ObjectInstance', objectInstance],
  ['java.util.Date', date],
  ['java.math.BigInteger', bigInteger],
  ['java.math.BigDecimal', bigDecimal],
  ['java.util.concurrent.atomic.AtomicBoolean', (object) => flag(object.field('value'))],
  [
    'java.util.concurrent.atomic.LongAdder$SerializationProxy',
    (object, converter) => converter.value(object.field('value') ?? null),
  ],
  ['java.util.UUID', uuid],
  ['java.net.URI', (object) => text(object.field('string'))],
  ['java.io.File', (object) => text(object.field('path'))],
  ['java.net.URL', url],
  ['java.util.Locale', locale],
  ['java.net.InetAddress', address],
  ['java.time.Ser', (object) => text(object.levels[0]?.custom[0] as Content | undefined)],
  ['java.lang.StackTraceElement', stackTraceElement],
  ['java.lang.Throwable', throwable],
])

/** The text of a javax.management.ObjectName. */
export function objectNameText(object: JavaObject): string | undefined {
  return text(new CustomReader(object.level('javax.management.ObjectName')).content())
}

function objectInstance(object: JavaObject, converter: Converter): JavaValue {
  const record = emptyRecord()
  record.name = converter.value(object.field('name') ?? null)
  record.className = converter.value(object.field('className') ?? null)
  return record
}

function text(content: Content | undefined): string | undefined {
  return typeof content === 'string' ? content : undefined
}

function flag(content: Content | undefined): boolean | undefined {
  return typeof content === 'number' ? content !== 0 : undefined
}

// The instants that a JavaScript date can hold.
const DATE_MS_MAX = 8_640_000_000_000_000n

function date(object: JavaObject, converter: Converter): JavaValue {
  const millis = new CustomReader(object.level('java.util.Date')).i64()
  if (millis <= DATE_MS_MAX && millis >= -DATE_MS_MAX) return new Date(Number(millis))
  const record = converter.plainObject(object)
  record.fields = Object.assign(emptyRecord(), { time: millis })
  return record
}

function uuid(object: JavaObject): string | undefined {
  const halves = ['mostSigBits', 'leastSigBits'].map((name) => object.field(name))
  if (!halves.every((half) => typeof half === 'number' || typeof half === 'bigint')) return undefined
  const hex = halves.map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function url(object: JavaObject): string | undefined {
  const [protocol, host, port, file, ref] = ['protocol', 'host', 'port', 'file', 'ref'].map((name) =>
    object.field(name),
  )
  if (typeof protocol !== 'string') return undefined
  const authority = host ? `//${host}${port === -1 ? '' : `:${port}`}` : ''
  return `${protocol}:${authority}${file ?? ''}${ref ? `#${ref}` : ''}`
}

function locale(object: JavaObject): string {
  const parts = ['language', 'country', 'variant'].map((name) => object.field(name))
  return parts.filter((part) => typeof part === 'string' && part !== '').join('_')
}

function address(object: JavaObject): string | undefined {
  const [host, packed, v6] = [object.field('hostName'), object.field('address'), object.field('ipaddress')]
  const name = typeof host === 'string' ? host : ''
  if (v6 instanceof JavaArray && v6.bytes) return `${name}/${(v6.bytes.toString('hex').match(/.{4}/g) ?? []).join(':')}`
  if (typeof packed !== 'number') return undefined
  return `${name}/${[24, 16, 8, 0].map((shift) => (packed >>> shift) & 0xff).join('.')}`
}

function stackTraceElement(object: JavaObject): string {
  const [name, method, file, line] = ['declaringClass', 'methodName', 'fileName', 'lineNumber'].map((each) =>
    object.field(each),
  )
  const where = line === -2 ? 'Native Method' : typeof file === 'string' ? `${file}:${line}` : 'Unknown Source'
  return `${name}.${method}(${where})`
}

function throwable(object: JavaObject, converter: Converter): JavaValue {
  const record = emptyRecord()
  record.class = object.desc.name
  record.message = converter.value(object.field('detailMessage') ?? null)
  record.cause = converter.value(object.field('cause') ?? null)
  record.stackTrace = converter.value(object.field('stackTrace') ?? null)
  return record
}
