import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Hub, type MachineNode, startHub } from './machine-nodes.ts'
import { requirePart } from './parts.ts'
import { processesOf } from './processes.ts'

const run = promisify(execFile)
const hubs: Hub[] = []

afterEach(async () => {
  await Promise.all(hubs.splice(0).map((hub) => hub.stop()))
})

async function start(): Promise<Hub> {
  const hub = await startHub()
  hubs.push(hub)
  return hub
}

describe.skipIf(requirePart('sshd', 'machines').skip)('a machine node', () => {
  test('has its own name, files, processes and network, and leaves nothing behind', async () => {
    const hub = await start()
    const [one, two] = await Promise.all([hub.startMachineNode(1), hub.startMachineNode(2)])
    expect(
      await ssh(hub, one, 'hostname; cat /proc/1/comm; touch /etc/rehearsal-was-here; ls /etc/rehearsal-was-here'),
    ).toBe('vm1\nsshd\n/etc/rehearsal-was-here\n')
    expect(existsSync('/etc/rehearsal-was-here')).toBe(false)
    expect(await ssh(hub, two, `ls /etc | grep -c was-here; exec 3<>/dev/tcp/${one.host}/22 && echo reached`)).toBe(
      '0\nreached\n',
    )
    await hub.stop()
    expect(existsSync(`/run/netns/${hub.name}`)).toBe(false)
  })

  test('answers nothing while frozen or unplugged, and again afterwards', async () => {
    const hub = await start()
    const node = await hub.startMachineNode(1)
    expect(await ssh(hub, node, 'echo one')).toBe('one\n')
    node.freeze()
    await expect(ssh(hub, node, 'true')).rejects.toThrow('timed out during banner exchange')
    node.thaw()
    expect(await ssh(hub, node, 'echo two')).toBe('two\n')
    await node.unplug()
    await expect(ssh(hub, node, 'true')).rejects.toThrow(/timed out|No route to host/)
    await node.plug()
    expect(await ssh(hub, node, 'echo three')).toBe('three\n')
  })

  test('its number can be used again once it is stopped', async () => {
    const hub = await start()
    const before = await hub.startMachineNode(7)
    await before.stop()
    const after = await hub.startMachineNode(7)
    expect(after.host).toBe(before.host)
    expect(after.hostKey).not.toBe(before.hostKey)
    expect(await ssh(hub, after, 'echo back')).toBe('back\n')
  })
})

test.skipIf(requirePart('machines').skip)(
  'a hub and its nodes end when the process that made them is killed',
  async () => {
    const script = `
    const { startHub } = await import('./machine-nodes.ts')
    const hub = await startHub(); await hub.startMachineNode(1); console.log(hub.name)`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', `${script}; setInterval(() => {}, 1000)`], {
      cwd: import.meta.dirname,
    })
    const name = String((await once(owner.stdout, 'data'))[0]).trim()
    owner.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(`/run/netns/${name}`)).toBe(false), 5_000)
    expect(processesOf({ root: undefined, tag: `REHEARSAL_NODE=${name}-1` })).toEqual([])
  },
)

/** The OpenSSH client inside the hub: a test's own process is not in that network. */
async function ssh(hub: Hub, node: MachineNode, command: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-ssh-'))
  const [key, hosts] = [join(folder, 'key'), join(folder, 'known_hosts')]
  try {
    await writeFile(key, node.privateKey, { mode: 0o600 })
    await writeFile(hosts, `${node.host} ${node.hostKey}\n`)
    const options = ['-o', `UserKnownHostsFile=${hosts}`, '-o', 'ConnectTimeout=1', '-o', 'BatchMode=yes', '-F', 'none']
    const [program = '', ...words] = [...hub.enter, 'ssh', '-i', key, ...options, `${node.user}@${node.host}`, command]
    return (await run(program, words)).stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}
