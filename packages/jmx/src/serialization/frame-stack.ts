import { type ByteReader, ShortOfBytes } from '../bytes/reader.ts'
import { JmxError } from '../error.ts'
import { limits } from '../limits.ts'
import { Block, type Content, type Handled, JavaObject } from './graph.ts'
import * as tag from './tags.ts'

/** Something of the stream that is read in steps, because parts of it are contents of their own. */
export interface Frame {
  /** Reads on, and either asks for contents or pops itself. May throw ShortOfBytes, and is then called again. */
  step(decoder: FrameStack): void
  /** Takes the contents that were asked for. */
  accept(content: Content, decoder: FrameStack): void
}

/** Reads the content whose tag has just been read: gives it to the top frame, or pushes the frame that reads it. */
export type ContentOpener = (decoder: FrameStack, contentTag: number) => void

/**
 * Reads contents of a serialization stream into plain graph objects. It keeps its own stack, so that it goes on where it
 * stopped when more bytes have come, and so that nesting costs no stack of the machine. No class is ever looked up.
 */
export class FrameStack {
  readonly reader: ByteReader
  readonly #open: ContentOpener
  readonly #stack: Frame[] = []
  #handles: Handled[] = []
  #contents = 0

  constructor(reader: ByteReader, open: ContentOpener) {
    this.reader = reader
    this.#open = open
  }

  /** Runs the frame and all that it asks for; false when bytes are short: give the reader a larger window and call `resume`. */
  run(frame: Frame): boolean {
    this.#stack.push(frame)
    return this.resume()
  }

  resume(): boolean {
    try {
      for (let top = this.#stack.at(-1); top; top = this.#stack.at(-1)) top.step(this)
      return true
    } catch (thrown) {
      if (thrown instanceof ShortOfBytes) return false
      throw thrown
    }
  }

  get top(): Frame | undefined {
    return this.#stack.at(-1)
  }

  push(frame: Frame): void {
    if (this.#stack.length >= limits.depthMax)
      throw new JmxError('reply-too-large', `the reply nests objects more than ${limits.depthMax} deep.`)
    this.#stack.push(frame)
  }

  pop(): void {
    this.#stack.pop()
  }

  /** The frame is finished: what it has read goes to the frame below. */
  deliver(content: Content): void {
    this.#stack.pop()
    this.#stack.at(-1)?.accept(content, this)
  }

  /** Counts one content more; every loop over the stream comes by here. */
  count(): void {
    if (++this.#contents > limits.contentsMax)
      throw new JmxError('reply-too-large', `the reply holds more than ${limits.contentsMax} parts.`)
  }

  /** Reads the next content for the top frame: it is accepted at once, or a frame that reads it is pushed. */
  content(): void {
    this.#open(this, this.reader.u8())
  }

  /**
   * As `content`, where bytes and the end mark may stand too: what its writeObject wrote. Gives the block, `end` at the
   * mark, or undefined when contents were opened.
   */
  customContent(): Block | 'end' | undefined {
    const next = this.reader.u8()
    if (next === tag.TC_ENDBLOCKDATA) {
      this.reader.mark()
      return 'end'
    }
    if (next === tag.TC_BLOCKDATA || next === tag.TC_BLOCKDATALONG) return this.block(next)
    this.#open(this, next)
    return undefined
  }

  /** The block whose tag has just been read. */
  block(blockTag: number): Block {
    this.count()
    const length = blockTag === tag.TC_BLOCKDATA ? this.reader.u8() : this.reader.count(1)
    const block = new Block(this.reader.position, this.reader.copy(length))
    this.reader.mark()
    return block
  }

  addHandle(handled: Handled): void {
    if (this.#handles.length >= limits.handlesMax)
      throw new JmxError('reply-too-large', `the reply holds more than ${limits.handlesMax} objects.`)
    this.#handles.push(handled)
  }

  handle(handle: number): Handled {
    const handled = this.#handles[handle - tag.BASE_HANDLE]
    if (handled === undefined)
      throw new JmxError('broken-reply', `the reply refers to an object that it does not hold (handle ${handle}).`)
    return handled
  }

  clearHandles(): void {
    this.#handles = []
  }

  /** The objects in the handle table, in the order in which they were begun. */
  begun(): JavaObject[] {
    return this.#handles.filter((handled) => handled instanceof JavaObject)
  }
}
