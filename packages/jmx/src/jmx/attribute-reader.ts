import { JmxError } from '../error.ts'
import { encodeCall, NO_OBJ_ID } from '../jrmp/call.ts'
import * as arg from '../rmi/arguments.ts'
import type { ReplyReader } from '../rmi/call.ts'
import type { JavaValue } from '../values/value.ts'
import { type Asked, AttributesReply, type AttributeValues, ShapedReply } from './attributes-reply.ts'
import { methods } from './methods.ts'
import type { CallOptions } from './options.ts'
import type { Session, Way } from './session.ts'
import { Templates } from './template.ts'

/** What was read of one attribute: its value, or why there is none. */
export type Reading = JavaValue | JmxError

/** A request that is encoded once, and what is known of the replies to it. */
interface Request extends Asked {
  bytes: Buffer
  names: readonly string[]
  way: Way
  reader: AttributeReader
  ends: Ends
}

/** What hardly any reader has anything to put into. There may be very many readers. */
const NOTHING_REMEMBERED: ReadonlyMap<string, Remembered> = new Map()

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
  static readonly #ends: Ends = {
    read: ({ reader, names }, values, options) => {
      const isComplete = names.length === reader.attributes.length && !values.includes(undefined)
      return isComplete ? (values as JavaValue[]) : reader.#completed(names, values, options)
    },
    failed: (request, error, options) => request.reader.#afterFailure(request, error, options),
  }
  readonly mbean: string
  readonly attributes: readonly string[]
  readonly #session: Session
  #leftOut = NOTHING_REMEMBERED
  #reasons = NOTHING_REMEMBERED
  #request: Request

  constructor(session: Session, mbean: string, attributes: readonly string[]) {
    this.mbean = mbean
    this.attributes = attributes
    this.#session = session
    this.#request = this.#encode([...new Set(attributes)])
  }

  /** One reading an attribute, in order. Rejects when none could be read for a reason that is not the attribute's own. */
  read(options?: CallOptions): Promise<Reading[]> {
    if (this.#leftOut.size > 0) this.#retryLeftOut()
    const request = this.#request
    if (request.names.length === 0)
      return Promise.resolve(this.attributes.map((name) => this.#leftOut.get(name)?.error ?? null))
    return this.#session.send(request.bytes, new ReadingsReply(request, options), request.way, options)
  }

  #encode(names: readonly string[]): Request {
    const templates = new Templates()
    const [first] = names
    const mbean = arg.objectName(this.mbean)
    const place = { jvm: this.#session.jvm, mbean: this.mbean }
    if (first !== undefined && names.length === 1) {
      const bytes = encodeCall(NO_OBJ_ID, methods.getAttribute, [mbean, arg.text(first), arg.nothing])
      const way = { lane: 'read', repeat: 'always', place: { ...place, attribute: first } } as const
      return { bytes, names, answers: 'one', templates, way, reader: this, ends: AttributeReader.#ends }
    }
    const bytes = encodeCall(NO_OBJ_ID, methods.getAttributes, [mbean, arg.textArray(names), arg.nothing])
    const answers = new Map(names.map((name, index) => [name, index]))
    return {
      bytes,
      names,
      answers,
      templates,
      way: { lane: 'read', repeat: 'always', place },
      reader: this,
      ends: AttributeReader.#ends,
    }
  }

  async #afterFailure(
    { names, answers }: Request,
    thrown: JmxError,
    options: CallOptions | undefined,
  ): Promise<Reading[]> {
    const { attribute } = thrown.place
    if (answers === 'one' && attribute !== undefined && OF_ONE_ATTRIBUTE.has(thrown.code)) {
      if (thrown.code === 'unserialisable') this.#leaveOut(attribute, thrown)
      return this.#completed(names, [undefined], options, new Map([[attribute, thrown]]))
    }
    // The JVM leaves out what throws an exception; what throws an Error spoils the whole reply, which doesn't say which it was.
    if (thrown.code === 'attribute-failed') return this.#oneByOne(options)
    if (thrown.code !== 'unserialisable') throw thrown
    if (attribute === undefined || !names.includes(attribute)) return this.#oneByOne(options)
    this.#leaveOut(attribute, thrown)
    return this.read(options)
  }

  /** What fails alone is left out for a while. */
  async #oneByOne(options: CallOptions | undefined): Promise<Reading[]> {
    const readings = await Promise.all(this.attributes.map((name) => this.#readOne(name, options)))
    this.attributes.forEach((name, index) => {
      const reading = readings[index]
      if (reading instanceof JmxError) this.#leaveOut(name, reading)
    })
    return readings
  }

  async #readOne(name: string, options: CallOptions | undefined): Promise<Reading> {
    try {
      const request = this.#encode([name])
      const [value = null] = await this.#session.send(request.bytes, new AttributesReply(request), request.way, options)
      return value
    } catch (thrown) {
      if (!(thrown instanceof JmxError) || !OF_ONE_ATTRIBUTE.has(thrown.code)) throw thrown
      if (thrown.code === 'unserialisable') this.#leaveOut(name, thrown)
      return thrown
    }
  }

  /** Puts what was read into the order asked for, and finds out why the others are missing: the JVM leaves them out without a word. */
  async #completed(
    names: readonly string[],
    values: AttributeValues,
    options: CallOptions | undefined,
    reasons: ReadonlyMap<string, JmxError> = new Map(),
  ): Promise<Reading[]> {
    const read = new Map(names.map((name, index) => [name, values[index]]))
    return Promise.all(
      this.attributes.map(async (name) => {
        const value = read.get(name)
        if (value !== undefined) return value
        return reasons.get(name) ?? this.#leftOut.get(name)?.error ?? this.#reason(name, options)
      }),
    )
  }

  async #reason(name: string, options: CallOptions | undefined): Promise<Reading> {
    const now = this.#session.clock.monotonic()
    const known = this.#reasons.get(name)
    if (known && known.until > now) return known.error
    const reading = await this.#readOne(name, options)
    if (reading instanceof JmxError)
      this.#reasons = remembering(this.#reasons, name, { error: reading, until: now + REASON_MEMORY_MS })
    return reading
  }

  #leaveOut(name: string, error: JmxError): void {
    const memoryMs = error.code === 'unserialisable' ? UNSENDABLE_MEMORY_MS : REASON_MEMORY_MS
    const until = this.#session.clock.monotonic() + memoryMs
    this.#leftOut = remembering(this.#leftOut, name, { error, until })
    this.#encodeRest()
  }

  #retryLeftOut(): void {
    const now = this.#session.clock.monotonic()
    const isDue = [...this.#leftOut.values()].some(({ until }) => until <= now)
    if (!isDue) return
    this.#leftOut = new Map([...this.#leftOut].filter(([, { until }]) => until > now))
    this.#encodeRest()
  }

  #encodeRest(): void {
    this.#request = this.#encode([...new Set(this.attributes)].filter((name) => !this.#leftOut.has(name)))
  }
}

/** What becomes of a reply, or of there being none. */
interface Ends {
  read(request: Request, values: AttributeValues, options: CallOptions | undefined): Reading[] | Promise<Reading[]>
  failed(request: Request, error: JmxError, options: CallOptions | undefined): Promise<Reading[]>
}

/** Gives the readings themselves: a promise of its own for each step in between would double what a read costs. */
class ReadingsReply extends ShapedReply<Request> implements ReplyReader<Reading[]> {
  readonly #options: CallOptions | undefined

  constructor(request: Request, options: CallOptions | undefined) {
    super(request)
    this.#options = options
  }

  result(): Reading[] | Promise<Reading[]> {
    return this.asked.ends.read(this.asked, this.values(), this.#options)
  }

  failed(error: JmxError): Promise<Reading[]> {
    return this.asked.ends.failed(this.asked, error, this.#options)
  }
}

/** Why an attribute can't be read, and until when (monotonic ms) that is believed. */
interface Remembered {
  error: JmxError
  until: number
}

function remembering(
  known: ReadonlyMap<string, Remembered>,
  name: string,
  one: Remembered,
): ReadonlyMap<string, Remembered> {
  return new Map(known).set(name, one)
}
