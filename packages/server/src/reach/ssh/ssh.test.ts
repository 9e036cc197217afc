import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { makeEd25519, makeKey } from '@tscaler/rehearsal/keys.ts'
import { part, requirePart } from '@tscaler/rehearsal/parts.ts'
import { type SshdNode, type SshdOptions, startSshdNode } from '@tscaler/rehearsal/sshd.ts'
import { startProxy, type TcpProxy } from '@tscaler/rehearsal/tcp-proxy.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../model/clock.ts'
import { FakeClock } from '../../model/fake-clock.ts'
import type { HostKeyEvent, Machine, Reach, RoundAnswer, SshAccess } from '../machine.ts'
import { openReach } from '../reach.ts'

const { skip } = requirePart('sshd')
const isolated = part('isolation').present
const limits = { deadlineMs: 10_000, scriptLimitMs: 1_000 }

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function startNode(options: SshdOptions = {}): Promise<SshdNode> {
  const node = await startSshdNode(options)
  cleanUps.push(() => node.stop())
  return node
}

function startReach(clock: Parameters<typeof openReach>[0]['clock'] = systemClock): {
  reach: Reach
  events: HostKeyEvent[]
  logged: object[]
} {
  const logged: object[] = []
  const log = { info: (values: object) => void logged.push(values), warn: (values: object) => void logged.push(values) }
  const reach = openReach({ clock, random: () => 0.5, log })
  const events: HostKeyEvent[] = []
  reach.onHostKey((event) => events.push(event))
  cleanUps.push(() => reach.close())
  return { reach, events, logged }
}

function accessTo(node: SshdNode, wish: Partial<SshAccess> = {}): SshAccess {
  return {
    nodeId: 1,
    nodeName: 'shop01',
    hostname: node.host,
    port: node.port,
    user: node.user,
    privateKey: node.privateKey,
    passphrase: null,
    password: null,
    agent: null,
    hostKey: node.hostKey,
    hostKeys: 'strict',
    jump: [],
    knownHosts: null,
    certAuthorities: [],
    stopped: false,
    ...wish,
  }
}

function machineFor(reach: Reach, access: SshAccess): Machine {
  reach.configure([access], [])
  const machine = reach.find(access.nodeId)
  if (machine === undefined) throw new Error('not configured')
  return machine
}

function run(machine: Machine, ...scripts: string[]): Promise<RoundAnswer[]> {
  return machine.round(
    scripts.map((script, key) => ({ key, script })),
    limits,
  )
}

const output = (stdout: string) => ({ kind: 'output', exitCode: 0, stdout, stderr: '' })
const failure = (kind: string, text?: string) => ({
  kind: 'failure',
  failure: kind,
  ...(text === undefined ? {} : { text }),
})

