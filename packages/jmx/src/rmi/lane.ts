import { nextTick } from 'node:process'
import type { Clock } from '../clock.ts'
import { JmxError, toJmxError } from '../error.ts'
import { addressCall } from '../jrmp/call.ts'
import type { JrmpSocket, Loss } from '../jrmp/socket.ts'
import { limits } from '../limits.ts'
import { WriteAborted } from '../serialization/write-aborted.ts'
import type { AnyCall, Call, Retrier } from './call.ts'

/** The remote object that a lane calls, and how it gets there. */
export interface Remote {
  /** A connection to the object's endpoint, logged in first where that is needed. */
  open(): Promise<JrmpSocket<AnyCall>>
  /** The object's id; undefined until `open` has found it out. */
  readonly objId: Buffer | undefined
  /** The server knows that id no longer. The next `open` logs in anew. */
  gone(objId: Buffer): void
}

// A loss that nobody can be blamed for may have been caused by any of the calls: each is tried so often.
const ATTEMPTS_MAX = 3

/**
 * Calls of one kind to one remote object, over one socket that is opened when it is needed and again when it was lost. The
 * calls of one turn of the event loop go out in one write.
 */
export class Lane implements Retrier {
  readonly #remote: Remote
  readonly #clock: Clock
  readonly #inFlightMax: number
  #socket: JrmpSocket<AnyCall> | undefined
  #opening = false
  #waiting: AnyCall[] = []
  #scheduled = false
  #cancelTimer: (() => void) | undefined
  #wakesAt = Number.POSITIVE_INFINITY
  #closed: JmxError | undefined

  constructor(remote: Remote, clock: Clock, inFlightMax: number) {
    this.#remote = remote
    this.#clock = clock
    this.#inFlightMax = inFlightMax
  }

  submit<T>(call: Call<T>): Promise<T> {
    call.retrier = this
    if (this.#closed) call.fail(this.#closed)
    else if (this.#waiting.length >= limits.waitingCallsMax)
      call.fail(
        new JmxError(
          'too-many-calls',
          `${limits.waitingCallsMax} calls are waiting already. Await some of them first.`,
        ),
      )
    else this.#enqueue(call)
    return call.promise
  }

  again(call: AnyCall, error: JmxError): boolean {
    if (error.code !== 'session-gone') return false
    if (call.objId) this.#remote.gone(call.objId)
    if (call.terms.repeat === 'never' || call.attempts >= ATTEMPTS_MAX || this.#closed) return false
    // The server has not run it: this holds for calls that change something, too.
    call.restart()
    this.#waiting.push(call)
    this.#socket?.end(error)
    this.#schedule()
    return true
  }

  /** Ends the socket; what waits and what comes fails with the error. */
  close(error: JmxError): void {
    this.#closed = error
    this.#cancelTimer?.()
    this.#socket?.end(error)
    this.#failWaiting(error)
  }

  #enqueue(call: AnyCall): void {
    this.#waiting.push(call)
    if (call.deadlineAt < this.#wakesAt) this.#wakeAt(call.deadlineAt)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    // Behind all promises of this turn: what they ask for goes into the same write.
    nextTick(() => {
      this.#scheduled = false
      this.#flush()
    })
  }

  #flush(): void {
    if (this.#waiting.length === 0 || this.#closed) return
    const { objId } = this.#remote
    const socket = this.#socket
    // Another lane has found the session gone. What is under way here will find out by itself.
    if (!objId && socket && socket.inFlight > 0) return
    if (!objId || !socket?.isOpen) {
      socket?.end(new JmxError('session-gone', 'the JVM has ended this session.'))
      this.#open()
      return
    }
    const calls = this.#nextBatch(socket)
    if (calls.length > 0) this.#send(socket, objId, calls)
  }

  /** As many calls as may go now; the ones that nobody waits for any more are dropped. */
  #nextBatch(socket: JrmpSocket<AnyCall>): AnyCall[] {
    const calls: AnyCall[] = []
    let bytes = socket.inFlightBytes
    let taken = 0
    for (const call of this.#waiting) {
      const isFull = socket.inFlight + calls.length >= this.#inFlightMax
      const isHeavy = bytes > 0 && bytes + call.requestBytes > limits.inFlightBytesMax
      if (isFull || isHeavy) break
      taken++
      if (call.isSettled) continue
      calls.push(call)
      bytes += call.requestBytes
    }
    this.#waiting = taken === this.#waiting.length ? [] : this.#waiting.slice(taken)
    return calls
  }

  #send(socket: JrmpSocket<AnyCall>, ownId: Buffer, calls: readonly AnyCall[]): void {
    const batch = Buffer.allocUnsafe(calls.reduce((sum, call) => sum + call.requestBytes, 0))
    let at = 0
    for (const call of calls) {
      const objId = call.terms.target ?? ownId
      batch.set(call.request, at)
      addressCall(batch, at, objId)
      at += call.requestBytes
      call.objId = objId
      call.attempts++
    }
    socket.send(batch, calls)
  }

  #open(): void {
    if (this.#opening) return
    this.#opening = true
    this.#remote.open().then(
      (socket) => this.#opened(socket),
      (thrown) => {
        this.#opening = false
        this.#failWaiting(toJmxError(thrown))
      },
    )
  }

