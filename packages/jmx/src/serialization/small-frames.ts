import { JmxError } from '../error.ts'
import { finishedDesc } from './desc-frame.ts'
import type { Frame, FrameStack } from './frame-stack.ts'
import { type Content, JavaClass, JavaEnum, JavaObject } from './graph.ts'
import { WriteAborted } from './write-aborted.ts'

/** TC_ENUM: class desc, name of the constant. */
export class EnumFrame implements Frame {
  #constant: JavaEnum | undefined

  step(decoder: FrameStack): void {
    decoder.content()
  }

  accept(content: Content, decoder: FrameStack): void {
    if (!this.#constant) {
      this.#constant = new JavaEnum(finishedDesc(content))
      decoder.addHandle(this.#constant)
      return
    }
    if (typeof content !== 'string')
      throw new JmxError('broken-reply', 'the reply has an enum constant without a name.')
    this.#constant.name = content
    decoder.deliver(this.#constant)
  }
}

/** TC_CLASS: class desc. */
export class ClassFrame implements Frame {
  step(decoder: FrameStack): void {
    decoder.content()
  }

  accept(content: Content, decoder: FrameStack): void {
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

  step(decoder: FrameStack): void {
    if (!this.#cleared) decoder.clearHandles()
    this.#cleared = true
    decoder.content()
  }

  accept(content: Content): void {
    if (!(content instanceof JavaObject))
      throw new JmxError('broken-reply', 'the reply breaks off without an exception.')
    throw new WriteAborted(this.#begun, { exception: content })
  }
}

/** The outermost frame: keeps one content. */
export class RootFrame implements Frame {
  content: Content = null

  step(decoder: FrameStack): void {
    decoder.content()
  }

  accept(content: Content, decoder: FrameStack): void {
    this.content = content
    decoder.pop()
  }
}