describe.skipIf(skip)('rounds over SSH', () => {
  test('one shell answers round after round, over one connection', async () => {
    const node = await startNode()
    const machine = machineFor(startReach().reach, accessTo(node))
    expect(machine.status.state).toBe('idle')
    for (let round = 0; round < 3; round += 1) {
      expect(await run(machine, 'echo 1', 'echo oops >&2; exit 3')).toEqual([
        output('1'),
        { kind: 'output', exitCode: 3, stdout: '', stderr: 'oops\n' },
      ])
    }
    expect(machine.status).toMatchObject({ state: 'open', failure: null, retryAt: null, openedAt: expect.any(Number) })
    expect(node.log().match(/Accepted publickey/g)).toHaveLength(1)
    expect(node.log().match(/Starting session: command/g)).toHaveLength(1)
  })

  describe.skipIf(!isolated).each(['bash', 'dash', 'busybox', 'zsh', 'fish'] as const)(
    'login shell %s',
    (loginShell) => {
      test.skipIf(!part(loginShell).present)('answers, also with a talkative profile', async () => {
        const node = await startNode({ loginShell, loginNoise: ['Welcome!', '1', "it's $5"] })
        const machine = machineFor(startReach().reach, accessTo(node))
        expect(await run(machine, 'echo 1', 'echo "', 'echo 3')).toMatchObject([
          output('1'),
          failure('syntax'),
          output('3'),
        ])
        await machine.startDetached({ folder: 'a', script: 'echo "$A"; exit 4', env: { A: "it's" }, sudo: false })
        const lines: string[] = []
        expect(await machine.followDetached('a', (_, line) => lines.push(line), new AbortController().signal)).toEqual({
          exitCode: 4,
        })
        expect(lines).toContain("it's")
        expect(await machine.detachedState('a')).toEqual({ kind: 'ended', exitCode: 4 })
        expect((await machine.check()).ok).toBe(true)
      })
    },
  )

  test('a script that hangs is ended on the machine, and named', async () => {
    const machine = machineFor(startReach().reach, accessTo(await startNode()))
    const seconds = `33${process.pid}`
    expect(await run(machine, 'echo 1', `sleep ${seconds}`, 'echo 3')).toMatchObject([
      output('1'),
      failure('timeout'),
      output('3'),
    ])
    expect(spawnSync('pgrep', ['-fx', `sleep ${seconds}`]).stdout?.toString() ?? '').toBe('')
    expect(machine.status.state).toBe('open')
  })

  test('10 MB of output are refused without being sent', async () => {
    const node = await startNode()
    const proxy = await proxyTo(node)
    const machine = machineFor(startReach().reach, through(proxy, accessTo(node)))
    expect(await run(machine, 'echo 1', 'head -c 10000000 /dev/zero | tr "\\0" x')).toMatchObject([
      output('1'),
      failure('too-long'),
    ])
    expect(proxy.bytes.down).toBeLessThan(100_000)
  })

  test('cut in the middle of an answer it is connection-lost, and the next round connects again', async () => {
    const node = await startNode()
    const proxy = await proxyTo(node)
    const clock = new FakeClock()
    const machine = machineFor(startReach(clock).reach, through(proxy, accessTo(node)))
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
    proxy.cutAfter(20)
    const lost = failure(
      'connection-lost',
      'shop01: the connection was lost meanwhile. It is made again when next used.',
    )
    expect(await run(machine, 'echo 1', 'echo 2')).toEqual([lost, lost])
    expect(machine.status).toMatchObject({ state: 'backing-off', failure: { kind: 'connection-lost' } })
    clock.advance(1_000)
    expect(await run(machine, 'echo 1', 'echo 2')).toEqual([output('1'), output('2')])
  })

  test('a server that allows two channels is content with two', async () => {
    const machine = machineFor(startReach().reach, accessTo(await startNode({ maxSessions: 2 })))
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
    const states = await Promise.all(Array.from({ length: 5 }, () => machine.detachedState('none')))
    expect(states).toEqual(states.map(() => ({ kind: 'absent' })))
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
  })

  test.each([
    { name: 'a forced command', config: ['ForceCommand /bin/echo no shell for you'], said: 'no shell for you' },
    { name: 'a forced command that only echoes', config: ['ForceCommand /bin/cat'], said: '' },
    { name: 'no sessions', config: ['MaxSessions 0'], said: 'no command may be run' },
  ])('$name is no-shell, with advice', async ({ config, said }) => {
    const machine = machineFor(startReach().reach, accessTo(await startNode({ config })))
    const [answer] = await run(machine, 'echo 1')
    expect(answer).toMatchObject(failure('no-shell'))
    expect(answer).toMatchObject({ text: expect.stringContaining(said) })
    expect((await machine.check()).ok).toBe(false)
  })

  test.skipIf(!isolated)('nologin is no-shell, with its words', async () => {
    const machine = machineFor(startReach().reach, accessTo(await startNode({ loginShell: '/usr/sbin/nologin' })))
    expect(await run(machine, 'echo 1')).toMatchObject([
      { failure: 'no-shell', text: expect.stringContaining('not available') },
    ])
  })

  test('many machines connect at once and all answer', async () => {
    const node = await startNode()
    const { reach } = startReach()
    const accesses = Array.from({ length: 20 }, (_, index) => accessTo(node, { nodeId: index + 1 }))
    reach.configure(accesses, [])
    const answers = await Promise.all(accesses.map(({ nodeId }) => run(reach.find(nodeId)!, 'echo 1')))
    expect(answers).toEqual(accesses.map(() => [output('1')]))
  })
})

