import { type Clock, pause, systemClock } from '../clock.ts'
import { JmxError, toJmxError } from '../error.ts'
import { encodeCall, type Method, NO_OBJ_ID } from '../jrmp/call.ts'
import type { ResultKind, Returned } from '../jrmp/return-decoder.ts'
import type { JrmpSocket } from '../jrmp/socket.ts'
import { limits } from '../limits.ts'
import { nothing } from '../rmi/arguments.ts'
import { type AnyCall, Call, type CallTerms, RemoteReply, type ReplyReader } from '../rmi/call.ts'
import { aborted, type Dialler, dial } from '../rmi/dial.ts'
import { Lane, type Remote } from '../rmi/lane.ts'
import { collectorObjId, grantedMs, LeaseHolder } from '../rmi/lease.ts'
import type { Written } from '../serialization/object-writer.ts'
import { contentOf } from './content-of.ts'
import { type Login, logIn } from './login.ts'
import { methods } from './methods.ts'
import { type CallOptions, type ConnectOptions, KEEP_ALIVE_MS_DEFAULT, TIMEOUT_MS_DEFAULT } from './options.ts'
import { brokenOffTrouble } from './trouble.ts'

/** Which socket a call takes: reads are pipelined, what changes something goes alone, waiting for notifications blocks. */
export type LaneName = 'read' | 'act' | 'listen'

type Repeat = CallTerms['repeat']

/** What a call asks for, besides its bytes. */
export interface Asked<T> {
  lane?: LaneName
  /** Default: `unless-run` for what changes something, else `always`. */
  repeat?: Repeat
  method: Method
  args: readonly Written[]
  primitives?: Uint8Array
  kind?: ResultKind
  place?: { mbean?: string; attribute?: string; operation?: string }
  convert(returned: Returned): T
}

/** How encoded calls of one kind go out; all of them share it. */
export interface Way extends CallTerms {
  lane: LaneName
}

const NO_OPTIONS: CallOptions = {}

// Of a call's time limit: whoever waits for the connection hears why there is none, and not only that the time is over.
const CONNECT_SHARE = 0.9
// A JVM that is down is not knocked at more often than this, however often it is asked for something.
const REDIAL_PAUSE_MS = 200
// What Java's own clients ask for.
const LEASE_MS_WANTED = 600_000
// Saying goodbye is a courtesy: the JVM ends the session by itself two minutes later.
const GOODBYE_MS = 1_000

/** One session with one JVM, over as many sockets as it takes, begun again when the JVM has ended it. */
export class Session implements Remote {
  readonly jvm: string
  readonly clock: Clock
  readonly timeoutMs: number
  readonly #options: ConnectOptions
  readonly #dialler: Dialler
  readonly #lanes: Readonly<Record<LaneName, Lane>>
  readonly #ending = new AbortController()
  #login: Omit<Login, 'socket'> | undefined
  #loggingIn: Promise<void> | undefined
  #spare: JrmpSocket<AnyCall> | undefined
  #failedAt = Number.NEGATIVE_INFINITY
  #calledAt = 0
  #cancelKeepAlive = (): void => {}
  #logins = 0

