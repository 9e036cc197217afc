import { JmxError } from '../error.ts'
import { limits } from '../limits.ts'
import {
  Block,
  ClassDesc,
  type Content,
  JavaArray,
  JavaClass,
  JavaEnum,
  type JavaObject,
} from '../serialization/graph.ts'
import { openBox } from './boxes.ts'
import { emptyRecord, type JavaRecord, type JavaValue } from './value.ts'

/** Makes a plain value of an object of one class; undefined: it is not written as that class should be. */
export type ClassReader = (object: JavaObject, converter: Converter) => JavaValue | undefined

/**
 * Turns what a reply holds into plain values. Shared objects are converted once and shared again, so that it costs no more
 * than the reply's length; what the result would be as a tree is counted and limited.
 */
export class Converter {
  readonly #readers: ReadonlyMap<string, ClassReader>
  readonly #converted = new Map<object, { value: JavaValue; size: number }>()
  readonly #open = new Set<object>()
  #size = 0

  constructor(readers: ReadonlyMap<string, ClassReader>) {
    this.#readers = readers
  }

  value(content: Content): JavaValue {
    this.#count(1)
    if (content === null || typeof content !== 'object') return content
    if (content instanceof JavaEnum) return content.name
    if (content instanceof JavaClass) return content.desc.name
    if (content instanceof ClassDesc) return content.name
    const box = openBox(content)
    return box ? box.value : this.#once(content)
  }

  values(contents: readonly Content[]): JavaValue[] {
    return contents.map((content) => this.value(content))
  }

  /** An object as its class and the fields of all its classes; where two declare one name, the lower one's. */
  plainObject(object: JavaObject): JavaRecord {
    const fields = emptyRecord()
    const contents: JavaValue[] = []
    for (const { desc, values, custom } of object.levels) {
      desc.fields.forEach((field, index) => {
        fields[field.name] = this.value(values[index] ?? null)
      })
      for (const item of custom) if (!(item instanceof Block)) contents.push(this.value(item))
    }
    const { interfaces, name } = object.desc
    const record = emptyRecord()
    record.class = interfaces.length > 0 ? interfaces.join(', ') : name
    record.fields = fields
    if (contents.length > 0) record.contents = contents
    return record
  }

  #once(content: JavaObject | JavaArray): JavaValue {
    const known = this.#converted.get(content)
    if (known) {
      this.#count(known.size)
      return known.value
    }
    if (this.#open.has(content)) return null
    if (this.#open.size >= limits.valueDepthMax)
      throw new JmxError('reply-too-large', `the reply nests values more than ${limits.valueDepthMax} deep.`)
    const before = this.#size
    this.#open.add(content)
    const value = content instanceof JavaArray ? this.#array(content) : this.#object(content)
    this.#open.delete(content)
    this.#converted.set(content, { value, size: this.#size - before })
    return value
  }

  #array(array: JavaArray): JavaValue {
    if (array.bytes) return Uint8Array.from(array.bytes)
    if (array.desc.name === '[C') return array.elements.join('')
    return this.values(array.elements)
  }

  #object(object: JavaObject): JavaValue {
    for (let desc: ClassDesc | null = object.desc; desc; desc = desc.superDesc) {
      const value = this.#readers.get(desc.name)?.(object, this)
      if (value !== undefined) return value
    }
    return this.plainObject(object)
  }

  #count(size: number): void {
    this.#size += size
    if (this.#size > limits.valuesMax)
      throw new JmxError('reply-too-large', `the reply stands for more than ${limits.valuesMax} values.`)
  }
}
