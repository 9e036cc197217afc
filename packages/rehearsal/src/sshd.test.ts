import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isFree } from './address.ts'
import { makeKey } from './keys.ts'
import { requirePart } from './parts.ts'
import { processesOf } from './processes.ts'
import { login } from './ssh-client.ts'
import { type SshdNode, type SshdOptions, startSshdFleet, startSshdNode } from './sshd.ts'

const { skip } = requirePart('sshd')
const nodes: SshdNode[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

async function start(options?: SshdOptions): Promise<SshdNode> {
  const node = await startSshdNode(options)
  nodes.push(node)
  return node
}

describe.skipIf(skip)('an sshd node', () => {
  test('lets its key in, passes exit codes and environment on, and has a home folder of its own', async () => {
    const node = await start({ env: { SHOP: 'two "words" \\ $x' } })
    const shell = await login(node)
    expect(node.host).toMatch(/^127\.0\.\d+\.\d+$/)
    expect(node.port).toBeLessThan(32_768)
    expect(await shell.exec('echo "$SHOP"; cd; pwd; exit 3')).toEqual({
      stdout: `two "words" \\ $x\n${node.home}\n`,
      stderr: '',
      code: 3,
      signal: null,
    })
    expect(node.log()).toContain('Accepted publickey')
  })

  test('refuses strange keys, and lets in those it is given', async () => {
    const [friend, stranger] = [await makeKey({ type: 'ecdsa' }), await makeKey({ type: 'ed25519' })]
    const node = await start({ authorizedKeys: [friend.publicKey] })
    await expect(login(node, { privateKey: stranger.privateKey })).rejects.toThrow('authentication methods failed')
    expect((await (await login(node, { privateKey: friend.privateKey })).exec('true')).code).toBe(0)
  })

  test('shows the same host key after a restart and another one after changeHostKey', async () => {
    const node = await start()
    const [address, before, fingerprint] = [`${node.host}:${node.port}`, node.hostKey, node.fingerprint]
    await node.restart()
    await (await login(node)).end()
    expect(node.hostKey).toBe(before)
    await node.changeHostKey()
    await expect(login({ ...seen(node), hostKey: before })).rejects.toThrow('Host denied')
    await (await login(node)).end()
    expect(node.fingerprint).not.toBe(fingerprint)
    expect(`${node.host}:${node.port}`).toBe(address)
  })

  test('kill ends sessions and what they detached, and nothing listens any more', async () => {
    const node = await start()
    const shell = await login(node)
    await shell.exec('setsid sleep 1000 >/dev/null 2>&1 </dev/null &')
    const running = await shell.begin('echo begun; sleep 1000')
    expect(node.processes().length).toBeGreaterThan(3)
    await node.kill()
    expect(await running.ended).toMatchObject({ code: null, signal: null })
    expect(node.processes()).toEqual([])
    await expect(login(node)).rejects.toThrow('ECONNREFUSED')
  })

  test('frozen, it takes connections and says nothing; thawed, it goes on', async () => {
    const node = await start()
    node.freeze()
    const socket = createConnection(node)
    await once(socket, 'connect')
    const banner = once(socket, 'data')
    expect(await stateOf(node.processes()[0])).toBe('T')
    node.thaw()
    expect(String((await banner)[0])).toContain('SSH-2.0-OpenSSH')
    socket.destroy()
  })

  test('allows as many channels on one connection as it is told', async () => {
    const shell = await login(await start({ maxSessions: 1 }))
    const first = await shell.begin('echo begun; cat')
    await expect(shell.exec('true')).rejects.toThrow('open failed')
    await shell.end()
    await first.ended
  })

  test('with anyAddress, all of 127.0.0.0/8 leads to it', async () => {
    const node = await start({ anyAddress: true })
    const hosts = ['127.1.2.3', '127.250.0.9', '127.0.0.1']
    const shells = await Promise.all(hosts.map((host) => login({ ...seen(node), host })))
    const ends = await Promise.all(shells.map((shell) => shell.exec('echo $SSH_CONNECTION | cut -d" " -f3')))
    expect(ends.map(({ stdout }) => stdout.trim())).toEqual(hosts)
  })

  test('ten of them share a port and differ in address and host key', async () => {
    const fleet = await startSshdFleet(10)
    nodes.push(...fleet)
    expect(new Set(fleet.map(({ port }) => port)).size).toBe(1)
    expect(new Set(fleet.map(({ host }) => host)).size).toBe(10)
    expect(new Set(fleet.map(({ hostKey }) => hostKey)).size).toBe(10)
  })

  test('stop removes its folder and may be called twice', async () => {
    const node = await start()
    await node.stop()
    await node.stop()
    expect(existsSync(node.folder)).toBe(false)
  })

  test('ends, sessions included, when the process that started it is killed', async () => {
    const script = `
      const { startSshdNode } = await import('./sshd.ts'); const { login } = await import('./ssh-client.ts')
      const node = await startSshdNode(); const shell = await login(node)
      await shell.begin('echo begun; sleep 1000'); console.log(node.host, node.port, node.folder)`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname })
    const [host = '', port, folder = ''] = String((await once(owner.stdout, 'data'))[0])
      .trim()
      .split(' ')
    const tag = `REHEARSAL_NODE=${folder.split('/').at(-1)}`
    owner.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), 5_000)
    expect(processesOf({ root: undefined, tag })).toEqual([])
    expect(await isFree({ host, port: Number(port) })).toBe(true)
  })
})