describe.skipIf(skip)('host keys', () => {
  test('a changed key stops the machine until there is another pin', async () => {
    const node = await startNode()
    const { reach, events } = startReach()
    const access = accessTo(node)
    const machine = machineFor(reach, access)
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
    await node.changeHostKey()
    await lost(machine)
    const logins = () => node.log().match(/Accepted publickey/g)?.length
    const before = logins()
    const check = await machine.check()
    const text = `shop01 shows another SSH host key (ssh-ed25519 ${node.fingerprint}) than the known one`
    expect(check).toMatchObject({ ok: false, findings: [{ what: 'host-key', text: expect.stringContaining(text) }] })
    expect(events).toEqual([{ nodeId: 1, kind: 'changed', offered: node.hostKey, pinned: access.hostKey }])
    expect(machine.status).toMatchObject({ state: 'stopped', retryAt: null })
    expect(await run(machine, 'echo 1')).toMatchObject([failure('host-key')])
    await expect(machine.startDetached({ folder: 'a', script: 'true', env: {}, sudo: false })).rejects.toMatchObject({
      code: 'node-host-key',
    })
    expect([logins(), events.length]).toEqual([before, 1])

    reach.configure([{ ...access, hostKey: node.hostKey }], [])
    expect(await run(reach.find(1)!, 'echo 1')).toEqual([output('1')])
  })

  test('of a node that is stopped nothing is asked', async () => {
    const node = await startNode()
    const machine = machineFor(startReach().reach, accessTo(node, { stopped: true }))
    expect(await run(machine, 'echo 1')).toEqual([
      failure(
        'host-key',
        'shop01 showed another SSH host key than the pinned one. All work on it is stopped; if it was rebuilt, accept the key on its page.',
      ),
    ])
    expect(node.log()).not.toContain('Connection from')
  })

  test('an unknown key is refused, and told once', async () => {
    const node = await startNode()
    const { reach, events } = startReach()
    const machine = machineFor(reach, accessTo(node, { hostKey: null }))
    for (let tried = 0; tried < 2; tried += 1)
      expect((await machine.check()).findings[0]).toMatchObject({ what: 'host-key', ok: false })
    expect(events).toEqual([{ nodeId: 1, kind: 'unknown', offered: node.hostKey, pinned: null }])
    expect(node.log()).not.toContain('Accepted')
  })

  test('accept-new takes the first key, and no other after it; writing it down does not end the connection', async () => {
    const node = await startNode()
    const { reach, events } = startReach()
    const access = accessTo(node, { hostKey: null, hostKeys: 'accept-new' })
    const machine = machineFor(reach, access)
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
    expect(events).toEqual([{ nodeId: 1, kind: 'accepted-new', offered: node.hostKey, pinned: null }])
    reach.configure([{ ...access, hostKey: node.hostKey }], [])
    expect(reach.find(1)).toBe(machine)
    const first = node.hostKey
    await node.changeHostKey()
    await lost(machine)
    expect((await machine.check()).findings[0]).toMatchObject({ what: 'host-key' })
    expect(events.slice(1)).toEqual([{ nodeId: 1, kind: 'changed', offered: node.hostKey, pinned: first }])
  })

  test('known_hosts is looked up, and the type it has is asked for', async () => {
    const rsa = await makeKey({ type: 'rsa' })
    const node = await startNode()
    const second = await startNode({ config: [`HostKey ${join(node.folder, 'rsa')}`] })
    await import('node:fs/promises').then((fs) =>
      fs.writeFile(join(node.folder, 'rsa'), rsa.privateKey, { mode: 0o600 }),
    )
    await second.restart() // now it has two keys, and would show ed25519 if it were not asked for the other
    const knownHosts = `[${second.host}]:${second.port} ${rsa.publicKey}\n`
    const machine = machineFor(startReach().reach, accessTo(second, { hostKey: null, knownHosts }))
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
  })
})

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

