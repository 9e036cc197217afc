import { encodeModifiedUtf8 } from './modified-utf8.ts'

// A request is 100 to 300 bytes; twice that saves most of the growing.
const FIRST_BYTES = 512

/** Writes big-endian values into memory that grows. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES)
  #length = 0

  /** What has been written, as a copy of its own. */
  bytes(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length))
  }

  u8(value: number): this {
    this.#bytes.writeUInt8(value, this.#room(1))
    return this
  }

  u16(value: number): this {
    this.#bytes.writeUInt16BE(value, this.#room(2))
    return this
  }

  i16(value: number): this {
    this.#bytes.writeInt16BE(value, this.#room(2))
    return this
  }

  i8(value: number): this {
    this.#bytes.writeInt8(value, this.#room(1))
    return this
  }

  i32(value: number): this {
    this.#bytes.writeInt32BE(value, this.#room(4))
    return this
  }

  i64(value: bigint): this {
    this.#bytes.writeBigInt64BE(value, this.#room(8))
    return this
  }

  f32(value: number): this {
    this.#bytes.writeFloatBE(value, this.#room(4))
    return this
  }

  f64(value: number): this {
    this.#bytes.writeDoubleBE(value, this.#room(8))
    return this
  }

  raw(bytes: Uint8Array): this {
    this.#bytes.set(bytes, this.#room(bytes.length))
    return this
  }

  /** Text with a length of two bytes in front; at most 65,535 bytes. */
  utf(text: string): this {
    const bytes = encodeModifiedUtf8(text)
    return this.u16(bytes.length).raw(bytes)
  }

  #room(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length))
      this.#bytes.copy(larger, 0, 0, at)
      this.#bytes = larger
    }
    return at
  }
}
