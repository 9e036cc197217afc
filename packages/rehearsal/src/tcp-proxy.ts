import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Address } from './address.ts'

/** Which way bytes go: `up` from the client to the server, `down` back. */
export type Direction = 'up' | 'down'

/** A TCP proxy on 127.0.0.1 with faults on demand. Faults hold for open and for new connections until `resume()`. */
export interface TcpProxy {
  readonly host: string
  readonly port: number
  /** Connections accepted so far. */
  readonly connections: number
  /** Connections open now. */
  readonly open: number
  /** Bytes passed on so far, both ways apart. */
  readonly bytes: Readonly<Record<Direction, number>>
  /** Connects and takes bytes, passes none on: a dead link, or a server that hangs. Nothing is lost. */
  stall(): void
  /** Passes every piece on this much later, in order. */
  delay(ms: number): void
  /** Passes exactly this many more bytes on (answers, unless told), then resets all connections. Happens once. */
  cutAfter(bytes: number, direction?: Direction): void
  /** Resets all open connections now. */
  cut(): void
  /** New connections are refused (nothing listens); open ones go on. */
  refuse(): Promise<void>
  /** Ends all faults; what was held back goes on its way. Listens again on the same port. */
  resume(): Promise<void>
  close(): Promise<void>
}

/** Starts a proxy in front of `to`, on a free port of 127.0.0.1. */
export async function startProxy({ to }: { to: Address }): Promise<TcpProxy> {
  const proxy = new FaultyProxy(to)
  await proxy.listen()
  return proxy
}

interface Held {
  chunk: Buffer | 'end'
  dueAt: number
}

interface Pair {
  client: Socket
  server: Socket
  held: Record<Direction, Held[]>
}

class FaultyProxy implements TcpProxy {
  readonly host = '127.0.0.1'
  port = 0
  connections = 0
  readonly bytes: Record<Direction, number> = { up: 0, down: 0 }
  readonly #to: Address
  readonly #pairs = new Set<Pair>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #listener: Server | undefined
  #stalled = false
  #delayMs = 0
  #cut: { direction: Direction; left: number } | undefined

  constructor(to: Address) {
    this.#to = to
  }

  get open(): number {
    return this.#pairs.size
  }

  async listen(): Promise<void> {
    // allowHalfOpen: an end on one side must not close the other before its answer went through.
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client))
    listener.listen(this.port, this.host)
    await once(listener, 'listening')
    const address = listener.address()
    if (address !== null && typeof address !== 'string') this.port = address.port
    this.#listener = listener
  }

  stall(): void {
    this.#stalled = true
  }

  delay(ms: number): void {
    this.#delayMs = ms
  }

  cutAfter(bytes: number, direction: Direction = 'down'): void {
    this.#cut = { direction, left: bytes }
    if (bytes === 0) this.#cutNow()
  }

  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
  }

  async refuse(): Promise<void> {
    const listener = this.#listener
    this.#listener = undefined
    // close() calls back only when the open connections are gone; it stops listening at once.
    listener?.close()
  }

  async resume(): Promise<void> {
    this.#stalled = false
    this.#delayMs = 0
    this.#cut = undefined
    for (const pair of this.#pairs) {
      this.#flush(pair, 'up')
      this.#flush(pair, 'down')
    }
    if (this.#listener === undefined) await this.listen()
  }

  async close(): Promise<void> {
    await this.refuse()
    for (const timer of this.#timers) clearTimeout(timer)
    for (const { client, server } of this.#pairs) {
      client.destroy()
      server.destroy()
    }
  }

  #accept(client: Socket): void {
    this.connections += 1
    const server = connect({ ...this.#to, allowHalfOpen: true, noDelay: true })
    const pair: Pair = { client, server, held: { up: [], down: [] } }
    this.#pairs.add(pair)
    this.#listenTo(pair, client, 'up')
    this.#listenTo(pair, server, 'down')
  }

  #listenTo(pair: Pair, from: Socket, direction: Direction): void {
    from.on('data', (chunk) => this.#take(pair, direction, Buffer.from(chunk)))
    from.on('end', () => this.#take(pair, direction, 'end'))
    from.on('error', () => {}) // "close" follows and ends both sides
    from.on('close', (broken) => {
      const other = from === pair.client ? pair.server : pair.client
      if (broken) other.resetAndDestroy()
      if (pair.client.destroyed && pair.server.destroyed) this.#pairs.delete(pair)
    })
  }

  #take(pair: Pair, direction: Direction, chunk: Buffer | 'end'): void {
    pair.held[direction].push({ chunk, dueAt: performance.now() + this.#delayMs })
    this.#flush(pair, direction)
  }

  #flush(pair: Pair, direction: Direction): void {
    const held = pair.held[direction]
    while (!this.#stalled) {
      const [next] = held
      if (next === undefined) return
      const waitMs = this.#delayMs === 0 ? 0 : next.dueAt - performance.now()
      if (waitMs > 0) {
        this.#later(waitMs, () => this.#flush(pair, direction))
        return
      }
      held.shift()
      this.#pass(pair, direction, next.chunk)
    }
  }

  #pass(pair: Pair, direction: Direction, chunk: Buffer | 'end'): void {
    const into = direction === 'up' ? pair.server : pair.client
    if (chunk === 'end') {
      into.end()
      return
    }
    const cut = this.#cut?.direction === direction ? this.#cut : undefined
    const part = cut === undefined ? chunk : chunk.subarray(0, cut.left)
    this.bytes[direction] += part.length
    if (cut !== undefined) cut.left -= part.length
    if (cut?.left !== 0) into.write(part)
    // The bytes before the cut must be on their way, since a reset throws away what is still in our hands.
    else into.write(part, () => this.#cutNow())
  }

  #cutNow(): void {
    this.#cut = undefined
    this.cut()
  }

  #later(waitMs: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      then()
    }, Math.ceil(waitMs))
    this.#timers.add(timer)
  }
}