describe.skipIf(skip)('jump hosts', () => {
  test('two in a row, each with a key of known_hosts; one connection serves all behind it', async () => {
    const [first, second, node] = [await startNode(), await startNode(), await startNode()]
    const key = await makeKey({ type: 'ed25519' })
    for (const one of [first, second, node])
      await import('node:fs/promises').then((fs) => fs.writeFile(join(one.folder, 'authorized_keys'), key.publicKey))
    const knownHosts = [first, second].map((one) => `[${one.host}]:${one.port} ${one.hostKey}`).join('\n')
    const jump = [first, second].map((one) => `${one.user}@${one.host}:${one.port}`)
    const { reach } = startReach()
    const accesses = [1, 2].map((nodeId) => accessTo(node, { nodeId, privateKey: key.privateKey, jump, knownHosts }))
    reach.configure(accesses, [])
    for (const { nodeId } of accesses) expect(await run(reach.find(nodeId)!, 'echo 1')).toEqual([output('1')])
    expect([first, second, node].map((one) => one.log().match(/Accepted publickey/g)?.length)).toEqual([1, 1, 2])
  })

  test.each([
    {
      name: 'whose key is not known',
      jump: (gate: SshdNode) => [`${gate.host}:${gate.port}`],
      kind: 'host-key',
      said: 'put it into the known_hosts of the SSH profile',
    },
    {
      name: 'that is no address',
      jump: () => ['a b'],
      kind: 'unreachable',
      said: 'jump host "a b" is no user@host[:port]',
    },
    {
      name: 'that does not answer',
      jump: () => ['127.0.0.1:1'],
      kind: 'unreachable',
      said: 'jump host 127.0.0.1:1: no TCP connection',
    },
  ])('one $name is named', async ({ jump, kind, said }) => {
    const [gate, node] = [await startNode(), await startNode()]
    const machine = machineFor(startReach().reach, accessTo(node, { jump: jump(gate) }))
    expect(await run(machine, 'echo 1')).toMatchObject([{ failure: kind, text: expect.stringContaining(said) }])
  })

  test('one that does not forward is named', async () => {
    const [gate, node] = [await startNode({ config: ['AllowTcpForwarding no'] }), await startNode()]
    const access = accessTo(node, {
      jump: [`${gate.host}:${gate.port}`],
      knownHosts: `[${gate.host}]:${gate.port} ${gate.hostKey}`,
      privateKey: gate.privateKey,
    })
    expect(await run(machineFor(startReach().reach, access), 'echo 1')).toMatchObject([
      { failure: 'unreachable', text: expect.stringContaining('AllowTcpForwarding') },
    ])
  })
})

