import { ByteReader } from '../bytes/reader.ts'
import { JmxError } from '../error.ts'
import { createDecoder } from '../serialization/decoder.ts'
import type { FrameStack } from '../serialization/frame-stack.ts'
import { type Content, JavaObject } from '../serialization/graph.ts'
import { RootFrame } from '../serialization/small-frames.ts'
import { STREAM_MAGIC, STREAM_VERSION, TC_BLOCKDATA, TC_BLOCKDATALONG } from '../serialization/tags.ts'
import { RETURN_DATA, RETURN_EXCEPTION, RETURN_HEADER_BYTES, RETURN_NORMAL } from './wire.ts'

/** What a method answers with: a reply ends where that ends. */
export type ResultKind = 'object' | 'void' | 'boolean'

/** What came back: the method's own result, or the exception that it threw. */
export type Returned = { kind: 'result'; content: Content } | { kind: 'exception'; exception: JavaObject }

/** Reads one reply, over as many windows as it takes. */
export class ReturnDecoder {
  readonly #reader = new ByteReader()
  readonly #decoder: FrameStack
  readonly #frame: ReturnFrame
  #begun = false

  constructor(kind: ResultKind) {
    this.#decoder = createDecoder(this.#reader)
    this.#frame = new ReturnFrame(kind)
  }

  /** How many bytes the reply has in all; 0 when it isn't complete. The window begins where the reply does. */
  read(bytes: Buffer, view: DataView, start: number, end: number): number {
    if (end - start < this.#reader.wanted) return 0
    this.#reader.window(bytes, view, start, end)
    const done = this.#begun ? this.#decoder.resume() : this.#decoder.run(this.#frame)
    this.#begun = true
    return done ? this.#reader.position : 0
  }

  /** What has been read; only after `read` has given the reply's length. */
  get returned(): Returned {
    return this.#frame.returned()
  }
}

/** The outermost frame: op byte, stream header, return header, and then the value. */
class ReturnFrame extends RootFrame {
  readonly #kind: ResultKind
  #headed = false
  #header: Buffer = Buffer.alloc(0)

  constructor(kind: ResultKind) {
    super()
    this.#kind = kind
  }

  override step(decoder: FrameStack): void {
    if (!this.#headed) this.#readHead(decoder)
    while (this.#header.length < this.#headerBytes()) this.#readBlock(decoder)
    if (this.#kind === 'object' || this.#header[0] === RETURN_EXCEPTION) decoder.content()
    else decoder.pop()
  }

  returned(): Returned {
    if (this.#header[0] === RETURN_NORMAL) return { kind: 'result', content: this.#result() }
    if (this.content instanceof JavaObject) return { kind: 'exception', exception: this.content }
    throw new JmxError('broken-reply', 'the reply announces an exception and holds none.')
  }

  #result(): Content {
    return this.#kind === 'boolean' ? this.#header[RETURN_HEADER_BYTES] !== 0 : this.content
  }

  #readHead({ reader }: FrameStack): void {
    const op = reader.u8()
    if (op !== RETURN_DATA)
      throw new JmxError('broken-reply', `the reply begins with byte 0x${op.toString(16)}, which no RMI reply does.`)
    if (reader.u16() !== STREAM_MAGIC || reader.u16() !== STREAM_VERSION)
      throw new JmxError('broken-reply', 'the reply is no stream of Java objects.')
    reader.mark()
    this.#headed = true
  }

  /** Primitive results stand in the same block data as the header, which may be cut anywhere. */
  #readBlock(decoder: FrameStack): void {
    const blockTag = decoder.reader.u8()
    if (blockTag !== TC_BLOCKDATA && blockTag !== TC_BLOCKDATALONG)
      throw new JmxError('broken-reply', 'the reply has no header.')
    this.#header = Buffer.concat([this.#header, decoder.block(blockTag).bytes])
    const kind = this.#header[0]
    if (kind !== undefined && kind !== RETURN_NORMAL && kind !== RETURN_EXCEPTION)
      throw new JmxError('broken-reply', `the reply is of kind ${kind}, neither a result nor an exception.`)
  }

  #headerBytes(): number {
    return this.#kind === 'boolean' && this.#header[0] === RETURN_NORMAL ? RETURN_HEADER_BYTES + 1 : RETURN_HEADER_BYTES
  }
}
