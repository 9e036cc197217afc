import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { viewOf } from '../bytes/inbox.ts'
import { readLater } from './breather.ts'

/** What takes the bytes of a stream. */
export interface Receiver {
  /** The first `length` bytes of `chunk` have come. They are written over when this returns: whether to read on at once. */
  received(chunk: Buffer, view: DataView, length: number): boolean
  /** No byte comes any more. Called once; with the error when there was one. */
  ended(error: Error | undefined): void
}

/** An open connection, as bytes in both directions. */
export interface Stream {
  /** Bytes that came before the receiver was named are given to it later, none is lost. */
  receive(receiver: Receiver): void
  write(bytes: Uint8Array): void
  /** Ends both directions at once. `ended` is called, without an error. */
  destroy(): void
}

/** All TCP sockets of the process read into the same memory: what is left unread is copied before the next one reads. */
const shared = Buffer.allocUnsafeSlow(64 * 1024)
const sharedView = viewOf(shared)

/** A TCP connection; `connected` resolves when it stands and rejects with the system's error. */
export function tcpStream(host: string, port: number): { socket: Socket; stream: Stream; connected: Promise<void> } {
  const relay = new Relay()
  const onread = {
    buffer: shared,
    callback: (length: number) => {
      if (relay.received(shared, sharedView, length) || length === shared.length) return true
      readLater(socket)
      return false
    },
  }
  const socket = connect({ host, port, noDelay: true, keepAlive: true, onread })
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed before it was connected')))
  })
  return { socket, stream: streamOver(socket, relay), connected }
}

/** A stream over any duplex (TLS, a tunnel). */
export function duplexStream(duplex: Duplex): Stream {
  const relay = new Relay()
  duplex.on('data', (chunk: Buffer) => relay.received(chunk, viewOf(chunk), chunk.length))
  return streamOver(duplex, relay)
}

function streamOver(duplex: Duplex, relay: Relay): Stream {
  let failure: Error | undefined
  duplex.on('error', (error) => {
    failure = error
  })
  // A peer that has said its last word answers nothing more: there is no use in half a connection.
  duplex.on('end', () => duplex.destroy())
  duplex.on('close', () => relay.ended(failure))
  return {
    receive: (receiver) => relay.connect(receiver),
    write: (bytes) => {
      if (!duplex.destroyed) duplex.write(bytes)
    },
    destroy: () => duplex.destroy(),
  }
}

/** Keeps what comes before there is a receiver. */
class Relay implements Receiver {
  #receiver: Receiver | undefined
  #early: Buffer[] = []
  #end: { error: Error | undefined } | undefined

  connect(receiver: Receiver): void {
    this.#receiver = receiver
    for (const chunk of this.#early.splice(0)) receiver.received(chunk, viewOf(chunk), chunk.length)
    if (this.#end) receiver.ended(this.#end.error)
  }

  received(chunk: Buffer, view: DataView, length: number): boolean {
    if (this.#receiver) return this.#receiver.received(chunk, view, length)
    this.#early.push(Buffer.from(chunk.subarray(0, length)))
    return true
  }

  ended(error: Error | undefined): void {
    if (this.#end) return
    this.#end = { error }
    this.#receiver?.ended(error)
  }
}
