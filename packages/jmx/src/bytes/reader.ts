import { JmxError } from '../error.ts'
import { limits } from '../limits.ts'
import { decodeModifiedUtf8 } from './modified-utf8.ts'

/** Thrown when the bytes that have come so far end too early: read again from the mark once there are more. */
export class ShortOfBytes extends Error {}

const shortOfBytes = new ShortOfBytes('more bytes are needed')

/**
 * Reads big-endian values from a window of bytes. Positions count from the start of the reply, so that they stay good when
 * the window moves in memory because more bytes have come. What was read before the last `mark` is never read again.
 */
export class ByteReader {
  position = 0
  /** How many bytes, from the start of the reply, the last failed read asks for. */
  wanted = 0
  #bytes: Buffer = Buffer.alloc(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #start = 0
  #length = 0
  #marked = 0

  /** The reply now lies in `bytes` from `start` to `end`; what was there before is the same. */
  window(bytes: Buffer, view: DataView, start: number, end: number): void {
    this.#bytes = bytes
    this.#view = view
    this.#start = start
    this.#length = end - start
    this.position = this.#marked
  }

  /** What lies before the position is done with. */
  mark(): void {
    this.#marked = this.position
  }

  /** Moves past `count` bytes and says where they begin in the window; throws ShortOfBytes when they have not come. */
  #take(count: number): number {
    const from = this.position
    const to = from + count
    if (to > this.#length) this.#fail(to)
    this.position = to
    return this.#start + from
  }

  #fail(wanted: number): never {
    if (wanted > limits.replyBytesMax)
      throw new JmxError('reply-too-large', `the reply is longer than ${limits.replyBytesMax} bytes.`)
    this.wanted = wanted
    throw shortOfBytes
  }

  /** Throws ShortOfBytes unless `count` bytes more have come; reads nothing. */
  require(count: number): void {
    const to = this.position + count
    if (to > this.#length) this.#fail(to)
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2))
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2))
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4))
  }

  /** A count of things that cost at least `bytesEach` on the wire: neither negative nor more than a reply can hold. */
  count(bytesEach: number): number {
    return this.#counted(this.i32(), bytesEach)
  }

  /** As `count`, of eight bytes. */
  longCount(bytesEach: number): number {
    return this.#counted(longAt(this.#view, this.#take(8)), bytesEach)
  }

  #counted(count: number | bigint, bytesEach: number): number {
    if (count < 0) throw new JmxError('broken-reply', `the reply holds a negative length (${count}).`)
    const left = limits.replyBytesMax - this.position
    if (typeof count === 'bigint' || count * bytesEach > left)
      throw new JmxError('reply-too-large', `the reply announces ${count} elements, more than ${left} bytes can hold.`)
    return count
  }

  long(): number | bigint {
    return longAt(this.#view, this.#take(8))
  }

  bigLong(): bigint {
    return this.#view.getBigInt64(this.#take(8))
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4))
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8))
  }

  /** A copy: the window's memory is used again. */
  copy(count: number): Buffer {
    const from = this.#take(count)
    return Buffer.from(this.#bytes.subarray(from, from + count))
  }

  /** Text with a length of two bytes in front. */
  utf(): string {
    return this.text(this.u16())
  }

  /** Text of `count` bytes of modified UTF-8. */
  text(count: number): string {
    const from = this.#take(count)
    return decodeModifiedUtf8(this.#bytes, from, from + count)
  }
}

/** A Java long as a number while that is exact, else as a bigint. */
export function longAt(view: DataView, at: number): number | bigint {
  const high = view.getInt32(at)
  // 2^21 · 2^32 = 2^53: within, high and low words add up exactly.
  if (high >= -0x200000 && high < 0x200000) return high * 0x100000000 + view.getUint32(at + 4)
  return view.getBigInt64(at)
}
