import { finishedDesc } from './desc-frame.ts'
import type { Frame, FrameStack } from './frame-stack.ts'
import { type Content, JavaArray } from './graph.ts'
import { primitiveBytes, readPrimitive } from './primitives.ts'

/** TC_ARRAY: class desc, count, elements. */
export class ArrayFrame implements Frame {
  #array: JavaArray | undefined
  #count = -1

  step(decoder: FrameStack): void {
    const array = this.#array
    if (!array) {
      decoder.content()
      return
    }
    const code = array.desc.name.charAt(1)
    const size = primitiveBytes[code]
    if (this.#count < 0) this.#readCount(decoder, array, size ?? 1)
    if (size !== undefined) {
      this.#readPrimitives(decoder, array, code, size)
      decoder.deliver(array)
      return
    }
    while (array.elements.length < this.#count) {
      decoder.content()
      if (decoder.top !== this) return
    }
    decoder.deliver(array)
  }

  accept(content: Content, decoder: FrameStack): void {
    if (this.#array) {
      this.#array.elements.push(content)
      return
    }
    this.#array = new JavaArray(finishedDesc(content))
    decoder.addHandle(this.#array)
  }

  #readCount(decoder: FrameStack, array: JavaArray, bytesEach: number): void {
    this.#count = decoder.reader.count(bytesEach)
    array.dataAt = decoder.reader.position
    decoder.reader.mark()
  }

  #readPrimitives(decoder: FrameStack, array: JavaArray, code: string, size: number): void {
    const { reader } = decoder
    reader.require(this.#count * size)
    if (code === 'B') array.bytes = reader.copy(this.#count)
    else for (let left = this.#count; left > 0; left--) array.elements.push(readPrimitive(reader, code))
    reader.mark()
  }
}
