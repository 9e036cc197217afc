import { longAt } from '../bytes/reader.ts'
import { Block, type Content, JavaArray, JavaEnum, JavaObject } from '../serialization/graph.ts'
import { primitiveBytes } from '../serialization/primitives.ts'
import { openBox } from './boxes.ts'
import { toValue } from './convert.ts'
import { compositeItems } from './open-types.ts'
import { emptyRecord, type JavaValue } from './value.ts'

/** Makes a value from the bytes of a reply that begins at `start`. */
export type Recipe = (view: DataView, start: number) => JavaValue

/** Bytes that may differ from reply to reply. */
export interface Hole {
  at: number
  bytes: number
}

/**
 * Notes how the values of one reply are made of its bytes, so that they can be made of another reply's, which is the same
 * but for the holes. A part that isn't a plain number, a composite or an array of numbers is made from what was decoded: it
 * has no holes, so that it is the same in the other reply.
 */
export class RecipeBook {
  readonly holes: Hole[] = []
  readonly #numbers = new Set<object>()
  readonly #fixed: Content[] = []

  recipe(content: Content): Recipe {
    const number = this.#numberRecipe(content)
    if (number) return number
    const items = compositeItems(content)
    if (items) return recordRecipe(items.map(([name, item]) => [name, this.recipe(item)]))
    if (content === null || typeof content !== 'object') return () => content
    if (content instanceof JavaEnum) return () => content.name
    this.#fixed.push(content)
    return () => toValue(content)
  }

  /**
   * Whether the recipes are right for every filling of the holes. Not so when a number is at the same time part of something
   * that is made from what was decoded: one object that is written once and referred to again.
   */
  get isSound(): boolean {
    const seen = new Set<Content>()
    const open = [...this.#fixed]
    for (let content = open.pop(); content !== undefined; content = open.pop()) {
      if (content === null || typeof content !== 'object' || seen.has(content)) continue
      if (this.#numbers.has(content)) return false
      seen.add(content)
      // Not all at once: arguments are limited, parts aren't.
      for (const part of partsOf(content)) open.push(part)
    }
    return true
  }

  #numberRecipe(content: Content): Recipe | undefined {
    const box = openBox(content)
    if (box) return this.#number(content, box.code, box.at)
    if (content instanceof JavaArray) return this.#arrayRecipe(content)
    return undefined
  }

  #number(content: Content, code: string, at: number): Recipe | undefined {
    const bytes = primitiveBytes[code]
    const read = READERS[code]
    if (bytes === undefined || !read) return undefined
    this.holes.push({ at, bytes })
    this.#numbers.add(Object(content))
    return (view, start) => read(view, start + at)
  }

  #arrayRecipe(array: JavaArray): Recipe | undefined {
    const code = array.desc.name.charAt(1)
    const [bytes, read] = [primitiveBytes[code], READERS[code]]
    // As bytes and text these are values of their own kind; they seldom change.
    if (bytes === undefined || !read || code === 'B' || code === 'C') return undefined
    const { length } = array.elements
    this.holes.push({ at: array.dataAt, bytes: length * bytes })
    this.#numbers.add(array)
    return (view, start) => Array.from({ length }, (_, index) => read(view, start + array.dataAt + index * bytes))
  }
}

const READERS: Readonly<Record<string, (view: DataView, at: number) => JavaValue>> = {
  B: (view, at) => view.getInt8(at),
  C: (view, at) => String.fromCharCode(view.getUint16(at)),
  D: (view, at) => view.getFloat64(at),
  F: (view, at) => view.getFloat32(at),
  I: (view, at) => view.getInt32(at),
  J: longAt,
  S: (view, at) => view.getInt16(at),
  Z: (view, at) => view.getUint8(at) !== 0,
}

function recordRecipe(items: readonly (readonly [string, Recipe])[]): Recipe {
  return (view, start) => {
    const record = emptyRecord()
    for (const [name, recipe] of items) record[name] = recipe(view, start)
    return record
  }
}

function partsOf(content: object): Content[] {
  if (content instanceof JavaArray) return content.elements
  const parts: Content[] = []
  for (const { values, custom } of content instanceof JavaObject ? content.levels : []) {
    parts.push(...values)
    for (const item of custom) if (!(item instanceof Block)) parts.push(item)
  }
  return parts
}
