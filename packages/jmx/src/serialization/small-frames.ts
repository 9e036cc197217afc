import { JmxError } from '../error.ts'
import { type Decoder, type Frame, WriteAborted } from './decoder.ts'
import { finishedDesc } from './desc-frame.ts'
import { type Content, JavaClass, JavaEnum, JavaObject } from './graph.ts'

/** TC_ENUM: class desc, name of the constant. */
export class EnumFrame implements Frame {
  #constant: JavaEnum | undefined

  step(decoder: Decoder): void {
    decoder.content()
  }

  accept(content: Content, decoder: Decoder): void {
    if (!this.#constant) {
      this.#constant = new JavaEnum(finishedDesc(content))
      decoder.addHandle(this.#constant)
      return
    }
    if (typeof content !== 'string') throw new JmxError('broken-reply', "the reply has an enum constant without a name.")
    this.#constant.name = content
    decoder.deliver(this.#constant)
  }
}

/** TC_CLASS: class desc. */
export class ClassFrame implements Frame {
  step(decoder: Decoder): void {
    decoder.content()
  }

  accept(content: Content, decoder: Decoder): void {
    const javaClass = new JavaClass(finishedDesc(content))
    decoder.addHandle(javaClass)
    decoder.deliver(javaClass)
  }
}

/** TC_EXCEPTION: the throwable that stopped the writer. The table of handles is empty before and after it. */
export class ExceptionFrame implements Frame {
  readonly #begun: readonly JavaObject[]
  #cleared = false

  constructor(begun: readonly JavaObject[]) {
    this.#begun = begun
  }

  step(decoder: Decoder): void {
    if (!this.#cleared) decoder.clearHandles()
    this.#cleared = true
    decoder.content()
  }

  accept(content: Content): void {
    if (!(content instanceof JavaObject)) throw new JmxError('broken-reply', 'the reply breaks off without an exception.')
    throw new WriteAborted(content, this.#begun)
  }
}

/** The outermost frame: keeps one content. */
export class RootFrame implements Frame {
  content: Content = null

  step(decoder: Decoder): void {
    decoder.content()
  }

  accept(content: Content, decoder: Decoder): void {
    this.content = content
    decoder.pop()
  }
}