describe.skipIf(skip)('detached scripts over SSH', () => {
  test('followed across a lost connection, without a gap and without a line twice', async () => {
    const node = await startNode()
    const proxy = await proxyTo(node)
    const machine = machineFor(startReach().reach, through(proxy, accessTo(node)))
    await machine.startDetached({
      folder: 'a',
      script: 'i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo $i; sleep 0.02; done; exit 6',
      env: {},
      sudo: false,
    })
    const lines: string[] = []
    const end = machine.followDetached(
      'a',
      (_, line) => {
        lines.push(line)
        if (line === '10') proxy.cut()
      },
      new AbortController().signal,
    )
    expect(await end).toEqual({ exitCode: 6 })
    expect(lines).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 1)))
  })

  test('a start that is cut short begins nothing', async () => {
    const node = await startNode()
    const proxy = await proxyTo(node)
    const machine = machineFor(startReach().reach, through(proxy, accessTo(node)))
    expect(await machine.detachedState('a')).toEqual({ kind: 'absent' })
    proxy.cutAfter(300_000, 'up')
    const script = `#${'x'.repeat(1_000_000)}\ntouch ran\n`
    await expect(machine.startDetached({ folder: 'a', script, env: {}, sudo: false })).rejects.toMatchObject({
      code: 'node-unreachable',
      retryable: true,
    })
    expect(await machine.detachedState('a')).toEqual({ kind: 'absent' })
    await machine.startDetached({ folder: 'a', script: 'exit 2', env: {}, sudo: false })
    expect(await machine.followDetached('a', () => {}, new AbortController().signal)).toEqual({ exitCode: 2 })
  })

  test('outlives its connection, and tscaler', async () => {
    const node = await startNode()
    const machine = machineFor(startReach().reach, accessTo(node))
    await machine.startDetached({
      folder: 'a',
      script: 'echo ready; while [ ! -e go ]; do sleep 0.05; done; echo done',
      env: {},
      sudo: false,
    })
    machine.close()
    const again = machineFor(startReach().reach, accessTo(node))
    expect(await again.detachedState('a')).toEqual({ kind: 'running' })
    const lines: string[] = []
    await again.startDetached({ folder: 'b', script: 'touch go', env: {}, sudo: false })
    await again.followDetached('a', (_, line) => lines.push(line), new AbortController().signal)
    expect(lines).toEqual(['ready', 'done'])
  })

  test('what follows it ends when nobody follows any more', async () => {
    const node = await startNode()
    const machine = machineFor(startReach().reach, accessTo(node))
    await machine.startDetached({ folder: 'a', script: 'echo ready; sleep 60', env: {}, sudo: false })
    const abort = new AbortController()
    await machine.followDetached('a', () => abort.abort(), abort.signal).catch(() => {})
    const followers = () => spawnSync('pgrep', ['-f', 'read -r program']).stdout?.toString() ?? ''
    const own = new Set(node.processes().map(String))
    const left = () =>
      followers()
        .split('\n')
        .filter((pid) => own.has(pid))
    while (left().length > 0) await new Promise((resolve) => setImmediate(resolve))
    await machine.killDetached('a')
    expect(await machine.detachedState('a')).toEqual({ kind: 'ended', exitCode: 143 })
  })

  test.skipIf(!part('root').present || !part('sudo').present || !isolated)(
    'with sudo: as root, with its values, and it can be ended',
    async () => {
      const node = await startNode({ user: 'deploy', sudo: 'free' })
      const machine = machineFor(startReach().reach, accessTo(node))
      const lines: string[] = []
      const script = 'id -u; echo "$TITLE"; sleep 60'
      await machine.startDetached({ folder: 'a', script, env: { TITLE: "it's" }, sudo: true })
      const abort = new AbortController()
      const followed = machine.followDetached(
        'a',
        (_, line) => {
          lines.push(line)
          if (lines.length === 2) abort.abort()
        },
        abort.signal,
      )
      await followed.catch(() => {})
      expect(lines).toEqual(['0', "it's"])
      await machine.killDetached('a')
      expect(await machine.detachedState('a')).toMatchObject({ kind: 'ended', exitCode: 143 })
    },
  )

  test.skipIf(!part('root').present || !part('sudo').present || !isolated)(
    "with sudo that asks for a password: it ends with sudo's words",
    async () => {
      const node = await startNode({ user: 'deploy', sudo: 'with-password' })
      const machine = machineFor(startReach().reach, accessTo(node))
      await machine.startDetached({ folder: 'a', script: 'id -u', env: {}, sudo: true })
      const lines: string[] = []
      expect(await machine.followDetached('a', (_, line) => lines.push(line), new AbortController().signal)).toEqual({
        exitCode: 1,
      })
      expect(lines.join()).toContain('a password is required')
      expect((await machine.check()).findings).toContainEqual({
        what: 'sudo',
        ok: true,
        text: 'no sudo without a password: actions that ask for sudo would fail here',
      })
    },
  )
})

async function proxyTo(node: SshdNode): Promise<TcpProxy> {
  const proxy = await startProxy({ to: { host: node.host, port: node.port } })
  cleanUps.push(() => proxy.close())
  return proxy
}

function through({ host, port }: TcpProxy, access: SshAccess): SshAccess {
  return { ...access, hostname: host, port }
}

async function lost(machine: Machine): Promise<void> {
  while (machine.status.state === 'open') await new Promise((resolve) => setImmediate(resolve))
}

async function startAgent(folder: string, privateKey: string): Promise<string> {
  const socket = join(folder, 'agent')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  cleanUps.push(() => agent.kill())
  await once(agent.stdout, 'data')
  const add = spawn('ssh-add', ['-q', '-'], {
    env: { ...process.env, SSH_AUTH_SOCK: socket },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  add.stdin.end(privateKey)
  const [code] = await once(add, 'close')
  if (code !== 0) throw new Error(`ssh-add ended with ${code}`)
  return socket
}
