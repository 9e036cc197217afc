import { once } from 'node:events'
import { connect as connectTcp, createServer } from 'node:net'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../src/jmx.ts'
import { connectForTest, jvmForTest, troubleOf } from './jvms.ts'

const HEAP = ['java.lang:type=Memory', 'HeapMemoryUsage'] as const

describe.skipIf(requirePart('java').skip)('a password', () => {
  test('lets in who has it, on every socket; others are told what is wrong', async () => {
    const jvm = await jvmForTest({ password: { user: 'ops', password: 's3cret' } })
    const { host, port } = jvm
    const connection = await connectForTest({ host, port, user: 'ops', password: 's3cret' })
    expect(await connection.getAttribute(...HEAP)).toMatchObject({ used: expect.any(Number) })
    expect(await connection.invoke('rehearsal:type=Knob', 'add', [2, 3])).toBe(5)
    const wrong = await troubleOf(connect({ host, port, user: 'ops', password: 'guess' }))
    expect(wrong.code).toBe('wrong-password')
    expect(wrong.message).toBe(
      `JMX on ${host}:${port}: the JVM refuses this user and password. Compare them with its jmxremote.password file.`,
    )
    const none = await troubleOf(connect({ host, port }))
    expect(none).toMatchObject({ code: 'password-required', retryable: false })
  })

  test('of a readonly role reads and does nothing else', async () => {
    const { host, port } = await jvmForTest({ password: { user: 'eye', password: 'p', access: 'readonly' } })
    const connection = await connectForTest({ host, port, user: 'eye', password: 'p' })
    expect(await connection.getAttribute('rehearsal:type=Knob', 'Label')).toBe('first')
    const refused = await troubleOf(connection.setAttribute('rehearsal:type=Knob', 'Label', 'x'))
    expect(refused).toMatchObject({ code: 'access-denied', place: { attribute: 'Label' } })
    expect((await troubleOf(connection.invoke('rehearsal:type=Knob', 'nothing'))).code).toBe('access-denied')
  })
})

describe.skipIf(requirePart('java').skip)('TLS', () => {
  test('is checked by the authority and the name, and asked for where it is needed', async () => {
    const { host, port, tls } = await jvmForTest({ tls: {} })
    const ca = tls?.ca ?? ''
    const connection = await connectForTest({ host, port, tls: { ca } })
    expect(await connection.getAttribute(...HEAP)).toMatchObject({ used: expect.any(Number) })
    expect((await troubleOf(connect({ host, port, tls: true }))).code).toBe('certificate-not-trusted')
    expect((await troubleOf(connect({ host, port }))).code).toBe('tls-required')
    const elsewhere = { host, port, tls: { ca, serverName: 'shop.example' } }
    expect((await troubleOf(connect(elsewhere))).code).toBe('certificate-name')
    const unnamed = await connectForTest({ ...elsewhere, tls: { ...elsewhere.tls, checkName: false } })
    expect(await unnamed.getMBeanCount()).toBeGreaterThan(20)
  })

  test('everywhere, with a client certificate', async () => {
    const { host, port, tls } = await jvmForTest({ tls: { registry: true, clientCertificate: true } })
    const { ca = '', cert = '', key = '' } = tls ?? {}
    const connection = await connectForTest({ host, port, tls: { ca, cert, key } })
    expect(await connection.getAttribute(...HEAP)).toMatchObject({ used: expect.any(Number) })
    expect((await troubleOf(connect({ host, port, tls: { ca } }))).code).toBe('client-certificate-needed')
    expect((await troubleOf(connect({ host, port }))).code).toBe('tls-required')
  })

  test('asked for and not offered: no password is sent', async () => {
    const { host, port } = await jvmForTest({ password: { user: 'ops', password: 's3cret' } })
    const error = await troubleOf(connect({ host, port, user: 'ops', password: 's3cret', tls: true }))
    expect(error.code).toBe('tls-not-offered')
  })
})

test.skipIf(requirePart('java').skip)(
  'a JVM that annotates its classes with a codebase is read all the same',
  async () => {
    const { host, port } = await jvmForTest({ flags: ['-Djava.rmi.server.codebase=http://cb.example/x.jar'] })
    const connection = await connectForTest({ host, port })
    expect(await connection.getAttribute('rehearsal:type=Kinds', 'Composite')).toMatchObject({ count: 7 })
    const reader = connection.prepare('rehearsal:type=Kinds', ['Int', 'Long'])
    for (let round = 0; round < 2; round++) expect(await reader.read()).toEqual([42, 1_234_567_890_123])
  },
)

