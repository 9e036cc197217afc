import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { quietSocket } from './quiet-socket.ts'

test('a server that says nothing is left', async () => {
  const server = createServer(() => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const socket = quietSocket(20).connect(address.port, '127.0.0.1')
  const [error] = await once(socket, 'error').catch((thrown: unknown) => [thrown])
  expect(error).toMatchObject({ message: 'the server has said nothing for 0.02 s' })
  expect(socket.destroyed).toBe(true)
  server.close()
})
