import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { readCaptures } from '../fuzz/captures.ts'
import type { ConnectOptions } from '../src/jmx.ts'

/** `4E`, the client's host and port as the server sees them. */
const GREETING = Buffer.from('4e000b7072657465.6e642e782e7900000000'.replaceAll('.', ''), 'hex')

/**
 * A server that lets everybody in as a real JVM does, and answers each later call as it is told. Gives what to connect with.
 */
export async function hostileServer(answer: (socket: Socket, call: number) => void): Promise<ConnectOptions> {
  const captures = new Map(readCaptures().map(({ name, bytes }) => [name, bytes]))
  let calls = 0
  const server = createServer((socket) => {
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    socket.on('data', (data: Buffer) => {
      let sent = data
      if (sent.subarray(0, 4).toString() === 'JRMI') {
        socket.write(GREETING)
        sent = sent.subarray(13)
      }
      if (sent.length === 0) return
      if (sent.includes('jmxrmi')) socket.write(captures.get('lookup.reply') ?? '')
      else if (sent.includes(Buffer.from('f0e074eaad0caea8', 'hex')))
        socket.write(captures.get('newClient.reply') ?? '')
      else answer(socket, calls++)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  // The recorded references name the port of the JVM that was recorded.
  return { host: '127.0.0.1', port, hostOverride: `127.0.0.1:${port}`, timeoutMs: 1_000 }
}
