import { makeEd25519, makeKey } from '@tscaler/rehearsal/keys.ts'
import { part, requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import {
  accessTo,
  failure,
  limits,
  machineFor,
  output,
  proxyTo,
  run,
  startAgent,
  startNode,
  startReach,
  through,
} from './ssh.fixture.ts'

const { skip } = requirePart('sshd')
const isolated = part('isolation').present

describe.skipIf(skip)('logging in', () => {
  test.each([
    { type: 'ed25519', format: 'openssh' },
    { type: 'ed25519', format: 'pem', passphrase: 'open sesame' },
    { type: 'rsa', format: 'openssh', passphrase: 'open sesame' },
    { type: 'rsa', format: 'pem' },
    { type: 'ecdsa', format: 'openssh' },
    { type: 'ecdsa', format: 'pem', passphrase: 'open sesame' },
  ] as const)('by a key: %o', async (wish) => {
    const key = await makeKey(wish)
    const node = await startNode({ authorizedKeys: [key.publicKey] })
    const access = accessTo(node, {
      privateKey: key.privateKey,
      passphrase: 'passphrase' in wish ? wish.passphrase : null,
    })
    expect(await run(machineFor(startReach().reach, access), 'echo 1')).toEqual([output('1')])
  })

  test.skipIf(!isolated || !part('openssl').present).each([
    { name: 'password', config: [] as string[] },
    { name: 'password', config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'] },
  ])('by $name: $config', async ({ config }) => {
    const node = await startNode({ password: 'hunter2', config })
    const access = accessTo(node, { privateKey: null, password: 'hunter2' })
    expect(await run(machineFor(startReach().reach, access), 'echo 1')).toEqual([output('1')])
  })

  test.skipIf(!isolated || !part('openssl').present)('by key and password, where both are asked for', async () => {
    const node = await startNode({ password: 'hunter2', config: ['AuthenticationMethods publickey,password'] })
    const access = accessTo(node, { password: 'hunter2' })
    expect(await run(machineFor(startReach().reach, access), 'echo 1')).toEqual([output('1')])
  })

  test('by an agent', async () => {
    const node = await startNode()
    const agent = await startAgent(node.folder, node.privateKey)
    const access = accessTo(node, { privateKey: null, agent })
    expect(await run(machineFor(startReach().reach, access), 'echo 1')).toEqual([output('1')])
  })

  test('a wrong key is an auth failure that says what was tried, and backs off', async () => {
    const node = await startNode()
    const clock = new FakeClock()
    const { reach, logged } = startReach(clock)
    const machine = machineFor(reach, accessTo(node, { privateKey: makeEd25519().privateKey, password: 'secret-word' }))
    const text = `shop01: ${node.host}:${node.port} does not let ${node.user} in: tried the key (ssh-ed25519); the server takes publickey. Put the public key into the user's authorized_keys, or correct the SSH profile.`
    expect(await run(machine, 'echo 1')).toEqual([failure('auth', text)])
    expect(machine.status).toEqual({
      state: 'backing-off',
      failure: { kind: 'auth', text, at: clock.now() },
      retryAt: clock.now() + 750,
      openedAt: null,
    })
    const connections = () => node.log().match(/Connection from/g)?.length
    const before = connections()
    expect(await run(machine, 'echo 1')).toEqual([failure('auth', text)])
    expect(connections()).toBe(before)
    clock.advance(750)
    expect(await run(machine, 'echo 1')).toEqual([failure('auth', text)])
    expect(machine.status.retryAt).toBe(clock.now() + 1_500)
    await expect(machine.startDetached({ folder: 'a', script: 'true', env: {}, sudo: false })).rejects.toMatchObject({
      code: 'node-auth',
      retryable: false,
    })
    expect(JSON.stringify(logged)).not.toContain('secret-word')
  })

  test('a profile with a damaged key says so', async () => {
    const machine = machineFor(startReach().reach, accessTo(await startNode(), { privateKey: 'no key' }))
    expect(await run(machine, 'echo 1')).toEqual([
      failure(
        'auth',
        "shop01: can't log in by its SSH profile: the private key can't be used: it is no private key in OpenSSH, PEM or PuTTY format. Correct the profile.",
      ),
    ])
  })

  test('nothing listens: unreachable, and it comes back by itself', async () => {
    const node = await startNode()
    const proxy = await proxyTo(node)
    const clock = new FakeClock()
    const machine = machineFor(startReach(clock).reach, through(proxy, accessTo(node)))
    await proxy.refuse()
    expect(await run(machine, 'echo 1')).toMatchObject([
      { failure: 'unreachable', text: expect.stringContaining('connection refused') },
    ])
    await proxy.resume()
    clock.advance(1_000)
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
    expect(machine.status.failure).toBeNull()
  })

  test('a host name that is not known', async () => {
    const machine = machineFor(startReach().reach, accessTo(await startNode(), { hostname: 'no-such-host.invalid' }))
    const [answer] = await run(machine, 'echo 1')
    expect(answer).toMatchObject({
      failure: 'unreachable',
      text: expect.stringMatching(
        /^shop01: no TCP connection to no-such-host.invalid:\d+: the (host name|name service)/,
      ),
    })
  })

  test('a server that takes the connection and says nothing: the round ends in time', async () => {
    const node = await startNode()
    const proxy = await proxyTo(node)
    proxy.stall()
    const clock = new FakeClock()
    const machine = machineFor(startReach(clock).reach, through(proxy, accessTo(node)))
    const answers = run(machine, 'echo 1')
    while (proxy.connections === 0) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(limits.deadlineMs)
    expect(await answers).toMatchObject([failure('unreachable')])
    clock.advance(20_000)
    while (machine.status.state === 'connecting') await new Promise((resolve) => setImmediate(resolve))
    expect(machine.status).toMatchObject({ state: 'backing-off', failure: { kind: 'timeout' } })
  })
})