  constructor(options: ConnectOptions, clock: Clock = systemClock) {
    this.jvm = `${options.host}:${options.port}`
    this.clock = clock
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS_DEFAULT
    this.#options = options
    this.#dialler = {
      host: options.host,
      clock,
      ...(options.socket && { socket: options.socket }),
      ...(options.tls && { tls: options.tls === true ? {} : options.tls }),
    }
    this.#lanes = {
      read: new Lane(this, clock, limits.inFlightMax),
      act: new Lane(this, clock, 1),
      listen: new Lane(this, clock, 1),
    }
  }

  get isClosed(): boolean {
    return this.#ending.signal.aborted
  }

  /** How many sessions have been begun: another number means that the JVM has forgotten what it was told before. */
  get logins(): number {
    return this.#logins
  }

  get objId(): Buffer | undefined {
    return this.#login?.objId
  }

  /** Logs in. Rejects with a JmxError; nothing stays open then. */
  async start(): Promise<void> {
    const { signal } = this.#options
    const onAbort = (): void => this.#end(aborted())
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#ending.signal.addEventListener('abort', () => signal?.removeEventListener('abort', onAbort), { once: true })
    if (signal?.aborted) onAbort()
    try {
      await this.#ensureLogin()
    } catch (thrown) {
      const error = toJmxError(thrown).at({ jvm: this.jvm })
      this.#end(error)
      throw error
    }
    this.#keepAliveIn(this.#keepAliveMs)
  }

  async open(): Promise<JrmpSocket<AnyCall>> {
    const login = this.#login
    if (!login) return this.#openNew()
    if (this.#spare?.isOpen) return this.#takeSpare()
    try {
      return await this.#dialled(() => dial(this.#dialler, { ...login.endpoint, ...this.#limit() }))
    } catch {
      // A JVM that was started again may have another RMI port: the registry knows, or says why there is none.
      this.gone(login.objId)
      return this.#openNew()
    }
  }

  gone(objId: Buffer): void {
    if (this.#login?.objId === objId) this.#login = undefined
  }

  /** Encodes a call and sends it. */
  call<T>(asked: Asked<T>, options?: CallOptions): Promise<T> {
    const request = encodeCall(NO_OBJ_ID, asked.method, asked.args, asked.primitives)
    const reader = new RemoteReply(asked.kind ?? 'object', (returned) => asked.convert(returned), brokenOffTrouble)
    const { lane = 'read', repeat = lane === 'act' ? 'unless-run' : 'always' } = asked
    return this.send(request, reader, { lane, repeat, place: { jvm: this.jvm, ...asked.place } }, options)
  }

  /** Sends an encoded call, whose bytes may be sent again and again. */
  send<T>(
    request: Buffer,
    reader: ReplyReader<T>,
    way: Way,
    { timeoutMs = this.timeoutMs, signal }: CallOptions = NO_OPTIONS,
  ): Promise<T> {
    const now = this.clock.monotonic()
    this.#calledAt = now
    return this.#lanes[way.lane].submit(new Call(request, reader, way, { deadlineAt: now + timeoutMs, signal }))
  }

  /** Tells the JVM that the session is over and closes all sockets. Never rejects. */
  async close(): Promise<void> {
    if (this.#ending.signal.aborted) return
    if (this.#login) {
      const goodbye = { method: methods.close, args: [], kind: 'void', convert: () => undefined } as const
      await this.call(goodbye, { timeoutMs: Math.min(GOODBYE_MS, this.timeoutMs) }).catch(() => undefined)
    }
    this.#end(new JmxError('closed', 'this connection has been closed. Connect again.'))
  }

  get #keepAliveMs(): number {
    return this.#options.keepAliveMs ?? KEEP_ALIVE_MS_DEFAULT
  }

  #end(error: JmxError): void {
    this.#cancelKeepAlive()
    this.#ending.abort()
    this.#spare?.end(error)
    for (const lane of Object.values(this.#lanes)) lane.close(error)
  }

  /** A socket to a new session, or to the one that somebody else has just begun. */
  async #openNew(): Promise<JrmpSocket<AnyCall>> {
    await this.#ensureLogin()
    return this.#spare?.isOpen ? this.#takeSpare() : this.open()
  }

  #takeSpare(): JrmpSocket<AnyCall> {
    const spare = this.#spare as JrmpSocket<AnyCall>
    this.#spare = undefined
    return spare
  }

  #ensureLogin(): Promise<void> {
    if (this.#login) return Promise.resolve()
    this.#loggingIn ??= this.#logIn().finally(() => {
      this.#loggingIn = undefined
    })
    return this.#loggingIn
  }

  async #logIn(): Promise<void> {
    const { objId, endpoint, socket } = await this.#dialled(() => logIn(this.#options, this.#dialler, this.#limit()))
    if (this.#ending.signal.aborted) {
      socket.end(aborted())
      throw aborted()
    }
    this.#login = { objId, endpoint }
    this.#spare?.end(new JmxError('session-gone', 'the JVM has ended this session.'))
    this.#spare = socket
    this.#logins++
    if (this.#options.leases) void this.#holdLease(objId)
  }

  #limit() {
    return { deadlineAt: this.clock.monotonic() + this.timeoutMs * CONNECT_SHARE, signal: this.#ending.signal }
  }

  /** Dials, but not right behind a dial that has failed. */
  async #dialled<T>(connecting: () => Promise<T>): Promise<T> {
    const pauseMs = this.#failedAt + REDIAL_PAUSE_MS - this.clock.monotonic()
    if (pauseMs > 0) await pause(this.clock, pauseMs)
    try {
      return await connecting()
    } catch (thrown) {
      this.#failedAt = this.clock.monotonic()
      throw thrown
    }
  }

  /** Renews at half time, as long as the session is this one. When it can't, the next call finds the session gone. */
  async #holdLease(objId: Buffer): Promise<void> {
    const holder = new LeaseHolder()
    let leaseMs = LEASE_MS_WANTED
    while (this.#login?.objId === objId && !this.isClosed) {
      const reply = new RemoteReply('object', (returned) => grantedMs(contentOf(returned)), brokenOffTrouble)
      const way = { lane: 'read', repeat: 'always', place: { jvm: this.jvm }, target: collectorObjId } as const
      leaseMs =
        (await this.send(holder.dirtyCall(objId, LEASE_MS_WANTED), reply, way).catch(() => undefined)) ?? leaseMs
      await this.#pauseOrEnd(leaseMs / 2)
    }
  }

  #pauseOrEnd(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#ending
      const finish = (): void => {
        cancel()
        signal.removeEventListener('abort', finish)
        resolve()
      }
      const cancel = this.clock.after(delayMs, finish)
      signal.addEventListener('abort', finish, { once: true })
    })
  }

  #keepAliveIn(delayMs: number): void {
    this.#cancelKeepAlive = this.clock.after(delayMs, () => this.#keepAlive())
  }

  /** getDefaultDomain counts as life; a ping of the transport and getConnectionId don't. */
  #keepAlive(): void {
    const idleMs = this.clock.monotonic() - this.#calledAt
    if (idleMs < this.#keepAliveMs) {
      this.#keepAliveIn(this.#keepAliveMs - idleMs)
      return
    }
    this.#keepAliveIn(this.#keepAliveMs)
    if (!this.#login) return
    // When it fails, the next call of the user's says why.
    this.call({ method: methods.getDefaultDomain, args: [nothing], convert: () => undefined }).catch(() => undefined)
  }
}
