import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { asAttempt, onWire, WireTrouble } from './wire.ts'

const request = { hostname: 'ec2.eu-west-1.amazonaws.com' }

async function troubleOf(answer: () => Promise<{ response: unknown }>): Promise<WireTrouble> {
  try {
    await asAttempt({ action: 'RunInstances', sent: false }, () => onWire(request, answer))
  } catch (thrown) {
    if (thrown instanceof WireTrouble) return thrown
    throw thrown
  }
  throw new Error('It went well.')
}

function broken(fields: { code?: string; syscall?: string; name?: string }): Error {
  return Object.assign(new Error('broken'), fields)
}

test.each([
  { name: 'refused', error: broken({ code: 'ECONNREFUSED', syscall: 'connect' }), sent: false },
  { name: 'no such name', error: broken({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }), sent: false },
  { name: 'a name server that does not answer', error: broken({ code: 'EAI_AGAIN' }), sent: false },
  { name: 'no way there', error: broken({ code: 'EHOSTUNREACH' }), sent: false },
  { name: 'no certificate that is trusted', error: broken({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }), sent: false },
  {
    name: 'connecting took too long for the kernel',
    error: broken({ code: 'ETIMEDOUT', syscall: 'connect' }),
    sent: false,
  },
  { name: 'connecting took too long for the SDK', error: broken({ name: 'TimeoutError' }), sent: false },
  { name: 'reset', error: broken({ code: 'ECONNRESET', name: 'TimeoutError' }), sent: true },
  { name: 'reset while reading', error: broken({ code: 'ETIMEDOUT', syscall: 'read' }), sent: true },
  { name: 'broken pipe', error: broken({ code: 'EPIPE' }), sent: true },
  { name: 'aborted', error: broken({ name: 'AbortError' }), sent: true },
  { name: 'anything else', error: new Error('anything'), sent: true },
])('$name: may have been sent is $sent', async ({ error, sent }) => {
  expect(await troubleOf(() => Promise.reject(error))).toMatchObject({ sent, again: true })
})

function answering(
  statusCode: number,
  body: string | readonly string[],
): () => Promise<{ response: { statusCode: number; body: unknown } }> {
  const pieces = typeof body === 'string' ? [body] : body
  return async () => ({ response: { statusCode, body: Readable.from(pieces.map((piece) => Buffer.from(piece))) } })
}

test.each([
  {
    name: 'an answer',
    status: 200,
    body: '<?xml version="1.0"?>\n<RunInstancesResponse xmlns="x"><a/></RunInstancesResponse>\n',
  },
  { name: 'an answer in pieces', status: 200, body: ['<RunInstances', 'Response>', '</RunInstancesResponse>'] },
  { name: 'a refusal', status: 400, body: '<Response><Errors><Error><Code>No</Code></Error></Errors></Response>' },
])('$name is handed on whole', async ({ status, body }) => {
  const { response } = await asAttempt({ action: 'RunInstances', sent: false }, () =>
    onWire(request, answering(status, body)),
  )
  expect(String(response.body)).toBe([body].flat().join(''))
})

test.each([
  { name: 'nothing', status: 200, body: '', text: 'with status 200 and nothing else' },
  { name: 'blanks', status: 200, body: ' \n', text: 'with status 200 and nothing else' },
  { name: 'half of it', status: 200, body: '<RunInstancesResponse><a>', text: 'what is no whole answer of AWS' },
  {
    name: 'another answer',
    status: 200,
    body: '<StopInstancesResponse></StopInstancesResponse>',
    text: 'what is no whole answer of AWS',
  },
  { name: 'a page', status: 502, body: '<html></html>', text: 'with status 502 and what is no answer of AWS' },
  {
    name: 'too much',
    status: 200,
    body: Array.from({ length: 33 }, () => ' '.repeat(1024 * 1024)),
    text: 'with more than 33554432 bytes',
  },
])('$name is no answer', async ({ status, body, text }) => {
  const trouble = await troubleOf(answering(status, body))
  expect(trouble.message).toContain(text)
  expect(trouble.message).toContain('ec2.eu-west-1.amazonaws.com')
  expect(trouble.sent).toBe(true)
})
