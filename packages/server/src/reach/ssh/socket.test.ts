import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { expect, test } from 'vitest'
import { systemClock } from '../../model/clock.ts'
import type { SshAccess } from '../machine.ts'
import { KeyRing } from './credentials.ts'
import { trustFor } from './host-key.ts'
import { logIn } from './log-in.ts'
import { openTcp } from './socket.ts'

test('a peer that resets while its handshake waits for its turn is a failure with words, and nothing worse', async () => {
  const server = createServer()
  const taken = once(server, 'connection') as Promise<[Socket]>
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const access: SshAccess = {
    nodeId: 1,
    nodeName: 'shop01',
    hostname: '127.0.0.1',
    port,
    user: 'ops',
    privateKey: makeEd25519().privateKey,
    passphrase: null,
    password: null,
    agent: null,
    hostKey: makeEd25519().publicKey,
    hostKeys: 'strict',
    jump: [],
    knownHosts: null,
    certAuthorities: [],
    stopped: false,
  }
  const socket = await openTcp(access, systemClock)
  const [peer] = await taken
  const closed = new Promise((resolve) => socket.once('close', resolve))
  peer.resetAndDestroy()
  await closed
  const parts = {
    access,
    socket,
    trust: trustFor(access),
    keys: new KeyRing(),
    clock: systemClock,
    onRefused: () => {},
  }
  await expect(logIn(parts)).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining(
      `shop01: 127.0.0.1:${port} ended the handshake: Connection lost before handshake.`,
    ),
  })
  server.close()
})
