import { randomBytes } from 'node:crypto'
import { ByteWriter } from '../bytes/writer.ts'
import { encodeCall, wellKnownObjId } from '../jrmp/call.ts'
import { type Content, JavaObject } from '../serialization/graph.ts'
import type { ObjectWriter, Written } from '../serialization/object-writer.ts'
import * as known from '../serialization/written-classes.ts'

/** The collector's own object, the same in every JVM. */
export const collectorObjId = Buffer.from(wellKnownObjId(2))

const INTERFACE_HASH = -669196253586618813n
const DIRTY = { operation: 1, hash: INTERFACE_HASH }

/** Who holds leases: one per session, since its sequence numbers must rise. */
export class LeaseHolder {
  readonly #address = randomBytes(8)
  readonly #unique = randomBytes(4).readInt32BE()
  readonly #time = BigInt(randomBytes(4).readUInt32BE())
  #sequence = 0n

  /** The call that asks for a lease of the object; its reply is a Lease. */
  dirtyCall(objId: Buffer, leaseMs: number): Buffer {
    const lease: Written = (out) =>
      out.object(known.leaseClass, () => {
        out.bytes.i64(BigInt(leaseMs))
        this.#vmid(out)
      })
    return this.#call(objId, [lease])
  }

  #call(objId: Buffer, rest: readonly Written[]): Buffer {
    this.#sequence++
    const sequence = new ByteWriter().i64(this.#sequence).bytes()
    const ids: Written = (out) => out.array(known.objIdArrayClass, 1, () => writeObjId(out, objId))
    return encodeCall(collectorObjId, DIRTY, [ids, (out) => out.block(sequence), ...rest])
  }

  #vmid(out: ObjectWriter): void {
    out.object(known.vmidClass, () => {
      out.array(known.byteArrayClass, this.#address.length, () => out.bytes.raw(this.#address))
      writeUid(out, { unique: this.#unique, time: this.#time, count: 0 })
    })
  }
}

/** How long the lease is that a dirty call was granted, in ms; undefined when the reply is none. */
export function grantedMs(content: Content): number | undefined {
  const value = content instanceof JavaObject ? content.field('value') : undefined
  return typeof value === 'number' && value > 0 ? value : undefined
}

/** As an object its fields stand in another order than in an ObjID on the wire. */
function writeObjId(out: ObjectWriter, objId: Buffer): void {
  out.object(known.objIdClass, () => {
    out.bytes.i64(objId.readBigInt64BE(0))
    writeUid(out, { unique: objId.readInt32BE(8), time: objId.readBigInt64BE(12), count: objId.readInt16BE(20) })
  })
}

function writeUid(out: ObjectWriter, { unique, time, count }: { unique: number; time: bigint; count: number }): void {
  out.object(known.uidClass, () => {
    out.bytes.i16(count).i64(time).i32(unique)
  })
}
