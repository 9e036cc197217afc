import { startConnectorServers } from '@tscaler/rehearsal/connector-servers.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { JmxError } from '../src/error.ts'
import { contentOf } from '../src/jmx/content-of.ts'
import { logIn } from '../src/jmx/login.ts'
import { methods } from '../src/jmx/methods.ts'
import { brokenOffTrouble } from '../src/jmx/trouble.ts'
import { encodeCall } from '../src/jrmp/call.ts'
import { nothing } from '../src/rmi/arguments.ts'
import { Call, RemoteReply } from '../src/rmi/call.ts'
import { grantedMs, LeaseHolder } from '../src/rmi/lease.ts'
import type { Content } from '../src/serialization/graph.ts'
import { connectForTest, jvmForTest, passMs } from './jvms.ts'

const LEASE_MS = 600
const LEASE_TIMES = 6

/**
 * A client of the bare protocol, which does what it is told and nothing by itself: no renewing, no keeping alive, no second
 * login.
 */
async function bareClient({ host, port }: { host: string; port: number }) {
  const limit = () => ({ deadlineAt: systemClock.monotonic() + 5_000, signal: new AbortController().signal })
  const { objId, socket } = await logIn({ host, port }, { host, clock: systemClock }, limit())
  onTestFinished(() => socket.end(new JmxError('closed', 'the test is over.')))
  const holder = new LeaseHolder()
  const ask = (request: Buffer): Promise<Content> => {
    const reply = new RemoteReply('object', (returned) => contentOf(returned), brokenOffTrouble)
    const call = new Call(request, reply, { place: {}, repeat: 'never' }, limit())
    socket.send(request, [call])
    return call.promise
  }
  return {
    /** A call of the session. */
    read: () => ask(encodeCall(objId, methods.getDefaultDomain, [nothing])),
    /** Asks for a lease of the session: how long it was granted. */
    takeLease: async () => grantedMs(await ask(holder.dirtyCall(objId, 600_000))),
  }
}

/** Does all that is to be done every 50 ms for so long; gives the code of what stopped it, or undefined. */
async function troubleWithin(forMs: number, turn: () => Promise<unknown>): Promise<string | undefined> {
  for (const start = performance.now(); performance.now() - start < forMs; await passMs(50)) {
    try {
      await turn()
    } catch (thrown) {
      return thrown instanceof JmxError ? thrown.code : String(thrown)
    }
  }
  return undefined
}

describe.skipIf(requirePart('java').skip)("RMI's leases", () => {
  test('a session that took none lives by its calls, through many lease times', async () => {
    const client = await bareClient(await jvmForTest({ leaseMs: LEASE_MS }))
    expect(await troubleWithin(LEASE_TIMES * LEASE_MS, client.read)).toBeUndefined()
  })

  test('one that was taken and not renewed ends the session, whatever is called', async () => {
    const client = await bareClient(await jvmForTest({ leaseMs: LEASE_MS }))
    expect(await client.takeLease()).toBe(LEASE_MS)
    expect(await troubleWithin(LEASE_TIMES * LEASE_MS, client.read)).toBe('session-gone')
  })

  test('one that is renewed in time does not', async () => {
    const client = await bareClient(await jvmForTest({ leaseMs: LEASE_MS }))
    const turn = async () => expect(await client.takeLease()).toBe(LEASE_MS)
    expect(await troubleWithin(LEASE_TIMES * LEASE_MS, turn)).toBeUndefined()
    expect(await client.read()).toBe('DefaultDomain')
  })

  test('one that is renewed does not keep a session from ending that is idle', async () => {
    const servers = await startConnectorServers(1, { idleMs: 600 })
    onTestFinished(() => servers.stop())
    const [address = { host: '', port: 0 }] = servers.addresses
    const [leased, called] = [await bareClient(address), await bareClient(address)]
    const turn = () => Promise.all([leased.takeLease(), called.read()])
    // Four idle times. The session that is called shows that the server is there all the while.
    expect(await troubleWithin(2_500, turn)).toBeUndefined()
    expect(await troubleWithin(50, leased.read)).toBe('session-gone')
    expect(await troubleWithin(50, called.read)).toBeUndefined()
  })

  test.each([false, true])('are outlived by a connection that nobody uses, leases: %s', async (leases) => {
    const { host, port } = await jvmForTest({ leaseMs: LEASE_MS })
    const connection = await connectForTest({ host, port, leases })
    const id = await connection.getConnectionId()
    await passMs(LEASE_TIMES * LEASE_MS)
    expect(await connection.getDefaultDomain()).toBe('DefaultDomain')
    expect(await connection.getConnectionId()).toBe(id)
  })
})
