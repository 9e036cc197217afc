import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Address } from './address.ts'

/** Where a recorded JVM listens. */
export interface RecordedJvm {
  host: string
  port: number
  /** Without it, one port serves all. */
  rmiPort?: number
}

/** A recorder in front of one JVM. */
export interface JrmpRecorder {
  /** Clients dial this, and must keep to it: a client that dials the host in the stub passes by. */
  readonly host: string
  /** Of the registry. */
  readonly port: number
  /** Connections recorded so far. */
  readonly connections: number
  /** Ends all connections and gives back, once all is on disk, the files' paths in order of connections. */
  close(): Promise<Recording[]>
}

/** One connection as it went over the wire. Where TLS is spoken these are the encrypted bytes. */
export interface Recording {
  /** Which of the JVM's ports was dialled. */
  to: 'registry' | 'rmi'
  /** The file with what the client sent, `01-registry.up`. */
  up: string
  /** The file with what the JVM sent, `01-registry.down`. */
  down: string
}

/**
 * Records sessions with a JVM, both directions of each connection to a file of its own in `folder` (made if missing),
 * unchanged. It listens at the JVM's own ports on another address of 127.0.0.0/8, because the stub that the JVM sends
 * names a port, which is not changed either.
 */
export async function startJrmpRecorder({
  jvm,
  folder,
  host,
}: {
  jvm: RecordedJvm
  folder: string
  /** Where to listen; it must not be the JVM's own. */
  host: string
}): Promise<JrmpRecorder> {
  await mkdir(folder, { recursive: true })
  const recorder = new Recorder(folder, host, jvm)
  try {
    await recorder.listen()
    return recorder
  } catch (error) {
    await recorder.close()
    throw error
  }
}

class Recorder implements JrmpRecorder {
  readonly host: string
  readonly port: number
  readonly #folder: string
  readonly #jvm: RecordedJvm
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()
  readonly #files: WriteStream[] = []
  readonly #recordings: Recording[] = []

  constructor(folder: string, host: string, jvm: RecordedJvm) {
    this.host = host
    this.port = jvm.port
    this.#folder = folder
    this.#jvm = jvm
  }

  get connections(): number {
    return this.#recordings.length
  }

  async listen(): Promise<void> {
    const { host, port, rmiPort = port } = this.#jvm
    await this.#listenAt({ host, port }, 'registry')
    if (rmiPort !== port) await this.#listenAt({ host, port: rmiPort }, 'rmi')
  }

  async close(): Promise<Recording[]> {
    const closed = this.#servers.map((server) => once(server.close(), 'close'))
    const ended = [...this.#sockets].map((socket) => once(socket.destroy(), 'close'))
    await Promise.all([...closed, ...ended])
    await Promise.all(this.#files.splice(0).map((file) => once(file.end(), 'close')))
    this.#servers.length = 0
    return this.#recordings
  }

  async #listenAt(jvm: Address, to: Recording['to']): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#record(client, jvm, to))
    server.listen(jvm.port, this.host)
    await once(server, 'listening')
    this.#servers.push(server)
  }

  #record(client: Socket, jvm: Address, to: Recording['to']): void {
    const name = join(this.#folder, `${String(this.#recordings.length + 1).padStart(2, '0')}-${to}`)
    const recording: Recording = { to, up: `${name}.up`, down: `${name}.down` }
    this.#recordings.push(recording)
    const server = connect({ ...jvm, allowHalfOpen: true, noDelay: true })
    this.#pass(client, server, recording.up)
    this.#pass(server, client, recording.down)
  }

  #pass(from: Socket, into: Socket, path: string): void {
    const file = createWriteStream(path)
    this.#files.push(file)
    this.#sockets.add(from)
    from.on('data', (chunk) => file.write(chunk))
    from.pipe(into)
    from.on('error', () => {}) // "close" follows and ends the other side
    from.on('close', () => {
      this.#sockets.delete(from)
      into.destroySoon()
    })
  }
}
