import { connect, type Socket } from 'node:net'
import type { Clock } from '../../../model/clock.ts'
import { messageOf } from '../../../model/problem.ts'
import { type Answer, Answers } from './answers.ts'
import type { Place } from './ketama.ts'

/** Says what an operator should hear of: a constant message and its details. */
export type Warn = (message: string, details: object) => void

// A cache answers within a millisecond; one that takes a thousand of them holds up whoever reads, and is as good as away.
const answerMsMax = 1_000
// What a try costs is nothing; a server that is back is used within this time.
const againMs = 500
// What was not sent within `answerMsMax` of thousands of samples a second is far less: beyond it somebody puts too much at once.
const unsentBytesMax = 16 * 1_048_576

/** What was sent together: its answers end with MN. */
interface Batch {
  /** Keys that it changes and that are read back. */
  keys: readonly string[]
  values: Map<string, string>
  sentAt: number
  /** What memcached said against one of its commands. */
  refusal: string | undefined
  /** Is given what was read; undefined where that will never be known. */
  end: (values: Map<string, string> | undefined) => void
}

/**
 * One memcached on one connection, on which reads come after the writes before them. It never rejects: a server that is away has
 * nothing. Keys whose last write is not known to have arrived are deleted before anything else is done on the next connection, so
 * that nobody reads what they were before.
 */
export class CacheServer {
  readonly place: string
  readonly #at: Place
  readonly #clock: Clock
  readonly #warn: Warn
  readonly #doubtful = new Set<string>()
  #socket: Socket | undefined
  #isUp = false
  #batches: Batch[] = []
  #text = ''
  #keys: string[] = []
  #isFlushDue = false
  #why: string | null = 'it is being connected to.'
  #wasAway = false
  #isClosed = false
  #cancelTimer = () => {}

  constructor({ at, clock, warn }: { at: Place; clock: Clock; warn: Warn }) {
    this.place = `memcached at ${at.host}:${at.port}`
    this.#at = at
    this.#clock = clock
    this.#warn = warn
    this.#connect()
  }

  /** Why it can't be used now; null: it can. */
  trouble(): string | null {
    return this.#why === null ? null : `${this.place} is away: ${this.#why}`
  }

