import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startProxy, type TcpProxy } from './tcp-proxy.ts'

let echo: Server
let proxy: TcpProxy
const clients: Socket[] = []

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const address = echo.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  proxy = await startProxy({ to: { host: '127.0.0.1', port: address.port } })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await proxy.close()
  echo.close()
  await once(echo, 'close')
})

async function dial(): Promise<{ socket: Socket; got: () => string; ended: Promise<string> }> {
  const socket = connect(proxy.port, proxy.host)
  clients.push(socket)
  let text = ''
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (error) => resolve(`${text} ${error.message}`))
    socket.on('close', () => resolve(text))
  })
  await once(socket, 'connect')
  return { socket, got: () => text, ended }
}

test('passes bytes both ways, counts them, and lets the answer through after an end', async () => {
  const { socket, ended } = await dial()
  socket.end('hello')
  expect(await ended).toBe('hello')
  expect(proxy.bytes).toEqual({ up: 5, down: 5 })
  await vi.waitFor(() => expect([proxy.connections, proxy.open]).toEqual([1, 0]))
})

test('stalled, it connects and passes nothing; resumed, nothing was lost', async () => {
  proxy.stall()
  const { socket, got } = await dial()
  socket.write('hello')
  await vi.waitFor(() => expect(socket.bytesWritten).toBe(5))
  expect(proxy.bytes.up).toBe(0)
  await proxy.resume()
  await vi.waitFor(() => expect(got()).toBe('hello'))
})

test('delays pieces and keeps their order', async () => {
  proxy.delay(15)
  const { socket, got } = await dial()
  const startedAt = performance.now()
  for (const piece of ['a', 'b', 'c']) socket.write(piece)
  await vi.waitFor(() => expect(got()).toBe('abc'))
  expect(performance.now() - startedAt).toBeGreaterThan(29) // both ways
})

test.each([
  { name: 'answers', direction: 'down', got: 'hel' },
  { name: 'requests', direction: 'up', got: '' },
] as const)('cuts after three bytes of $name', async ({ direction, got }) => {
  proxy.cutAfter(3, direction)
  const { socket, ended } = await dial()
  socket.write('hello')
  expect(await ended).toBe(`${got} read ECONNRESET`)
  expect(proxy.bytes[direction]).toBe(3)
})

test('refuses new connections, leaves open ones, and listens on the same port again', async () => {
  const { socket, got } = await dial()
  const port = proxy.port
  await proxy.refuse()
  await expect(dial()).rejects.toThrow('ECONNREFUSED')
  socket.write('still')
  await vi.waitFor(() => expect(got()).toBe('still'))
  await proxy.resume()
  await dial()
  expect(proxy.port).toBe(port)
})
