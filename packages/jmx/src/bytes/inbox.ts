/**
 * Bytes that have come and are not read yet, in one piece. A chunk that is read whole is never copied; what is left of one
 * moves into memory of the inbox's own, because the chunk's memory belongs to the socket.
 */
export class Inbox {
  bytes: Buffer = NOTHING
  view: DataView = NOTHING_VIEW
  start = 0
  end = 0
  #own: Buffer = NOTHING
  #ownView: DataView = NOTHING_VIEW

  /** Adds the first `length` bytes of `chunk`, which must stay as they are until `keep` is called. */
  push(chunk: Buffer, view: DataView, length: number): void {
    if (this.start < this.end) {
      this.#append(chunk, length)
      return
    }
    this.bytes = chunk
    this.view = view
    this.start = 0
    this.end = length
  }

  /** What is unread is copied out of the last chunk, whose memory may then be written over. */
  keep(): void {
    if (this.start === this.end) {
      this.#empty()
      return
    }
    if (this.bytes === this.#own) return
    const rest = this.bytes.subarray(this.start, this.end)
    this.#own = this.#roomFor(rest.length)
    rest.copy(this.#own)
    this.#become(rest.length)
  }

  #append(chunk: Buffer, length: number): void {
    const kept = this.end - this.start
    if (this.end + length > this.#own.length) {
      const target = this.#roomFor(kept + length)
      this.#own.copy(target, 0, this.start, this.end)
      this.#own = target
      this.#become(kept)
    }
    chunk.copy(this.#own, this.end, 0, length)
    this.end += length
  }

  /** Twice what is needed: bytes that come one at a time are then copied twice at most. */
  #roomFor(needed: number): Buffer {
    if (this.#own.length >= needed * 2) return this.#own
    return Buffer.allocUnsafeSlow(Math.max(needed * 2, OWN_BYTES_MIN))
  }

  #become(length: number): void {
    if (this.#ownView.buffer !== this.#own.buffer) this.#ownView = viewOf(this.#own)
    this.bytes = this.#own
    this.view = this.#ownView
    this.start = 0
    this.end = length
  }

  #empty(): void {
    this.bytes = NOTHING
    this.view = NOTHING_VIEW
    this.start = 0
    this.end = 0
    if (this.#own.length > OWN_BYTES_KEPT_MAX) this.#own = NOTHING
  }
}

/** The same memory as a DataView. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const NOTHING = Buffer.alloc(0)
const NOTHING_VIEW = new DataView(new ArrayBuffer(0))
// Most replies that are cut by the end of a chunk are shorter than this.
const OWN_BYTES_MIN = 4_096
// Of many connections each keeps this much; one large reply must not cost its size for ever.
const OWN_BYTES_KEPT_MAX = 64 * 1024