describe.skipIf(requirePart('java').skip)('the RMI port', () => {
  test.each(['other', 'random'] as const)('may be another one: %s', async (rmiPort) => {
    const { host, port } = await jvmForTest({ rmiPort })
    const connection = await connectForTest({ host, port })
    expect(await connection.getAttribute(...HEAP)).toMatchObject({ used: expect.any(Number) })
  })

  test('is reached at the host that was dialled, whatever the JVM announces', async () => {
    const { host, port } = await jvmForTest({ announcedHost: '203.0.113.9', rmiPort: 'other' })
    const connection = await connectForTest({ host, port })
    expect(await connection.isRegistered('java.lang:type=Memory')).toBe(true)
  })

  test('not reached: the error says what the JVM announces and what to do', async () => {
    const { host, port, rmiPort } = await jvmForTest({ announcedHost: 'shop02.internal', rmiPort: 'other' })
    // Nothing listens there.
    const error = await troubleOf(connect({ host, port, hostOverride: '127.9.9.9' }))
    expect(error.code).toBe('refused')
    expect(error.message).toBe(
      `JMX on ${host}:${port}: the registry answers, but the JVM's RMI port is not reached at 127.9.9.9:${rmiPort}. The JVM announces host shop02.internal: set hostOverride to it if it is reached there. Else open that port, or fix it with -Dcom.sun.management.jmxremote.rmi.port.`,
    )
    const connection = await connectForTest({ host, port, hostOverride: `${host}:${rmiPort}` })
    expect(await connection.getDefaultDomain()).toBe('DefaultDomain')
  })

  test('and the registry may be reached through a tunnel', async () => {
    const { host, port } = await jvmForTest({ rmiPort: 'other' })
    const dialled: string[] = []
    const connection = await connectForTest({
      host: 'behind.example',
      port,
      socket: async (to, toPort) => {
        dialled.push(to)
        const socket = connectTcp(toPort, host)
        await once(socket, 'connect')
        return socket
      },
    })
    expect(await connection.getAttribute(...HEAP)).toMatchObject({ used: expect.any(Number) })
    expect(dialled).toEqual(['behind.example', 'behind.example'])
  })
})

/** A server that says this and nothing else; `null` hangs up. */
async function serverThatSays(greeting: string | null): Promise<{ host: string; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    if (greeting === null) socket.destroy()
    else socket.write(Buffer.from(greeting, 'latin1'))
    onTestFinished(() => void socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 }
}

describe('a port that is no JVM', () => {
  test.each([
    { name: 'SSH', says: 'SSH-2.0-OpenSSH_9.2p1\r\n', code: 'not-rmi', text: 'it answers "SSH-2.0-OpenSSH_9.2p' },
    {
      name: 'HTTP',
      says: 'HTTP/1.1 400 Bad Request\r\n\r\n',
      code: 'not-rmi',
      text: 'it answers "HTTP/1.1 400 Bad Req"',
    },
    { name: 'TLS', says: '\x15\x03\x03\x00\x02\x02\x46', code: 'tls-required', text: 'the port speaks TLS' },
    { name: 'one that hangs up', says: null, code: 'not-rmi', text: 'it hangs up' },
    { name: 'a greeting without an end', says: `\x4e\xff\xff${'x'.repeat(2000)}`, code: 'not-rmi', text: 'no end' },
    { name: 'one that says nothing', says: '', code: 'timeout', text: 'said nothing for 2' },
  ])('$name', async ({ says, code, text }) => {
    const error = await troubleOf(connect({ ...(await serverThatSays(says)), timeoutMs: 300 }))
    expect(error.code).toBe(code)
    expect(error.message).toContain(text)
  })

  test('nobody at all: the address and what to do', async () => {
    const error = await troubleOf(connect({ host: '127.9.9.9', port: 9 }))
    expect(error.message).toBe(
      'JMX on 127.9.9.9:9: 127.9.9.9:9 refuses connections. Start the JVM with -Dcom.sun.management.jmxremote.port, or correct the port.',
    )
    expect(error.retryable).toBe(true)
  })

  test('given up while it connects', async () => {
    const giveUp = new AbortController()
    const connecting = connect({ ...(await serverThatSays('')), signal: giveUp.signal })
    giveUp.abort()
    expect((await troubleOf(connecting)).code).toBe('aborted')
  })
})
