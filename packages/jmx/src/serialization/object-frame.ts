import { JmxError } from '../error.ts'
import type { Decoder, Frame } from './decoder.ts'
import { finishedDesc } from './desc-frame.ts'
import { readTimeValue, TIME_CLASS } from './externalizable.ts'
import { type ClassDesc, type Content, type FieldDesc, JavaObject, type Level } from './graph.ts'
import { primitiveBytes, readPrimitive } from './primitives.ts'
import * as tag from './tags.ts'

/** TC_OBJECT: class desc, then for each class of the chain its fields and what its writeObject wrote. */
export class ObjectFrame implements Frame {
  #object: JavaObject | undefined
  #levels: readonly ClassDesc[] = []
  #level: Level | undefined

  step(decoder: Decoder): void {
    if (!this.#object) return decoder.content()
    for (;;) {
      const level = this.#level ?? this.#nextLevel(this.#object)
      if (!level) return decoder.deliver(this.#object)
      if (!this.#readFields(decoder, level)) return
      if (!this.#readCustom(decoder, level)) return
      this.#level = undefined
    }
  }

  accept(content: Content, decoder: Decoder): void {
    const object = this.#object
    if (!object) return this.#begin(finishedDesc(content), decoder)
    const level = this.#level as Level
    if (level.values.length < level.desc.fields.length) level.values.push(content)
    else level.custom.push(content)
  }

  #begin(desc: ClassDesc, decoder: Decoder): void {
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
  #readFields(decoder: Decoder, level: Level): boolean {
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

  #readCustom(decoder: Decoder, level: Level): boolean {
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
function readExternal(decoder: Decoder, level: Level): boolean {
  if (level.desc.name !== TIME_CLASS)
    throw new JmxError('unserialisable', `class ${level.desc.name} writes in a form of its own, which only Java can read.`)
  level.custom.push(readTimeValue(decoder.reader))
  decoder.reader.mark()
  return true
}
