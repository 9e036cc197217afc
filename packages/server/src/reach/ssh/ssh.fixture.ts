import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type SshdNode, type SshdOptions, startSshdNode } from '@tscaler/rehearsal/sshd.ts'
import { startProxy, type TcpProxy } from '@tscaler/rehearsal/tcp-proxy.ts'
import { afterEach, expect } from 'vitest'
import { type Clock, systemClock } from '../../model/clock.ts'
import type { HostKeyEvent, Machine, Reach, RoundAnswer, SshAccess } from '../machine.ts'
import { openReach } from '../reach.ts'

/** Of a round; scripts that should hang are given up after a second. */
export const limits = { deadlineMs: 10_000, scriptLimitMs: 1_000 }

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A real sshd that ends with the test. */
export async function startNode(options: SshdOptions = {}): Promise<SshdNode> {
  const node = await startSshdNode(options)
  cleanUps.push(() => node.stop())
  return node
}

/** A faulty line to a node; ends with the test. */
export async function proxyTo(node: SshdNode): Promise<TcpProxy> {
  const proxy = await startProxy({ to: { host: node.host, port: node.port } })
  cleanUps.push(() => proxy.close())
  return proxy
}

/** A reach that ends with the test, the host keys it told of, and what it logged. Its jitter is three quarters of the whole wait. */
export function startReach(clock: Clock = systemClock): { reach: Reach; events: HostKeyEvent[]; logged: object[] } {
  const logged: object[] = []
  const keep = (values: object) => void logged.push(values)
  const reach = openReach({ clock, random: () => 0.5, log: { info: keep, warn: keep } })
  const events: HostKeyEvent[] = []
  reach.onHostKey((event) => events.push(event))
  cleanUps.push(() => reach.close())
  return { reach, events, logged }
}

/** The access that lets one in to this node, but for what the test wishes otherwise. */
export function accessTo(node: SshdNode, wish: Partial<SshAccess> = {}): SshAccess {
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

/** The same access by way of a proxy. */
export function through({ host, port }: TcpProxy, access: SshAccess): SshAccess {
  return { ...access, hostname: host, port }
}

/** The one machine of a reach. */
export function machineFor(reach: Reach, access: SshAccess): Machine {
  reach.configure([access], [])
  const machine = reach.find(access.nodeId)
  if (machine === undefined) throw new Error('not configured')
  return machine
}

/** One round of these scripts. */
export function run(machine: Machine, ...scripts: string[]): Promise<RoundAnswer[]> {
  return machine.round(
    scripts.map((script, key) => ({ key, script })),
    limits,
  )
}

/** The answer of a script that printed this and is content. */
export function output(stdout: string): RoundAnswer {
  return { kind: 'output', exitCode: 0, stdout, stderr: '' }
}

/** A failure of this kind; without a text any. */
export function failure(kind: string, text: string = expect.any(String)): object {
  return { kind: 'failure', failure: kind, text }
}

/** Resolves once the machine has noticed that its connection is gone. */
export async function lost(machine: Machine): Promise<void> {
  while (machine.status.state === 'open') await new Promise((resolve) => setImmediate(resolve))
}

/** The socket of an ssh-agent that has this key; it ends with the test. */
export async function startAgent(folder: string, privateKey: string): Promise<string> {
  const socket = join(folder, 'agent')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  cleanUps.push(() => agent.kill())
  await once(agent.stdout, 'data')
  const env = { ...process.env, SSH_AUTH_SOCK: socket }
  const add = spawn('ssh-add', ['-q', '-'], { env, stdio: ['pipe', 'ignore', 'ignore'] })
  add.stdin.end(privateKey)
  const [code] = await once(add, 'close')
  if (code !== 0) throw new Error(`ssh-add ended with ${code}`)
  return socket
}
