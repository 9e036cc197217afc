import { ByteWriter } from '../bytes/writer.ts'
import { JmxError } from '../error.ts'
import { streamOf, type Written } from '../serialization/object-writer.ts'
import * as known from '../serialization/written-classes.ts'

/** The argument null. */
export const nothing: Written = (out) => out.null()

/** A String. */
export function text(value: string): Written {
  return (out) => out.string(value)
}

/** A String[]. */
export function textArray(values: readonly string[]): Written {
  return (out) =>
    out.array(known.stringArrayClass, values.length, () => {
      for (const value of values) out.string(value)
    })
}

/** An array of objects of that class. */
export function arrayOf(
  arrayClass: Parameters<Parameters<Written>[0]['array']>[0],
  elements: readonly Written[],
): Written {
  return (out) =>
    out.array(arrayClass, elements.length, () => {
      for (const element of elements) element(out)
    })
}

/** A javax.management.ObjectName. The server closes the connection on a malformed one, so that is checked here. */
export function objectName(name: string): Written {
  const [, domain, properties = ''] = /^([^:]*):(.+)$/s.exec(name) ?? []
  const isWhole = properties === '*' || /^[^,=:*?]+=.+$/s.test(properties) || properties.startsWith('*,')
  if (domain === undefined || !isWhole || /[\r\n]/.test(name))
    throw new JmxError('bad-name', `${JSON.stringify(name)} is no object name. Write it as in "java.lang:type=Memory".`)
  return (out) =>
    out.object(known.objectNameClass, () => {
      out.string(name)
      out.endOfContents()
    })
}

/** A java.rmi.MarshalledObject around one object: a stream of its own. */
export function marshalled(contents: Written): Written {
  const stream = streamOf(contents)
  let hash = 0
  for (const byte of new Int8Array(stream)) hash = (Math.imul(31, hash) + byte) | 0
  return (out) =>
    out.object(known.marshalledObjectClass, () => {
      out.bytes.i32(hash)
      out.null()
      out.array(known.byteArrayClass, stream.length, () => out.bytes.raw(stream))
    })
}

/** A javax.management.Attribute. */
export function attribute(name: string, value: Written): Written {
  return (out) =>
    out.object(known.attributeClass, () => {
      out.string(name)
      value(out)
    })
}

/** Block data in front of the objects: a long, an int and a long. */
export function longIntLong(first: bigint, second: number, third: bigint): Buffer {
  return new ByteWriter().i64(first).i32(second).i64(third).bytes()
}