describe.skipIf(skip || requirePart('isolation').skip)('an sshd node with an account of its own', () => {
  test.for(['bash', 'dash', 'busybox', 'zsh', 'fish'] as const)(
    'has %s as its login shell, noise and all',
    async (name, { skip }) => {
      const missing = requirePart(name)
      skip(missing.skip, missing.message)
      const node = await start({ loginShell: name, loginNoise: ['Welcome to "shop"', '$HOME'] })
      const { stdout } = await (await login(node)).exec("sh -c 'readlink /proc/$PPID/exe'")
      expect(stdout).toMatch(/^Welcome to "shop"\n\$HOME\n/)
      // A shell may replace itself by the last command; then the parent is sshd.
      expect(stdout.split('\n')[2]).toMatch(new RegExp(`/(${name}|sshd)$`))
    },
  )

  test('lets a password in', async () => {
    const node = await start({ password: 'open sesame' })
    const shell = await login(node, { privateKey: undefined, password: 'open sesame' })
    expect((await shell.exec('true')).code).toBe(0)
    await expect(login(node, { privateKey: undefined, password: 'wrong' })).rejects.toThrow('authentication')
  })

  test('may be another user, with or without a password for sudo', async ({ skip }) => {
    const missing = requirePart('root', 'sudo')
    skip(missing.skip, missing.message)
    const free = await login(await start({ user: 'app', sudo: 'free' }))
    expect(await free.exec('id -un; sudo -n id -un')).toMatchObject({ stdout: 'app\nroot\n', stderr: '' })
    const asked = await login(await start({ user: 'app', sudo: 'with-password', password: 'pw' }))
    expect(await asked.exec('sudo -n true')).toMatchObject({ code: 1, stderr: 'sudo: a password is required\n' })
    expect(await asked.exec("echo pw | sudo -S -p '' id -un")).toMatchObject({ stdout: 'root\n', stderr: '' })
    const none = await login(await start({ user: 'app' }))
    expect((await none.exec('sudo -n true')).code).toBe(1)
    expect(await readFile('/etc/passwd', 'utf8')).not.toContain('rehearsal')
  })
})

/** A node's face without its methods: spreading a class instance would leave its getters behind. */
function seen({ host, port, user, hostKey, privateKey }: SshdNode) {
  return { host, port, user, hostKey, privateKey }
}

async function stateOf(id: number | undefined): Promise<string | undefined> {
  return (await readFile(join('/proc', String(id), 'stat'), 'utf8')).replace(/^.*\) /s, '')[0]
}
