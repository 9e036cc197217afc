import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf, TscalerError } from '../../model/problem.ts'
import type { App } from './app.ts'
import type { SocketSet } from './server.ts'

/** Where the server listens. */
export interface ListenOptions {
  host: string
  /** 0: a free one. */
  port: number
  /** The local socket, `tscaler.sock` in the data folder; null: none. */
  socketPath: string | null
}

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:8480` */
  url: string
  close(): Promise<void>
}

/** Listens on the address and, for commands on this machine, on the local socket; throws `wrong-usage` where the address is taken. */
export async function listen(
  server: { app: App; local: SocketSet },
  { host, port, socketPath }: ListenOptions,
): Promise<Listening> {
  const { app, local } = server
  await app.listen({ host, port }).catch((thrown: unknown) => {
    throw new TscalerError(
      'wrong-usage',
      `Port ${port} on ${host} can't be listened on (${messageOf(thrown)}). Choose another one: --port, or TSCALER_PORT.`,
    )
  })
  const socket = socketPath === null ? undefined : await listenLocally(app, local, socketPath)
  const { port: bound } = app.server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      socket?.close()
      socket?.closeAllConnections()
      if (socketPath !== null) rmSync(socketPath, { force: true })
      await app.close()
    },
  }
}

async function listenLocally(app: App, local: SocketSet, socketPath: string): Promise<Server> {
  const server = createServer((request, response) => app.routing(request, response))
  server.on('connection', (socket) => local.add(socket))
  // Whoever has the data folder's lock owns the file: one that is there is left over from a crash.
  rmSync(socketPath, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // The file is made before `listen` returns; nobody but its owner may ever open it, not for a moment.
    const mask = process.umask(0o177)
    server.listen(socketPath, resolve)
    process.umask(mask)
  })
  chmodSync(socketPath, 0o600)
  return server
}
