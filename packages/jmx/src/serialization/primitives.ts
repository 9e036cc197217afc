import type { ByteReader } from '../bytes/reader.ts'
import { JmxError } from '../error.ts'

/** A primitive or a String. `long` is a bigint only where a number would not be exact; `char` is a text of one unit. */
export type Scalar = string | number | bigint | boolean

/** Bytes of a primitive of each type on the wire. */
export const primitiveBytes: Readonly<Record<string, number>> = { B: 1, C: 2, D: 8, F: 4, I: 4, J: 8, S: 2, Z: 1 }

/** Reads one primitive of the type with that code. */
export function readPrimitive(reader: ByteReader, code: string): Scalar {
  switch (code) {
    case 'B':
      return reader.i8()
    case 'C':
      return String.fromCharCode(reader.u16())
    case 'D':
      return reader.f64()
    case 'F':
      return reader.f32()
    case 'I':
      return reader.i32()
    case 'J':
      return reader.long()
    case 'S':
      return reader.i16()
    case 'Z':
      return reader.u8() !== 0
    default:
      throw new JmxError('broken-reply', `the reply names a field type that does not exist (${JSON.stringify(code)}).`)
  }
}
