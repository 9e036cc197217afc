import { startConnectorServers } from '@tscaler/rehearsal/connector-servers.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { JmxError, type JmxNotification } from '../src/jmx.ts'
import { connectForTest, jvmForTest, passMs, troubleOf } from './jvms.ts'

const INT = ['rehearsal:type=Kinds', 'Int'] as const
const KNOB = 'rehearsal:type=Knob'

describe.skipIf(requirePart('java').skip)('a session', () => {
  test('goes on without a new login when its TCP connection is lost', async () => {
    const { host, port } = await jvmForTest({ readTimeoutMs: 150 })
    const connection = await connectForTest({ host, port })
    const prepared = connection.prepare('rehearsal:type=Kinds', ['Int', 'Double'])
    const id = await connection.getConnectionId()
    for (let round = 0; round < 3; round++) {
      await passMs(400) // the JVM hangs up on the idle connection
      expect(await prepared.read()).toEqual([42, 1 / 3])
      expect(await connection.getConnectionId()).toBe(id)
    }
  })

  test('outlives many idle times, kept alive by calls of its own', async () => {
    const servers = await startConnectorServers(1, { idleMs: 600 })
    onTestFinished(() => servers.stop())
    const [address = { host: '', port: 0 }] = servers.addresses
    const connection = await connectForTest({ ...address, keepAliveMs: 200 })
    const id = await connection.getConnectionId()
    await passMs(2_500)
    expect(await connection.getConnectionId()).toBe(id)
  })

  test('that the JVM has ended is begun again by the next call', async () => {
    const servers = await startConnectorServers(1, { idleMs: 300 })
    onTestFinished(() => servers.stop())
    const [address = { host: '', port: 0 }] = servers.addresses
    const connection = await connectForTest(address)
    const prepared = connection.prepare('rehearsal:type=Counters,n=0', ['Requests', 'Load'])
    await prepared.read()
    const id = await connection.getConnectionId()
    await passMs(1_200)
    expect(await prepared.read()).toEqual([expect.any(Number), expect.any(Number)])
    expect(await connection.getConnectionId()).not.toBe(id)
  })

  test('is there again after the JVM was killed and started again', { timeout: 30_000 }, async () => {
    const jvm = await jvmForTest({ password: { user: 'ops', password: 's3cret' } })
    const { host, port } = jvm
    const connection = await connectForTest({ host, port, user: 'ops', password: 's3cret' })
    const prepared = connection.prepare(...([INT[0], ['Int', 'Boolean']] as const))
    expect(await prepared.read()).toEqual([42, true])
    await jvm.kill()
    const gone = await troubleOf(prepared.read())
    expect(gone).toMatchObject({ code: 'refused', retryable: true })
    expect(gone.message).toContain(`JMX on ${host}:${port}: ${INT[0]}: ${host}:${port} refuses connections.`)
    await jvm.restart()
    expect(await prepared.read()).toEqual([42, true])
    expect(await connection.invoke(KNOB, 'add', [1, 1])).toBe(2)
  })

  test('finds a JVM that was started again on another RMI port', { timeout: 30_000 }, async () => {
    const jvm = await jvmForTest({ rmiPort: 'random' })
    const connection = await connectForTest({ host: jvm.host, port: jvm.port })
    const ports = [jvm.rmiPort]
    while (new Set(ports).size < 2) {
      expect(await connection.getAttribute(...INT)).toBe(42)
      expect(await connection.invoke(KNOB, 'add', [1, 1])).toBe(2)
      await jvm.restart()
      ports.push(jvm.rmiPort)
    }
    expect(await connection.getAttribute(...INT)).toBe(42)
    expect(await connection.invoke(KNOB, 'add', [1, 1])).toBe(2)
  })

  test('that hangs lets calls time out, and goes on when the JVM does', async () => {
    const jvm = await jvmForTest()
    const connection = await connectForTest({ host: jvm.host, port: jvm.port, timeoutMs: 300 })
    jvm.freeze()
    const calls = await Promise.all([1, 2, 3].map(() => troubleOf(connection.getAttribute(...INT))))
    expect(calls.map(({ code }) => code)).toEqual(['timeout', 'timeout', 'timeout'])
    jvm.thaw()
    await vi.waitFor(async () => expect(await connection.getAttribute(...INT)).toBe(42), { timeout: 5_000 })
  })

  test('lost in the middle of what changes something: the outcome is unknown, and nothing is done twice', async () => {
    const jvm = await jvmForTest()
    const connection = await connectForTest({ host: jvm.host, port: jvm.port })
    const error = await troubleOf(connection.invoke(KNOB, 'halt'))
    expect(error.code).toBe('outcome-unknown')
    expect(error.message).toBe(
      `JMX on ${connection.jvm}: ${KNOB} halt: the connection was lost before the answer came: it may have been done or not. Look before you repeat it.`,
    )
    expect(error.cause).toBeInstanceOf(JmxError)
  })

  test('begun again subscribes again, and says that something may be lost', { timeout: 30_000 }, async () => {
    const jvm = await jvmForTest()
    const connection = await connectForTest({ host: jvm.host, port: jvm.port })
    const heard: JmxNotification[] = []
    const lost: JmxError[] = []
    await connection.subscribe('rehearsal:type=Bell', {
      notification: (notification) => heard.push(notification),
      lost: (why) => lost.push(why),
    })
    await jvm.ring(1)
    await vi.waitFor(() => expect(heard.length).toBe(1), { timeout: 5_000 })
    await jvm.restart()
    await vi.waitFor(() => expect(lost.length).toBe(1), { timeout: 10_000 })
    expect(lost.map(String)).toEqual([expect.stringContaining('ended the session')])
    await jvm.ring(2)
    await vi.waitFor(() => expect(heard.length).toBe(3), { timeout: 5_000 })
  })

  test('ends when its signal does', async () => {
    const { host, port } = await jvmForTest()
    const end = new AbortController()
    const connection = await connectForTest({ host, port, signal: end.signal })
    const slow = connection.invoke(KNOB, 'sleep', [5_000])
    end.abort()
    expect((await troubleOf(slow)).code).toBe('aborted')
    expect((await troubleOf(connection.getMBeanCount())).code).toBe('aborted')
  })
})
