import { JmxError } from '../error.ts'
import { limits } from '../limits.ts'
import type { Frame, FrameStack } from './frame-stack.ts'
import { ClassDesc, type Content } from './graph.ts'
import * as tag from './tags.ts'

/** TC_CLASSDESC: name, serialVersionUID, flags, fields, annotation, super class. */
export class ClassDescFrame implements Frame {
  #desc: ClassDesc | undefined
  #fieldsLeft = -1
  #fieldWithType: { code: string; name: string } | undefined
  #annotated = false

  step(decoder: FrameStack): void {
    const desc = this.#desc ?? this.#begin(decoder)
    if (this.#fieldsLeft < 0) this.#readHead(decoder, desc)
    while (this.#fieldsLeft > 0) if (!this.#readField(decoder, desc)) return
    if (!this.#annotated) {
      this.#skipAnnotation(decoder)
      return
    }
    decoder.content()
  }

  accept(content: Content, decoder: FrameStack): void {
    if (this.#fieldWithType) {
      this.#acceptType(content)
      return
    }
    if (this.#annotated) finish(decoder, this.#desc as ClassDesc, content)
    // An annotation is the place classes could be loaded from. Nothing is.
  }

  #begin(decoder: FrameStack): ClassDesc {
    const { reader } = decoder
    const desc = new ClassDesc(reader.utf())
    reader.bigLong()
    decoder.addHandle(desc)
    reader.mark()
    this.#desc = desc
    return desc
  }

  #readHead(decoder: FrameStack, desc: ClassDesc): void {
    desc.flags = decoder.reader.u8()
    const count = decoder.reader.u16()
    if (count > limits.fieldsMax)
      throw new JmxError('reply-too-large', `the reply describes a class of more than ${limits.fieldsMax} fields.`)
    if ((desc.flags & tag.SC_SERIALIZABLE) !== 0 && (desc.flags & tag.SC_EXTERNALIZABLE) !== 0)
      throw new JmxError('broken-reply', 'the reply describes a class that is both serializable and externalizable.')
    this.#fieldsLeft = count
    decoder.reader.mark()
  }

  /** False when the field's type is a content that is still to come. */
  #readField(decoder: FrameStack, desc: ClassDesc): boolean {
    if (!this.#fieldWithType) {
      const field = { code: String.fromCharCode(decoder.reader.u8()), name: decoder.reader.utf() }
      decoder.reader.mark()
      desc.fields.push(field)
      if (field.code !== 'L' && field.code !== '[') {
        this.#fieldsLeft--
        return true
      }
      this.#fieldWithType = field
    }
    decoder.content()
    return this.#fieldWithType === undefined
  }

  #acceptType(content: Content): void {
    if (typeof content !== 'string') throw new JmxError('broken-reply', 'the reply has a field whose type is no text.')
    this.#fieldWithType = undefined
    this.#fieldsLeft--
  }

  #skipAnnotation(decoder: FrameStack): void {
    if (decoder.customContent() === 'end') this.#annotated = true
  }
}

/** TC_PROXYCLASSDESC: interfaces, annotation, super class. Its handle is given before its contents. */
export class ProxyDescFrame implements Frame {
  #desc: ClassDesc | undefined
  #interfacesLeft = -1
  #annotated = false

  step(decoder: FrameStack): void {
    const desc = this.#desc ?? this.#begin(decoder)
    while (this.#interfacesLeft > 0) {
      desc.interfaces = [...desc.interfaces, decoder.reader.utf()]
      this.#interfacesLeft--
      decoder.reader.mark()
    }
    if (this.#annotated) decoder.content()
    else if (decoder.customContent() === 'end') this.#annotated = true
  }

  accept(content: Content, decoder: FrameStack): void {
    if (this.#annotated) finish(decoder, this.#desc as ClassDesc, content)
  }

  #begin(decoder: FrameStack): ClassDesc {
    const count = decoder.reader.i32()
    if (count < 0 || count > limits.interfacesMax)
      throw new JmxError(
        'reply-too-large',
        `the reply describes a proxy of more than ${limits.interfacesMax} interfaces.`,
      )
    const desc = new ClassDesc('(proxy)')
    desc.flags = tag.SC_SERIALIZABLE
    decoder.addHandle(desc)
    decoder.reader.mark()
    this.#interfacesLeft = count
    this.#desc = desc
    return desc
  }
}

function finish(decoder: FrameStack, desc: ClassDesc, superDesc: Content): void {
  desc.superDesc = superDesc === null ? null : finishedDesc(superDesc)
  const chain: ClassDesc[] = []
  for (let next: ClassDesc | null = desc; next; next = next.superDesc) chain.unshift(next)
  if (chain.length > limits.superClassesMax)
    throw new JmxError(
      'reply-too-large',
      `the reply has a class with more than ${limits.superClassesMax} super classes.`,
    )
  desc.dataLevels = chain.filter((each) => each.fields.length > 0 || (each.flags & tag.SC_WRITE_METHOD) !== 0)
  desc.finished = true
  decoder.deliver(desc)
}

/** The content as a class that is completely described; throws where it is none. */
export function finishedDesc(content: Content): ClassDesc {
  if (content instanceof ClassDesc && content.finished) return content
  throw new JmxError('broken-reply', 'the reply has something else where a class must stand.')
}
