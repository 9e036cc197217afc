import { JmxError } from '../error.ts'
import { Block, type Content, type Level } from '../serialization/graph.ts'

/** Reads what a class's writeObject wrote: bytes, cut into blocks anywhere, and contents between them. */
export class CustomReader {
  readonly #items: Level['custom']
  #index = 0
  #offset = 0

  constructor(level: Level | undefined) {
    this.#items = level?.custom ?? []
  }

  get atEnd(): boolean {
    this.#skipReadBlocks()
    return this.#index >= this.#items.length
  }

  /** The next content; throws where bytes or nothing are next. */
  content(): Content {
    this.#skipReadBlocks()
    const item = this.#items[this.#index]
    if (item === undefined || item instanceof Block) throw short()
    this.#index++
    return item
  }

  /** The next `count` contents. A count that the reply doesn't hold fails at the first that is missing. */
  contents(count: number): Content[] {
    const contents: Content[] = []
    while (contents.length < count) contents.push(this.content())
    return contents
  }

  bytes(count: number): Buffer {
    const parts: Buffer[] = []
    for (let left = count; left > 0; ) {
      this.#skipReadBlocks()
      const block = this.#items[this.#index]
      if (!(block instanceof Block)) throw short()
      const part = block.bytes.subarray(this.#offset, this.#offset + left)
      parts.push(part)
      this.#offset += part.length
      left -= part.length
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  }

  i32(): number {
    return this.bytes(4).readInt32BE()
  }

  i64(): bigint {
    return this.bytes(8).readBigInt64BE()
  }

  u8(): number {
    return this.bytes(1).readUInt8()
  }

  utf(): string {
    return this.bytes(this.bytes(2).readUInt16BE()).toString('utf8')
  }

  #skipReadBlocks(): void {
    for (;;) {
      const item = this.#items[this.#index]
      if (!(item instanceof Block) || this.#offset < item.bytes.length) return
      this.#index++
      this.#offset = 0
    }
  }
}

function short(): JmxError {
  return new JmxError('broken-reply', 'an object of the reply ends too early.')
}
