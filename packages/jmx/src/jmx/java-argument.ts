import { JmxError } from '../error.ts'
import { arrayOf, nothing, objectName, text } from '../rmi/arguments.ts'
import type { ObjectWriter, Written, WrittenClass } from '../serialization/object-writer.ts'
import * as known from '../serialization/written-classes.ts'
import type { JavaValue } from '../values/value.ts'

/**
 * A value as an object of the Java type (`int`, `java.lang.String`, `[J`, …), primitives in their boxes. Of any other type it
 * becomes what it looks like: String, Boolean, Integer (Long when too large, or a bigint), Double, Date, byte[], ArrayList.
 * Throws `bad-argument` when the value can't be one of that type.
 */
export function javaArgument(value: JavaValue, type: string): Written {
  const write = TYPES[type] ?? TYPES[BOXED[type] ?? '']
  if (value === null) {
    if (BOXED[type]) throw unfit(value, type)
    return nothing
  }
  return write ? write(value, type) : untyped(value, type)
}

const BOXED: Readonly<Record<string, string>> = {
  boolean: 'java.lang.Boolean',
  byte: 'java.lang.Byte',
  char: 'java.lang.Character',
  double: 'java.lang.Double',
  float: 'java.lang.Float',
  int: 'java.lang.Integer',
  long: 'java.lang.Long',
  short: 'java.lang.Short',
}

type Writer = (value: JavaValue, type: string) => Written

const TYPES: Readonly<Record<string, Writer>> = {
  'java.lang.Boolean': (value, type) => {
    if (typeof value !== 'boolean') throw unfit(value, type)
    return box(known.booleanClass, (out) => out.bytes.u8(value ? 1 : 0))
  },
  'java.lang.Byte': (value, type) => {
    const whole = Number(integer(value, type, 8))
    return box(known.byteClass, (out) => out.bytes.i8(whole))
  },
  'java.lang.Short': (value, type) => {
    const whole = Number(integer(value, type, 16))
    return box(known.shortClass, (out) => out.bytes.i16(whole))
  },
  'java.lang.Integer': (value, type) => {
    const whole = Number(integer(value, type, 32))
    return box(known.integerClass, (out) => out.bytes.i32(whole))
  },
  'java.lang.Long': (value, type) => {
    const whole = integer(value, type, 64)
    return box(known.longClass, (out) => out.bytes.i64(whole))
  },
  'java.lang.Float': (value, type) => {
    const real = number(value, type)
    return box(known.floatClass, (out) => out.bytes.f32(real))
  },
  'java.lang.Double': (value, type) => {
    const real = number(value, type)
    return box(known.doubleClass, (out) => out.bytes.f64(real))
  },
  'java.lang.Character': (value, type) => {
    if (typeof value !== 'string' || value.length !== 1) throw unfit(value, type)
    return box(known.characterClass, (out) => out.bytes.u16(value.charCodeAt(0)))
  },
  'java.lang.String': (value, type) => {
    if (typeof value !== 'string') throw unfit(value, type)
    return text(value)
  },
  'javax.management.ObjectName': (value, type) => {
    if (typeof value !== 'string') throw unfit(value, type)
    return objectName(value)
  },
  'java.util.Date': (value, type) => {
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw unfit(value, type)
    return dateArgument(value)
  },
  '[B': (value, type) => {
    const bytes =
      value instanceof Uint8Array
        ? value
        : Uint8Array.from(elements(value, type, (each) => Number(integer(each, type, 8))))
    return (out) => out.array(known.byteArrayClass, bytes.length, () => out.bytes.raw(bytes))
  },
  '[J': (value, type) => {
    const wholes = elements(value, type, (each) => integer(each, type, 64))
    return primitives(known.longArrayClass, wholes, (out, each) => out.bytes.i64(each))
  },
  '[I': (value, type) => {
    const wholes = elements(value, type, (each) => Number(integer(each, type, 32)))
    return primitives(known.intArrayClass, wholes, (out, each) => out.bytes.i32(each))
  },
  '[D': (value, type) => {
    const reals = elements(value, type, (each) => number(each, type))
    return primitives(known.doubleArrayClass, reals, (out, each) => out.bytes.f64(each))
  },
  '[Z': (value, type) => {
    const flags = elements(value, type, (each) => {
      if (typeof each !== 'boolean') throw unfit(each, type)
      return each
    })
    return primitives(known.booleanArrayClass, flags, (out, each) => out.bytes.u8(each ? 1 : 0))
  },
  '[Ljava.lang.String;': (value, type) =>
    arrayOf(
      known.stringArrayClass,
      elements(value, type, (each) => javaArgument(each, 'java.lang.String')),
    ),
  '[Ljava.lang.Object;': (value, type) =>
    arrayOf(
      known.objectArrayClass,
      elements(value, type, (each) => javaArgument(each, 'java.lang.Object')),
    ),
  '[Ljavax.management.ObjectName;': (value, type) =>
    arrayOf(
      known.objectNameArrayClass,
      elements(value, type, (each) => javaArgument(each, 'javax.management.ObjectName')),
    ),
}

function untyped(value: JavaValue, type: string): Written {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'boolean') return javaArgument(value, 'java.lang.Boolean')
  if (typeof value === 'bigint') return javaArgument(value, 'java.lang.Long')
  if (typeof value === 'number') return javaArgument(value, numberType(value))
  if (value instanceof Date) return javaArgument(value, 'java.util.Date')
  if (value instanceof Uint8Array) return javaArgument(value, '[B')
  if (!Array.isArray(value)) throw unfit(value, type)
  const contents = value.map((each) => javaArgument(each, 'java.lang.Object'))
  return (out) =>
    out.object(known.arrayListClass, () => {
      out.bytes.i32(contents.length)
      out.block(int(contents.length))
      for (const each of contents) each(out)
      out.endOfContents()
    })
}

function numberType(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return 'java.lang.Double'
  return (value | 0) === value ? 'java.lang.Integer' : 'java.lang.Long'
}

function box(boxClass: WrittenClass, contents: (out: ObjectWriter) => void): Written {
  return (out) => out.object(boxClass, () => contents(out))
}

function primitives<T>(
  arrayClass: WrittenClass,
  values: readonly T[],
  write: (out: ObjectWriter, value: T) => void,
): Written {
  return (out) =>
    out.array(arrayClass, values.length, () => {
      for (const value of values) write(out, value)
    })
}

function dateArgument(value: Date): Written {
  const millis = Buffer.alloc(8)
  millis.writeBigInt64BE(BigInt(value.getTime()))
  return (out) =>
    out.object(known.dateClass, () => {
      out.block(millis)
      out.endOfContents()
    })
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function elements<T>(value: JavaValue, type: string, convert: (each: JavaValue) => T): T[] {
  if (!Array.isArray(value)) throw unfit(value, type)
  return value.map(convert)
}

function integer(value: JavaValue, type: string, bits: number): bigint {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
  if (!isWhole) throw unfit(value, type)
  const whole = BigInt(value)
  if (BigInt.asIntN(bits, whole) !== whole) throw unfit(value, type)
  return whole
}

function number(value: JavaValue, type: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  throw unfit(value, type)
}

function unfit(value: JavaValue, type: string): JmxError {
  const shown = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? typeof value).slice(0, 100)
  return new JmxError('bad-argument', `${shown} can't be a Java ${type}.`)
}
