import { JmxError } from '../error.ts'
import { ReturnDecoder } from '../jrmp/return-decoder.ts'
import type { ReplyReader } from '../rmi/call.ts'
import type { WriteAborted } from '../serialization/write-aborted.ts'
import { toValue } from '../values/convert.ts'
import type { JavaValue } from '../values/value.ts'
import { type Answers, answersOf } from './answers.ts'
import type { Template, Templates } from './template.ts'
import { brokenOffTrouble, remoteTrouble } from './trouble.ts'

/** Values in the order of the attributes asked for; undefined where the JVM has left one out. */
export type AttributeValues = (JavaValue | undefined)[]

/** What is known of the replies to one request. */
export interface Asked {
  answers: Answers
  templates: Templates
}

/** Reads one reply with attributes: by a template when it has the shape of an earlier one, else by the decoder. */
export abstract class ShapedReply<A extends Asked = Asked> {
  protected readonly asked: A
  #values: AttributeValues | undefined
  #decoder: ReturnDecoder | undefined

  constructor(asked: A) {
    this.asked = asked
  }

  read(bytes: Buffer, view: DataView, start: number, end: number): number {
    if (!this.#decoder) {
      const found = this.asked.templates.find(bytes, view, start, end)
      if (found === 'beginning') return 0
      if (found) return this.#byTemplate(found, view, start)
    }
    return this.#byDecoder(bytes, view, start, end)
  }

  /** What the complete reply says; throws the JmxError of an exception. */
  protected values(): AttributeValues {
    if (this.#values) return this.#values
    const returned = this.#decoder?.returned
    if (!returned) throw new JmxError('broken-reply', 'the reply was asked for before it had come.')
    if (returned.kind === 'exception') throw remoteTrouble(returned.exception, 'attribute-failed')
    const contents = answersOf(returned.content, this.asked.answers)
    if (!contents) throw new JmxError('broken-reply', 'the reply holds no list of attributes.')
    return contents.map((content) => (content === undefined ? undefined : toValue(content)))
  }

  restart(): void {
    this.#decoder = undefined
    this.#values = undefined
  }

  brokenOff(aborted: WriteAborted): JmxError {
    return brokenOffTrouble(aborted)
  }

  #byTemplate(template: Template, view: DataView, start: number): number {
    this.#values = template.values(view, start)
    return template.length
  }

  #byDecoder(bytes: Buffer, view: DataView, start: number, end: number): number {
    this.#decoder ??= new ReturnDecoder('object')
    const length = this.#decoder.read(bytes, view, start, end)
    const { templates, answers } = this.asked
    if (length > 0) templates.learn(bytes.subarray(start, start + length), this.#decoder.returned, answers)
    return length
  }
}

/** Gives the values as they came. */
export class AttributesReply extends ShapedReply implements ReplyReader<AttributeValues> {
  result(): AttributeValues {
    return this.values()
  }
}
