import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { MailFailed, openMailer } from './mailer.ts'

/** A mail server that says what it is told to, by the first word of a line; 250 otherwise. */
async function serve(replies: (line: string) => string | undefined) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let inText = false
    socket.write('220 test\r\n')
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      for (const line of chunk
        .toString()
        .split('\r\n')
        .filter((text) => text !== '')) {
        if (inText && line !== '.') continue
        inText = line === 'DATA'
        socket.write(`${replies(line) ?? (inText ? '354 go on' : '250 ok')}\r\n`)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { mailer: openMailer({ url: `smtp://127.0.0.1:${port}`, from: 'tscaler@example.org' }), close, port }
}

const mail = { to: ['good@example.org', 'bad@example.org'], subject: 's', text: 't', messageId: 'm' }

test('a recipient that is refused beside others is told of with the words of the server', async () => {
  const { mailer, close } = await serve((line) => (line.includes('bad@') ? '550 no such user' : undefined))
  expect(await mailer.send(mail)).toEqual({
    accepted: ['good@example.org'],
    rejected: [{ address: 'bad@example.org', reply: '550 no such user' }],
  })
  close()
})

test.each([
  { reply: '421 busy', at: 'MAIL', retryable: true },
  { reply: '452 full', at: '.', retryable: true },
  { reply: '554 spam', at: '.', retryable: false },
  { reply: '550 nobody', at: 'RCPT', retryable: false },
])('$reply at $at: retryable $retryable', async ({ reply, at, retryable }) => {
  const { mailer, close, port } = await serve((line) => (line.startsWith(at) ? reply : undefined))
  const thrown = await mailer.send(mail).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(MailFailed)
  expect(thrown).toMatchObject({ retryable, message: expect.stringContaining(`127.0.0.1:${port}: `) })
  expect(String(thrown)).toContain(reply)
  close()
})
