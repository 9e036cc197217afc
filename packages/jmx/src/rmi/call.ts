import { JmxError, type Place, toJmxError } from '../error.ts'
import { type ResultKind, ReturnDecoder, type Returned } from '../jrmp/return-decoder.ts'
import type { Awaited } from '../jrmp/socket.ts'
import type { WriteAborted } from '../serialization/write-aborted.ts'

/** Reads the reply to one kind of call. */
export interface ReplyReader<T> {
  /** As `Awaited.read`. */
  read(bytes: Buffer, view: DataView, start: number, end: number): number
  /** What the complete reply says, perhaps after further calls; throws the JmxError of an exception. */
  result(): T | Promise<T>
  /** Forgets what has been read: the call is sent once more. */
  restart(): void
  /** What it means that the server broke off in the middle of this reply. */
  brokenOff(aborted: WriteAborted): JmxError
  /** What the caller gets instead of the error that the call has failed with for good. Without it, that error. */
  failed?(error: JmxError): Promise<T>
}

/** Reads a reply with the full decoder and makes something of it. */
export class RemoteReply<T> implements ReplyReader<T> {
  readonly #kind: ResultKind
  readonly #convert: (returned: Returned) => T
  readonly #brokenOff: (aborted: WriteAborted) => JmxError
  #decoder: ReturnDecoder

  constructor(kind: ResultKind, convert: (returned: Returned) => T, brokenOff: (aborted: WriteAborted) => JmxError) {
    this.#kind = kind
    this.#convert = convert
    this.#brokenOff = brokenOff
    this.#decoder = new ReturnDecoder(kind)
  }

  read(bytes: Buffer, view: DataView, start: number, end: number): number {
    return this.#decoder.read(bytes, view, start, end)
  }

  result(): T {
    return this.#convert(this.#decoder.returned)
  }

  restart(): void {
    this.#decoder = new ReturnDecoder(this.#kind)
  }

  brokenOff(aborted: WriteAborted): JmxError {
    return this.#brokenOff(aborted)
  }
}

/** Decides whether a call that failed is sent once more. */
export interface Retrier {
  /** True: the retrier has taken the call back and sends it again. */
  again(call: AnyCall, error: JmxError): boolean
}

/** A call, whatever it gives back. */
export interface AnyCall extends Awaited {
  readonly request: Buffer
  readonly terms: CallTerms
  /** Monotonic ms. */
  readonly deadlineAt: number
  /** How often it has been sent. */
  attempts: number
  /** To which object it was sent last. */
  objId: Buffer | undefined
  retrier: Retrier | undefined
  /** The caller has got an answer, or has gone away. */
  readonly isSettled: boolean
  /** The call has failed: it is tried once more, or the caller hears of it. */
  fail(error: JmxError): void
  /** The server broke off in the middle of the reply. */
  brokenOff(aborted: WriteAborted): void
  /** Forgets what has been read of the reply. */
  restart(): void
}

/** How calls of one kind are made; all of them share it. */
export interface CallTerms {
  /** What was asked, for errors. */
  place: Place
  /**
   * Whether it is sent once more after a failure of the connection: `always` when it changes nothing, `unless-run` when the
   * JVM may have run it (only a lost session is sure), `never` when the next session wouldn't understand it.
   */
  repeat: 'always' | 'unless-run' | 'never'
  /** The object that is called, when it isn't the lane's own. */
  target?: Buffer | undefined
}

/** When a call is given up. */
export interface CallLimit {
  /** Monotonic ms. */
  deadlineAt: number
  signal?: AbortSignal | undefined
}

/**
 * One call on its way: its bytes, who reads its reply, and the promise that the caller holds. There may be thousands of them,
 * and they live just long enough for the collector to move each one twice: every field counts.
 */
export class Call<T> implements AnyCall {
  readonly request: Buffer
  readonly terms: CallTerms
  readonly deadlineAt: number
  readonly promise: Promise<T>
  /** How often it has been sent. */
  attempts = 0
  /** To which object it was sent last. */
  objId: Buffer | undefined
  retrier: Retrier | undefined
  /** The caller has got an answer, or has gone away. */
  isSettled = false
  readonly #reader: ReplyReader<T>
  #resolve!: (value: T | Promise<T>) => void
  #forget: (() => void) | undefined

  constructor(request: Buffer, reader: ReplyReader<T>, terms: CallTerms, { deadlineAt, signal }: CallLimit) {
    this.request = request
    this.terms = terms
    this.deadlineAt = Math.ceil(deadlineAt) // a fraction would be an object of its own
    this.#reader = reader
    this.promise = new Promise<T>((resolve) => {
      this.#resolve = resolve
    })
    if (signal) this.#watch(signal)
  }

  get requestBytes(): number {
    return this.request.length
  }

  read(bytes: Buffer, view: DataView, start: number, end: number): number {
    return this.#reader.read(bytes, view, start, end)
  }

  answered(): void {
    let value: T | Promise<T>
    try {
      value = this.#reader.result()
    } catch (thrown) {
      this.fail(toJmxError(thrown))
      return
    }
    if (this.isSettled) return
    this.isSettled = true
    this.#forget?.()
    this.#resolve(value)
  }

  /** The call has failed: it is tried once more, or the caller hears of it. */
  fail(error: JmxError): void {
    if (this.isSettled || this.retrier?.again(this, error)) return
    this.isSettled = true
    this.#forget?.()
    const placed = error.at(this.terms.place)
    this.#resolve(this.#reader.failed?.(placed) ?? Promise.reject(placed))
  }

  /** The server broke off in the middle of the reply. */
  brokenOff(aborted: WriteAborted): void {
    this.fail(this.#reader.brokenOff(aborted))
  }

  restart(): void {
    this.#reader.restart()
  }

  #watch(signal: AbortSignal): void {
    const onAbort = (): void => this.fail(new JmxError('aborted', 'given up by the caller.'))
    signal.addEventListener('abort', onAbort, { once: true })
    this.#forget = () => signal.removeEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  }
}
