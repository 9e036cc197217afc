import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'

const BODY_BYTES_MAX = 1 << 20 // the longest real call, RunInstances with user data, has about 25 kB

/** A listening server; `close` ends its connections, too. */
export interface Listening {
  port: number
  close(): Promise<void>
}

/** Answers one request, whose whole body is there. */
export type Answer = (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void>

/** Listens on 127.0.0.1:`port`, or at the socket that another process has bound; too long bodies are answered 413. */
export async function listen(where: number | NetServer, answer: Answer): Promise<Listening> {
  const server = createServer((request, response) => {
    request.on('error', () => {}) // a client that breaks off; there is nobody to tell
    response.on('error', () => {})
    readBody(request)
      .then((body) => (body === undefined ? refuse(response) : answer(request, body, response)))
      .catch(() => response.destroy())
  })
  if (typeof where === 'number') server.listen(where, '127.0.0.1')
  else server.listen(where)
  await once(server, 'listening')
  return { port: portOf(server), close: () => closeServer(server) }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function refuse(response: ServerResponse): void {
  response.writeHead(413, { connection: 'close' }).end()
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens without a port.')
  return address.port
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
