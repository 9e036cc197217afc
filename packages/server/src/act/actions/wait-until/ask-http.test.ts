import { once } from 'node:events'
import { createServer as createPlain, type RequestListener } from 'node:http'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { makeCertificate } from '@tscaler/rehearsal/certificate.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { ReachFailure } from '../../../reach/failure.ts'
import { askHttp, type Question } from './ask-http.ts'

const certificate = makeCertificate()
const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function serve(scheme: 'http' | 'https', answer: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = scheme === 'http' ? createPlain(answer) : createTls(certificate, answer)
  server.listen(0, host)
  await once(server, 'listening')
  cleanUps.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
  return (server.address() as AddressInfo).port
}

const ask = (url: string, some: Partial<Question> = {}) =>
  askHttp({ url: new URL(url), contains: null, machine: null, signal: new AbortController().signal, ...some })

/** A connection as a node's would give it. */
const through: Question['machine'] = {
  async forward(host, port) {
    const socket = connect(port, host)
    await once(socket, 'connect')
    return socket
  },
}

describe.each([
  { name: 'direct', machine: null },
  { name: 'through a machine', machine: through },
])('$name', ({ machine }) => {
  test('the path and the query are asked for, and the status is the answer', async () => {
    const port = await serve('http', ({ url, headers }, response) => {
      response.writeHead(url === '/a%20b?c=d' && headers.host?.startsWith('127.0.0.1:') ? 204 : 400).end()
    })
    expect(await ask(`http://127.0.0.1:${port}/a%20b?c=d`, { machine })).toEqual({
      kind: 'answer',
      status: 204,
      holds: true,
    })
  })

  test('TLS is spoken, and a certificate that nobody vouches for is said', async () => {
    const port = await serve('https', (_, response) => response.end('UP'))
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await ask(`https://${host}:${port}/`, { machine })).toEqual({
        kind: 'trouble',
        text: 'its certificate is signed by nobody that tscaler trusts; NODE_EXTRA_CA_CERTS names a file with more authorities',
      })
    }
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, certificate.cert])
    cleanUps.push(() => setDefaultCACertificates(trusted))
    for (const host of ['127.0.0.1', 'localhost'])
      expect(await ask(`https://${host}:${port}/`, { machine, contains: 'UP' })).toMatchObject({
        status: 200,
        holds: true,
      })
  })

  test('a certificate for another name is said', async () => {
    const port = await serve('https', (_, response) => response.end(), '127.0.0.2')
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, certificate.cert])
    cleanUps.push(() => setDefaultCACertificates(trusted))
    expect(await ask(`https://127.0.0.2:${port}/`, { machine })).toEqual({
      kind: 'trouble',
      text: 'its certificate is for another host name',
    })
  })

  test('a body that never ends is read as far as it is needed', async () => {
    const port = await serve('http', (_, response) => void response.write('first U'))
    const seen = ask(`http://127.0.0.1:${port}/`, { machine, contains: 'first' })
    expect(await seen).toEqual({ kind: 'answer', status: 200, holds: true })
  })

  test('a text over several pieces of the body is found', async () => {
    const port = await serve('http', (_, response) => {
      response.write('status: U', () => response.end('P'))
    })
    expect(await ask(`http://127.0.0.1:${port}/`, { machine, contains: 'UP' })).toMatchObject({ holds: true })
  })

  test('an answer that breaks off is trouble', async () => {
    const port = await serve('http', ({ socket }) => socket.destroy())
    const text = expect.stringMatching(/reset|hang up/)
    expect(await ask(`http://127.0.0.1:${port}/`, { machine })).toEqual({ kind: 'trouble', text })
  })

  test('an abort ends it at once, before and while the body is read', async () => {
    const port = await serve('http', ({ url }, response) => {
      if (url === '/late') response.write('a')
      aborting.abort()
    })
    let aborting = new AbortController()
    expect(await ask(`http://127.0.0.1:${port}/`, { machine, signal: aborting.signal })).toMatchObject({
      kind: 'trouble',
    })
    aborting = new AbortController()
    const late = ask(`http://127.0.0.1:${port}/late`, { machine, contains: 'b', signal: aborting.signal })
    expect(await late).toMatchObject({ kind: 'trouble' })
  })
})

test('a machine that can not be reached says so in its own words', async () => {
  const forward = () => Promise.reject(new ReachFailure('auth', 'web1: the login was refused.'))
  expect(await ask('http://127.0.0.1:1/', { machine: { forward } })).toEqual({
    kind: 'trouble',
    text: 'web1: the login was refused.',
  })
})

test('a connection that comes after the abort is closed', async () => {
  const aborting = new AbortController()
  const opening = Promise.withResolvers<ReturnType<typeof connect>>()
  const asking = ask('http://127.0.0.1:1/', { machine: { forward: () => opening.promise }, signal: aborting.signal })
  aborting.abort()
  expect(await asking).toMatchObject({ kind: 'trouble' })
  const port = await serve('http', () => {})
  const socket = connect(port, '127.0.0.1')
  opening.resolve(socket)
  await once(socket, 'close')
})
