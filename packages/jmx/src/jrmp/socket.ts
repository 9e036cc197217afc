import { Inbox } from '../bytes/inbox.ts'
import { JmxError, toJmxError } from '../error.ts'
import { WriteAborted } from '../serialization/write-aborted.ts'
import type { Stream } from './stream.ts'

/** Somebody who waits for a reply. */
export interface Awaited {
  /** The length of the request. */
  readonly requestBytes: number
  /** Reads the reply's bytes: how many it has in all, or 0 when it isn't complete. Throws when it can't be read. */
  read(bytes: Buffer, view: DataView, start: number, end: number): number
  /** The reply is complete. */
  answered(): void
}

/** What becomes of the calls when the socket ends. */
export interface Loss<A extends Awaited> {
  /** Why it ended. A WriteAborted is the server's own breaking off. */
  reason: JmxError | WriteAborted
  /** The one whose reply made an end of the socket. */
  blamed: A | undefined
  /** The others that will get no reply here, in the order in which they were sent. */
  unanswered: A[]
}

// With as many replies to come, a moment's rest leaves the server enough to do.
const REST_AT = 48

/** One connection that speaks the stream protocol: calls go out in any number, replies come back in the same order. */
export class JrmpSocket<A extends Awaited = Awaited> {
  readonly #stream: Stream
  readonly #inbox = new Inbox()
  #queue: A[] = []
  #head = 0
  #sentBytes = 0
  #answeredBytes = 0
  #ended: JmxError | WriteAborted | undefined
  #blamed: A | undefined
  /** Called once, when the socket has ended. */
  onLoss: (loss: Loss<A>) => void = () => {}
  /** Called when replies have come and the socket waits for more, or for nothing. */
  onProgress: () => void = () => {}

  /** The stream has been shaken hands on. */
  constructor(stream: Stream) {
    this.#stream = stream
    stream.receive({
      received: (chunk, view, length) => this.#received(chunk, view, length),
      ended: (error) => this.#closed(error),
    })
  }

  get isOpen(): boolean {
    return this.#ended === undefined
  }

  get inFlight(): number {
    return this.#queue.length - this.#head
  }

  /** Bytes of the requests that are not answered yet. */
  get inFlightBytes(): number {
    return this.#sentBytes - this.#answeredBytes
  }

  /** Who has been waiting longest. */
  get oldest(): A | undefined {
    return this.#queue[this.#head]
  }

  /** All who wait, the oldest first. */
  get awaited(): readonly A[] {
    return this.#queue.slice(this.#head)
  }

  /** Sends the bytes of as many calls as there are waiters. The socket must be open. */
  send(bytes: Uint8Array, waiters: readonly A[]): void {
    for (const waiter of waiters) this.#queue.push(waiter)
    this.#sentBytes += bytes.length
    this.#stream.write(bytes)
  }

  /** Ends the socket. `blamed`, when it waits here, is why. */
  end(reason: JmxError | WriteAborted, blamed?: A): void {
    if (this.#ended) return
    this.#ended = reason
    this.#blamed = blamed
    this.#stream.destroy()
    this.#settle()
  }

  #received(chunk: Buffer, view: DataView, length: number): boolean {
    if (this.#ended) return true
    this.#inbox.push(chunk, view, length)
    this.#readReplies()
    this.#forgetAnswered()
    this.#inbox.keep()
    if (!this.#ended) this.onProgress()
    return this.inFlight < REST_AT
  }

  #readReplies(): void {
    const inbox = this.#inbox
    while (inbox.start < inbox.end) {
      const waiter = this.#queue[this.#head]
      if (!waiter) {
        this.end(new JmxError('broken-reply', 'the JVM sent bytes that nobody has asked for.'))
        return
      }
      const length = this.#readOne(waiter)
      if (length === 0) return
      inbox.start += length
      this.#head++
      this.#answeredBytes += waiter.requestBytes
      waiter.answered()
    }
  }

  /** As `Awaited.read`; an unreadable reply ends the socket, because nobody can say where the next one begins. */
  #readOne(waiter: A): number {
    const { bytes, view, start, end } = this.#inbox
    try {
      return waiter.read(bytes, view, start, end)
    } catch (thrown) {
      this.end(thrown instanceof WriteAborted ? thrown : toJmxError(thrown), waiter)
      return 0
    }
  }

  /** A pipe that never runs dry would otherwise hold on to every call that it has ever carried. */
  #forgetAnswered(): void {
    if (this.#head === 0) return
    this.#queue.splice(0, this.#head)
    this.#head = 0
  }

  #closed(error: Error | undefined): void {
    if (this.#ended) return
    const cause = error ? { cause: error } : {}
    this.#ended = new JmxError('connection-lost', 'the JVM closed the connection before it had answered.', cause)
    this.#settle()
  }

  #settle(): void {
    const waiting = this.#queue.slice(this.#head)
    this.#queue = []
    this.#head = 0
    const blamed = this.#blamed
    this.onLoss({
      reason: this.#ended as JmxError | WriteAborted,
      blamed,
      unanswered: waiting.filter((waiter) => waiter !== blamed),
    })
  }
}
