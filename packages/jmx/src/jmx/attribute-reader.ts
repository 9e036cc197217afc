import { JmxError } from '../error.ts'
import { encodeCall, NO_OBJ_ID } from '../jrmp/call.ts'
import * as arg from '../rmi/arguments.ts'
import type { JavaValue } from '../values/value.ts'
import { AttributesReply, type AttributeValues } from './attributes-reply.ts'
import { methods } from './methods.ts'
import type { CallOptions } from './options.ts'
import type { Session } from './session.ts'
import { Templates } from './template.ts'

/** What was read of one attribute: its value, or why there is none. */
export type Reading = JavaValue | JmxError

/** A request that is encoded once, and what is known of the replies to it. */
interface Request {
  bytes: Buffer
  names: readonly string[]
  answers: 'one' | ReadonlyMap<string, number>
  templates: Templates
}

// A value that can't be sent costs the JVM's connection each time it is asked for.
const UNSENDABLE_MEMORY_MS = 600_000
// An attribute that is left out stays in the request, so that it is seen as soon as it is back; only the reason may be old.
const REASON_MEMORY_MS = 60_000

/** Trouble that one attribute has alone: the others can be read. */
const OF_ONE_ATTRIBUTE = new Set([
  'no-such-attribute',
  'attribute-failed',
  'unserialisable',
  'access-denied',
  'server-error',
])

/** Reads always the same attributes of one MBean, at the least cost. */
export class AttributeReader {
  readonly mbean: string
  readonly attributes: readonly string[]
  readonly #session: Session
  readonly #leftOut = new Map<string, Remembered>()
  readonly #reasons = new Map<string, Remembered>()
  #request: Request

  constructor(session: Session, mbean: string, attributes: readonly string[]) {
    this.mbean = mbean
    this.attributes = attributes
    this.#session = session
    this.#request = this.#encode([...new Set(attributes)])
  }

  /** One reading an attribute, in order. Rejects when none could be read for a reason that is not the attribute's own. */
  async read(options: CallOptions = {}): Promise<Reading[]> {
    if (this.#leftOut.size > 0) this.#retryLeftOut()
    const request = this.#request
    if (request.names.length === 0) return this.attributes.map((name) => this.#leftOut.get(name)?.error ?? null)
    let values: AttributeValues
    try {
      values = await this.#send(request, options)
    } catch (thrown) {
      return this.#afterFailure(request, thrown, options)
    }
    const isComplete = request.names.length === this.attributes.length && !values.includes(undefined)
    return isComplete ? (values as JavaValue[]) : this.#completed(request, values, options)
  }

  #send(request: Request, options: CallOptions): Promise<AttributeValues> {
    const reply = new AttributesReply(request.templates, request.answers)
    const [only] = request.names
    const place = {
      jvm: this.#session.jvm,
      mbean: this.mbean,
      ...(request.answers === 'one' && only !== undefined && { attribute: only }),
    }
    return this.#session.send(request.bytes, reply, { lane: 'read', place }, options)
  }

  #encode(names: readonly string[]): Request {
    const templates = new Templates()
    const [first] = names
    const mbean = arg.objectName(this.mbean)
    if (first !== undefined && names.length === 1) {
      const bytes = encodeCall(NO_OBJ_ID, methods.getAttribute, [mbean, arg.text(first), arg.nothing])
      return { bytes, names, answers: 'one', templates }
    }
    const bytes = encodeCall(NO_OBJ_ID, methods.getAttributes, [mbean, arg.textArray(names), arg.nothing])
    return { bytes, names, answers: new Map(names.map((name, index) => [name, index])), templates }
  }

  async #afterFailure(request: Request, thrown: unknown, options: CallOptions): Promise<Reading[]> {
    if (!(thrown instanceof JmxError)) throw thrown
    const { attribute } = thrown.place
    if (request.answers === 'one' && attribute !== undefined && OF_ONE_ATTRIBUTE.has(thrown.code)) {
      if (thrown.code === 'unserialisable') this.#leaveOut(attribute, thrown)
      return this.#completed(request, [undefined], options, new Map([[attribute, thrown]]))
    }
    // The JVM leaves out what throws an exception; what throws an Error spoils the whole reply, which doesn't say which it was.
    if (thrown.code === 'attribute-failed') return this.#oneByOne(options)
    if (thrown.code !== 'unserialisable') throw thrown
    if (attribute === undefined || !request.names.includes(attribute)) return this.#oneByOne(options)
    this.#leaveOut(attribute, thrown)
    return this.read(options)
  }

  /** What fails alone is left out for a while. */
  async #oneByOne(options: CallOptions): Promise<Reading[]> {
    const readings = await Promise.all(this.attributes.map((name) => this.#readOne(name, options)))
    this.attributes.forEach((name, index) => {
      const reading = readings[index]
      if (reading instanceof JmxError) this.#leaveOut(name, reading)
    })
    return readings
  }

  async #readOne(name: string, options: CallOptions): Promise<Reading> {
    try {
      const [value = null] = await this.#send(this.#encode([name]), options)
      return value
    } catch (thrown) {
      if (!(thrown instanceof JmxError) || !OF_ONE_ATTRIBUTE.has(thrown.code)) throw thrown
      if (thrown.code === 'unserialisable') this.#leaveOut(name, thrown)
      return thrown
    }
  }

  /** Puts what was read into the order asked for, and finds out why the others are missing: the JVM leaves them out without a word. */
  async #completed(
    request: Request,
    values: AttributeValues,
    options: CallOptions,
    reasons: ReadonlyMap<string, JmxError> = new Map(),
  ): Promise<Reading[]> {
    const read = new Map(request.names.map((name, index) => [name, values[index]]))
    return Promise.all(
      this.attributes.map(async (name) => {
        const value = read.get(name)
        if (value !== undefined) return value
        return reasons.get(name) ?? this.#leftOut.get(name)?.error ?? this.#reason(name, options)
      }),
    )
  }

  async #reason(name: string, options: CallOptions): Promise<Reading> {
    const now = this.#session.clock.monotonic()
    const known = this.#reasons.get(name)
    if (known && known.until > now) return known.error
    const reading = await this.#readOne(name, options)
    if (reading instanceof JmxError) this.#reasons.set(name, { error: reading, until: now + REASON_MEMORY_MS })
    return reading
  }

  #leaveOut(name: string, error: JmxError): void {
    const memoryMs = error.code === 'unserialisable' ? UNSENDABLE_MEMORY_MS : REASON_MEMORY_MS
    const until = this.#session.clock.monotonic() + memoryMs
    this.#leftOut.set(name, { error, until })
    this.#encodeRest()
  }

  #retryLeftOut(): void {
    const now = this.#session.clock.monotonic()
    const due = [...this.#leftOut].filter(([, { until }]) => until <= now)
    for (const [name] of due) this.#leftOut.delete(name)
    if (due.length > 0) this.#encodeRest()
  }

  #encodeRest(): void {
    this.#request = this.#encode([...new Set(this.attributes)].filter((name) => !this.#leftOut.has(name)))
  }
}

/** Why an attribute can't be read, and until when (monotonic ms) that is believed. */
interface Remembered {
  error: JmxError
  until: number
}
