import type { Returned } from '../jrmp/return-decoder.ts'
import { RETURN_HEADER_BYTES } from '../jrmp/wire.ts'
import { TC_BLOCKDATA } from '../serialization/tags.ts'
import { type Recipe, RecipeBook } from '../values/recipe.ts'
import type { JavaValue } from '../values/value.ts'
import { type Answers, answersOf } from './answers.ts'

/** What a template says of bytes: they are a reply of its shape, the beginning of one, or neither. */
export type Match = 'whole' | 'beginning' | 'other'

const WORD_BYTES = 4
// As typed arrays are on this machine.
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
// Op byte and stream header; then block tag, block length, kind, and the UID that is another one in each reply.
const BLOCK_AT = 5
const UID_AT = 8

/**
 * The shape of one reply: every byte of it but those of its numbers. A reply with the same bytes is read without decoding,
 * from where the numbers stand. Sound because a decoder's way through the bytes depends on the other bytes alone.
 */
export class Template {
  readonly length: number
  // Whole words, the last one filled up with zeros; both in one piece of memory, since there may be very many shapes.
  readonly #words: Int32Array
  readonly #masks: Int32Array
  readonly #recipes: readonly (Recipe | undefined)[]

  private constructor(bytes: Uint8Array, masks: Uint8Array, recipes: readonly (Recipe | undefined)[]) {
    this.length = bytes.length
    this.#recipes = recipes
    const count = Math.ceil(bytes.length / WORD_BYTES)
    const memory = new ArrayBuffer(count * WORD_BYTES * 2)
    new Uint8Array(memory).set(masks, count * WORD_BYTES)
    new Uint8Array(memory).set(bytes.map((byte, index) => byte & (masks[index] ?? 0)))
    this.#words = new Int32Array(memory, 0, count)
    this.#masks = new Int32Array(memory, count * WORD_BYTES, count)
  }

  /**
   * The shape of a reply that has just been decoded; undefined when it has none that could be relied on. Whoever asks for the
   * same names and gets the same shape gets the same template.
   */
  static of(reply: Uint8Array, returned: Returned, answers: Answers): Template | undefined {
    if (returned.kind === 'exception') return undefined
    if (reply[BLOCK_AT] !== TC_BLOCKDATA || reply[BLOCK_AT + 1] !== RETURN_HEADER_BYTES) return undefined
    const book = new RecipeBook()
    const contents = answersOf(returned.content, answers)
    const recipes = contents?.map((content) => (content === undefined ? undefined : book.recipe(content)))
    if (!recipes || !book.isSound) return undefined
    const masks = new Uint8Array(reply.length).fill(0xff)
    for (const { at, bytes } of [{ at: UID_AT, bytes: RETURN_HEADER_BYTES - 1 }, ...book.holes])
      masks.fill(0, at, at + bytes)
    return shared(new Template(reply, masks, recipes), answers)
  }

  /** Equal for templates whose every word and mask is. */
  get shape(): string {
    return Buffer.from(this.#words.buffer).toString('latin1')
  }

  /** Compares what lies between `start` and `end`. */
  match(bytes: Uint8Array, view: DataView, start: number, end: number): Match {
    const length = Math.min(end - start, this.length)
    const words = this.#words
    const masks = this.#masks
    const count = Math.floor(length / WORD_BYTES)
    for (let index = 0; index < count; index++)
      if ((view.getInt32(start + index * WORD_BYTES, LITTLE_ENDIAN) & (masks[index] as number)) !== words[index])
        return 'other'
    for (let at = count * WORD_BYTES; at < length; at++) {
      const shift = (LITTLE_ENDIAN ? at % WORD_BYTES : WORD_BYTES - 1 - (at % WORD_BYTES)) * 8
      const differs = ((bytes[start + at] as number) << shift) ^ (words[count] as number)
      if ((differs & (masks[count] as number) & (0xff << shift)) !== 0) return 'other'
    }
    return length === this.length ? 'whole' : 'beginning'
  }

  /** The values of a whole reply of this shape; undefined where an attribute was left out. */
  values(view: DataView, start: number): (JavaValue | undefined)[] {
    const values: (JavaValue | undefined)[] = []
    for (const recipe of this.#recipes) values.push(recipe === undefined ? undefined : recipe(view, start))
    return values
  }
}

// Thousands of counters have a handful of shapes, which the processor then has at hand: with a template for each request,
// comparing took a third of the time that is spent in this package. The bounds keep this under 4 MB; what finds no place
// is a template of its own.
const SHARED_MAX = 256
const SHARED_BYTES_MAX = 4_096

const known = new Map<string, Template>()

/** The template that is known for this shape and these names, else this one. The recipes follow from both. */
function shared(template: Template, answers: Answers): Template {
  if (template.length > SHARED_BYTES_MAX) return template
  const key = `${answers === 'one' ? '' : JSON.stringify([...answers.keys()])} ${template.shape}`
  const found = known.get(key)
  if (found) return found
  const [oldest] = known.keys()
  if (known.size >= SHARED_MAX && oldest !== undefined) known.delete(oldest)
  known.set(key, template)
  return template
}

// Small numbers are shared objects in Java and are written once (Long.valueOf): a bulk reply has one shape more for each set
// of attributes that happen to be equal. Four hold what a JVM at rest and at work changes between.
const TEMPLATES_MAX = 4
// A shape costs several times its length; counters have 60 bytes each.
const TEMPLATE_BYTES_MAX = 64 * 1024
// A text that changes makes a new shape each time: then shapes are noted only now and then.
const MISSES_PATIENCE = 8
const MISSES_INTERVAL = 32

/** The last shapes of the replies to one request. */
export class Templates {
  #templates: readonly Template[] = []
  #misses = 0

  /** The shape that the bytes have; 'beginning' when more must come; undefined when it is none of these. */
  find(bytes: Uint8Array, view: DataView, start: number, end: number): Template | 'beginning' | undefined {
    let isBeginning = false
    for (const template of this.#templates) {
      const match = template.match(bytes, view, start, end)
      if (match === 'whole') {
        this.#misses = 0
        return template
      }
      isBeginning ||= match === 'beginning'
    }
    return isBeginning ? 'beginning' : undefined
  }

  /** Notes the shape of a reply that was none of these. */
  learn(reply: Uint8Array, returned: Returned, answers: Answers): void {
    this.#misses++
    if (reply.length > TEMPLATE_BYTES_MAX) return
    if (this.#misses > MISSES_PATIENCE && this.#misses % MISSES_INTERVAL !== 0) return
    const template = Template.of(reply, returned, answers)
    if (template) this.#templates = [template, ...this.#templates].slice(0, TEMPLATES_MAX)
  }
}