  /** Sends quiet commands at the end of this turn of the event loop, with all others of the turn. `keys`: those of them that are read back. */
  write(commands: string, keys: readonly string[]): void {
    this.#text += commands
    this.#keys.push(...keys)
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    setImmediate(() => this.#flush())
  }

  /** The texts of those keys that it has. */
  async read(keys: readonly string[]): Promise<Map<string, string>> {
    this.#flush()
    if (!this.#isUp || keys.length === 0) return new Map()
    const { promise, resolve } = Promise.withResolvers<Map<string, string>>()
    this.#send(keys.map((key) => `mg ${key} v k q\r\n`).join(''), [], (values) => resolve(values ?? new Map()))
    return await promise
  }

  /** Resolves when what was written has been answered, or can't be any more. */
  async settled(): Promise<void> {
    this.#flush()
    if (!this.#isUp) return
    const { promise, resolve } = Promise.withResolvers<unknown>()
    this.#send('', [], resolve)
    await promise
  }

  async close(): Promise<void> {
    await this.settled()
    this.#isClosed = true
    this.#cancelTimer()
    this.#socket?.destroy()
  }

  #flush(): void {
    this.#isFlushDue = false
    const [text, keys] = [this.#text, this.#keys]
    if (text === '') return
    this.#text = ''
    this.#keys = []
    if (this.#isUp) this.#send(text, keys, () => {})
    else for (const key of keys) this.#doubtful.add(key)
  }

  #send(commands: string, keys: readonly string[], end: Batch['end']): void {
    this.#batches.push({ keys, values: new Map(), sentAt: this.#clock.monotonic(), refusal: undefined, end })
    if (this.#batches.length === 1) this.#watch()
    this.#socket?.write(`${commands}mn\r\n`)
    if ((this.#socket?.writableLength ?? 0) > unsentBytesMax) this.#lose('it takes too long to take what is put.')
  }

  /** Looks again when the oldest batch should have been answered. */
  #watch(): void {
    this.#cancelTimer()
    const [oldest] = this.#batches
    if (!oldest) return
    const leftMs = oldest.sentAt + answerMsMax - this.#clock.monotonic()
    this.#cancelTimer = this.#clock.after(Math.max(leftMs, 0), () => {
      const [still] = this.#batches
      if (still === oldest) this.#lose(`it did not answer within ${answerMsMax} ms.`)
      else this.#watch()
    })
  }

  #connect(): void {
    const socket = connect({ host: this.#at.host, port: this.#at.port, noDelay: true })
    const answers = new Answers()
    this.#socket = socket
    this.#cancelTimer = this.#clock.after(answerMsMax, () => this.#lose('it does not take connections.'))
    socket.on('connect', () => this.#begin())
    socket.on('data', (piece) => {
      try {
        for (const answer of answers.take(piece)) if (this.#socket === socket) this.#take(answer)
      } catch (thrown) {
        if (this.#socket === socket) this.#lose(`${messageOf(thrown)}.`)
      }
    })
    socket.on('error', (error) => {
      if (this.#socket === socket) this.#lose(wordsOf(error))
    })
    socket.on('close', () => {
      if (this.#socket === socket) this.#lose('it closed the connection.')
    })
  }

  #begin(): void {
    this.#cancelTimer()
    this.#isUp = true
    this.#deleteDoubtful(() => {
      if (this.#wasAway) this.#warn('a cache is back', { cache: this.place })
      this.#wasAway = false
      this.#why = null
    })
  }

  #deleteDoubtful(then: () => void): void {
    const keys = [...this.#doubtful]
    this.#send(keys.map((key) => `md ${key} q\r\n`).join(''), keys, (values) => {
      if (values === undefined) return
      for (const key of keys) this.#doubtful.delete(key)
      then()
    })
  }

  #take(answer: Answer): void {
    const [batch] = this.#batches
    if (!batch) this.#lose('it answered what nobody asked.')
    else if (answer.kind === 'value') batch.values.set(answer.key, answer.text)
    else if (answer.kind === 'end') this.#end(batch)
    else if (answer.text === 'ERROR') this.#lose('it knows no meta commands. tscaler needs memcached 1.6 or newer.')
    else batch.refusal = answer.text
  }

  #end({ keys, values, refusal, end }: Batch): void {
    this.#batches.shift()
    if (this.#batches.length === 0) this.#cancelTimer()
    end(values)
    if (refusal === undefined) return
    this.#warn('a cache refused what was put', { cache: this.place, why: refusal })
    // It does not say which of them: none may be read as it was before.
    for (const key of keys) this.#doubtful.add(key)
    this.#deleteDoubtful(() => {})
  }

  /** The connection is of no use any more: nobody waits for it, and what was under way is in doubt. */
  #lose(why: string): void {
    const [socket, batches] = [this.#socket, this.#batches]
    this.#socket = undefined
    this.#isUp = false
    this.#batches = []
    this.#cancelTimer()
    socket?.destroy()
    for (const { keys, end } of batches) {
      for (const key of keys) this.#doubtful.add(key)
      end(undefined)
    }
    if (this.#why !== why && !this.#isClosed) this.#warn('a cache is away', { cache: this.place, why })
    this.#why = why
    this.#wasAway = true
    if (!this.#isClosed) this.#cancelTimer = this.#clock.after(againMs, () => this.#connect())
  }
}

function wordsOf(error: Error & { code?: string }): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'it refuses connections. Start it, or correct TSCALER_RECENT.'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'nobody knows its name. Correct the host in TSCALER_RECENT.'
    default:
      return `${error.message}.`
  }
}
