import { ByteWriter } from '../bytes/writer.ts'
import { ObjectWriter, type Written } from '../serialization/object-writer.ts'
import { CALL, OBJ_ID_AT, OBJ_ID_BYTES } from './wire.ts'

/** The method that a call means: by its hash, or, of the registry and the collector, by its number and the interface's hash. */
export interface Method {
  operation: number
  hash: bigint
}

/** One call's bytes. `primitives` stand in front of the objects. */
export function encodeCall(
  objId: Uint8Array,
  method: Method,
  args: readonly Written[],
  primitives?: Uint8Array,
): Buffer {
  const bytes = new ByteWriter().u8(CALL)
  const out = new ObjectWriter(bytes, { annotateClasses: true })
  const header = new ByteWriter().raw(objId).i32(method.operation).i64(method.hash)
  out.block(primitives ? header.raw(primitives).bytes() : header.bytes())
  for (const arg of args) arg(out)
  return bytes.bytes()
}

/** Writes an object's id into the call that begins at `at`. */
export function addressCall(bytes: Buffer, at: number, objId: Uint8Array): void {
  bytes.set(objId, at + OBJ_ID_AT)
}

/** An ObjID for calls that are addressed when they are sent. */
export const NO_OBJ_ID: Uint8Array = new Uint8Array(OBJ_ID_BYTES)

/** The id of one of RMI's own objects: 0 is the registry, 2 the collector. */
export function wellKnownObjId(number: number): Uint8Array {
  return new ByteWriter()
    .i64(BigInt(number))
    .raw(new Uint8Array(OBJ_ID_BYTES - 8))
    .bytes()
}
