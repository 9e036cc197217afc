import { finishedDesc } from './desc-frame.ts'
import { readTimeValue, TIME_CLASS } from './externalizable.ts'
import type { Frame, FrameStack } from './frame-stack.ts'
import { type ClassDesc, type Content, type FieldDesc, JavaObject, type Level } from './graph.ts'
import { primitiveBytes, readPrimitive } from './primitives.ts'
import * as tag from './tags.ts'
import { WriteAborted } from './write-aborted.ts'

/** TC_OBJECT: class desc, then for each class of the chain its fields and what its writeObject wrote. */
export class ObjectFrame implements Frame {
  #object: JavaObject | undefined
  #levels: readonly ClassDesc[] = []
  #level: Level | undefined

  step(decoder: FrameStack): void {
    if (!this.#object) {
      decoder.content()
      return
    }
    for (;;) {
      const level = this.#level ?? this.#nextLevel(this.#object)
      if (!level) {
        decoder.deliver(this.#object)
        return
      }
      if (!this.#readFields(decoder, level)) return
      if (!this.#readCustom(decoder, level)) return
      this.#level = undefined
    }
  }

  accept(content: Content, decoder: FrameStack): void {
    const object = this.#object
    if (!object) {
      this.#begin(finishedDesc(content), decoder)
      return
    }
    const level = this.#level as Level
    if (level.values.length < level.desc.fields.length) level.values.push(content)
    else level.custom.push(content)
  }

  #begin(desc: ClassDesc, decoder: FrameStack): void {
    const object = new JavaObject(desc)
    object.dataAt = decoder.reader.position
    decoder.addHandle(object)
    this.#object = object
    this.#levels = (desc.flags & tag.SC_EXTERNALIZABLE) === 0 ? desc.dataLevels : [desc]
  }

  #nextLevel(object: JavaObject): Level | undefined {
    const desc = this.#levels[object.levels.length]
    if (!desc) return undefined
    this.#level = { desc, values: [], custom: [] }
    object.levels.push(this.#level)
    return this.#level
  }

  /** False while a field's content is still to come. */
  #readFields(decoder: FrameStack, level: Level): boolean {
    const { fields } = level.desc
    while (level.values.length < fields.length) {
      const { code } = fields[level.values.length] as FieldDesc
      if (primitiveBytes[code] === undefined) {
        decoder.content()
        if (decoder.top !== this) return false
      } else {
        level.values.push(readPrimitive(decoder.reader, code))
        decoder.reader.mark()
      }
    }
    return true
  }

  #readCustom(decoder: FrameStack, level: Level): boolean {
    const { flags } = level.desc
    if ((flags & tag.SC_EXTERNALIZABLE) !== 0 && (flags & tag.SC_BLOCK_DATA) === 0) return readExternal(decoder, level)
    if ((flags & (tag.SC_WRITE_METHOD | tag.SC_EXTERNALIZABLE)) === 0) return true
    for (;;) {
      const custom = decoder.customContent()
      if (custom === 'end') return true
      if (custom) level.custom.push(custom)
      if (decoder.top !== this) return false
    }
  }
}

/** Externalizable contents have no frame in RMI's version of the protocol: of unknown classes nobody can say where they end. */
function readExternal(decoder: FrameStack, level: Level): boolean {
  if (level.desc.name !== TIME_CLASS) throw new WriteAborted(decoder.begun(), { unreadableClass: level.desc.name })
  level.custom.push(readTimeValue(decoder.reader))
  decoder.reader.mark()
  return true
}