  #opened(socket: JrmpSocket<AnyCall>): void {
    this.#opening = false
    if (this.#closed) {
      socket.end(this.#closed)
      return
    }
    socket.onLoss = (loss) => this.#lost(loss)
    socket.onProgress = () => this.#flush()
    this.#socket = socket
    this.#flush()
  }

  #lost({ reason, blamed, unanswered }: Loss<AnyCall>): void {
    if (blamed && reason instanceof WriteAborted) blamed.brokenOff(reason)
    else if (blamed && reason instanceof JmxError) blamed.fail(reason)
    const repeated: AnyCall[] = []
    for (const call of unanswered) {
      call.restart()
      // What another call's reply has done to the socket is no fault of this one: each such loss takes that other out.
      if (blamed) call.attempts--
      if (this.#closed) call.fail(this.#closed)
      else if (call.terms.repeat === 'unless-run') call.fail(unknownOutcome(reason))
      else if (call.terms.repeat === 'never' || call.attempts >= ATTEMPTS_MAX) call.fail(lost(call.attempts, reason))
      else repeated.push(call)
    }
    this.#waiting = [...repeated, ...this.#waiting]
    this.#schedule()
  }

  #failWaiting(error: JmxError): void {
    for (const call of this.#waiting.splice(0)) call.fail(error)
  }

  #wakeAt(deadlineAt: number): void {
    this.#cancelTimer?.()
    this.#wakesAt = deadlineAt
    this.#cancelTimer = this.#clock.after(Math.max(deadlineAt - this.#clock.monotonic(), 1), () =>
      this.#checkDeadlines(),
    )
  }

  #checkDeadlines(): void {
    this.#cancelTimer = undefined
    this.#wakesAt = Number.POSITIVE_INFINITY
    const now = this.#clock.monotonic()
    const oldest = this.#socket?.oldest
    // The server works on the oldest: nothing behind it is answered before it, and no call can be taken back.
    if (oldest && oldest.deadlineAt <= now) this.#socket?.end(tooSlow(), oldest)
    for (const call of this.#pending()) if (call.deadlineAt <= now) call.fail(tooSlow())
    const left = this.#pending().filter((call) => !call.isSettled)
    if (left.length > 0)
      this.#wakeAt(left.reduce((soonest, call) => Math.min(soonest, call.deadlineAt), Number.POSITIVE_INFINITY))
  }

  #pending(): AnyCall[] {
    return [...(this.#socket?.awaited ?? []), ...this.#waiting]
  }
}

function tooSlow(): JmxError {
  return new JmxError(
    'timeout',
    'no answer within the time limit. The JVM is slow or hangs; other calls go on over a new connection.',
  )
}

function unknownOutcome(reason: JmxError | WriteAborted): JmxError {
  return new JmxError(
    'outcome-unknown',
    'the connection was lost before the answer came: it may have been done or not. Look before you repeat it.',
    { cause: reason },
  )
}

function lost(attempts: number, reason: JmxError | WriteAborted): JmxError {
  return new JmxError('connection-lost', `the connection was lost before the answer came (tried ${attempts} times).`, {
    cause: reason,
  })
}
