import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { type SshdNode, startSshdNode } from '@tscaler/rehearsal/sshd.ts'
import { startProxy } from '@tscaler/rehearsal/tcp-proxy.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import type { Node } from '../../../model/node.ts'
import type { Machine, Reach, SshAccess } from '../../../reach/machine.ts'
import { openReach } from '../../../reach/reach.ts'
import { byHand, House } from '../../act.fixture.ts'
import { localScript } from './local-script.ts'

let house: House
let home: string
let reach: Reach

beforeEach(async () => {
  house = await House.open()
  home = await mkdtemp(join(tmpdir(), 'tscaler-home-'))
  const log = { info() {}, warn() {}, debug() {} }
  reach = openReach({ clock: systemClock, random: Math.random, log, localEnv: { HOME: home, PATH: '/usr/bin:/bin' } })
})

afterEach(async () => {
  await house.close()
  await reach.close()
  await rm(home, { recursive: true, force: true })
})

/** A node that is this machine. */
async function localNode(): Promise<Node> {
  const cluster = await house.cluster()
  const node = await house.node('here', { clusterId: cluster.id, local: true, hostname: '127.0.0.1' })
  reach.configure([], [node.id])
  house.machines.set(node.id, reach.find(node.id) as Machine)
  return node
}

type Some = Parameters<House['action']>[2]

async function runOn(node: Node, script: string, some: Some = {}) {
  const action = await house.action('app', 'localScript', {
    ...some,
    fields: { script, sudo: false, parallel: 10, stopAfterFailures: 1 },
  })
  const process = await house.start([localScript])
  const run = await process.admission.admitByHand(byHand({ action, nodeIds: [node.id] }))
  return { process, run }
}

describe('on this machine', () => {
  test('a script runs on its target, its output is logged, and its folder is removed', async () => {
    const { run } = await runOn(await localNode(), 'echo hello; echo trouble >&2')
    const seen = await house.ended(run.id)
    expect(seen).toMatchObject({
      run: { state: 'succeeded', note: null },
      tasks: [{ state: 'succeeded', attempts: 1, nodeName: 'here' }],
    })
    expect(seen.log[0]).toBe('note attempt 1: run `echo hello; echo trouble >&2` on here')
    expect(seen.log.slice(1).sort()).toEqual(['err trouble', 'out hello'])
    await expect.poll(() => readdir(join(home, '.tscaler'))).toEqual([])
  })

  test('values and secrets are in its environment, and the secrets masked in its log', async () => {
    const script = 'env | grep ^TSCALER_ | sort; echo "password $PASSWORD"; [ "$PASSWORD" = "$EXPECTED" ]'
    const { run } = await runOn(await localNode(), script, {
      secrets: { PASSWORD: `it's "s3cret" $HOME`, EXPECTED: `it's "s3cret" $HOME` },
    })
    const seen = await house.ended(run.id)
    expect(seen.run.state).toBe('succeeded')
    expect(seen.log.slice(1)).toEqual([
      'out TSCALER_ATTEMPT=1',
      'out TSCALER_CLUSTER=shop',
      'out TSCALER_COUNTER=',
      'out TSCALER_HOST=127.0.0.1',
      'out TSCALER_NEW_NODE=',
      'out TSCALER_NODE=here',
      'out TSCALER_NODES=127.0.0.1',
      `out TSCALER_RUN=${run.id}`,
      'out TSCALER_STEP=1',
      'out TSCALER_THRESHOLD=',
      'out TSCALER_TRIGGER=',
      'out TSCALER_VALUE=',
      'out password •••',
    ])
    expect(await house.everything()).not.toContain('s3cret')
  })

  test('an exit code is a failure, tried again as the action says', async () => {
    const { run } = await runOn(await localNode(), '[ "$TSCALER_ATTEMPT" = 2 ] || exit 3', { retries: 1 })
    const seen = await house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ state: 'succeeded', attempts: 2 }])
    expect(seen.log).toContain('note the script exited with 3')
  })

  test('a script that takes too long is ended with all that it began', async () => {
    const node = await localNode()
    const { run } = await runOn(node, 'sleep 77777 & echo $!; wait', { timeoutMs: 1_000 })
    const seen = await house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ state: 'failed', error: 'timed out after 1 s' }])
    const pid = Number(seen.log.find((line) => line.startsWith('out '))?.slice(4))
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  test('a cancelled script is ended', async () => {
    const { process, run } = await runOn(await localNode(), 'echo begun; sleep 77777')
    await house.until(run.id, ({ log }) => log.includes('out begun'))
    await process.answers.cancel(run.id, 'olga')
    expect((await house.ended(run.id)).tasks).toMatchObject([{ state: 'cancelled', error: 'cancelled while it ran' }])
  })

  test('a script outlives the process that began it; the next follows it from where the log stands', async () => {
    const node = await localNode()
    const { process, run } = await runOn(node, `echo one; while [ ! -e ${home}/go ]; do sleep 0.05; done; echo two`)
    await house.until(run.id, ({ log }) => log.includes('out one'))
    await process.engine.close()
    await writeFile(join(home, 'go'), '')
    await house.start([localScript])
    const seen = await house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ state: 'succeeded', attempts: 1 }])
    expect(seen.log.slice(1)).toEqual(['out one', 'out two'])
  })

  test('while server commands are off nothing runs on it', async () => {
    const node = await localNode()
    const action = await house.action('app', 'localScript', { fields: { script: 'true' } })
    const process = await house.start([localScript], { serverCommands: false })
    await expect(process.admission.admitByHand(byHand({ action, nodeIds: [node.id] }))).rejects.toMatchObject({
      code: 'server-commands-off',
      message: expect.stringContaining('TSCALER_SERVER_COMMANDS=on'),
    })
  })
})

describe.skipIf(requirePart('sshd').skip)('over SSH', () => {
  let sshd: SshdNode
  beforeEach(async () => {
    sshd = await startSshdNode()
  })
  afterEach(() => sshd.stop())

  async function remoteNode(access: Partial<SshAccess> = {}): Promise<Node> {
    const cluster = await house.cluster()
    const node = await house.node('shop01', { clusterId: cluster.id, hostname: sshd.host, port: sshd.port })
    const { host: hostname, port, user, privateKey, hostKey } = sshd
    const none = {
      passphrase: null,
      password: null,
      agent: null,
      jump: [],
      knownHosts: null,
      certAuthorities: [],
      stopped: false,
    }
    const full = {
      ...none,
      nodeId: node.id,
      nodeName: node.name,
      hostname,
      port,
      user,
      privateKey,
      hostKey,
      hostKeys: 'strict' as const,
      ...access,
    }
    reach.configure([full], [])
    house.machines.set(node.id, reach.find(node.id) as Machine)
    return node
  }

  test('a script runs on the node', async () => {
    const { run } = await runOn(await remoteNode(), 'echo "$REHEARSAL_NODE at $TSCALER_HOST"')
    const seen = await house.ended(run.id)
    expect(seen.run.state).toBe('succeeded')
    expect(seen.log.at(-1)).toBe(`out ${sshd.tag.split('=')[1]} at ${sshd.host}`)
  })

  test('a connection that is cut ends nothing: the script goes on and is followed without a gap', async () => {
    const proxy = await startProxy({ to: { host: sshd.host, port: sshd.port } })
    const node = await remoteNode({ hostname: proxy.host, port: proxy.port })
    const { run } = await runOn(node, `echo one; while [ ! -e ${home}/go ]; do sleep 0.05; done; echo two`)
    await house.until(run.id, ({ log }) => log.includes('out one'))
    proxy.cut()
    await writeFile(join(home, 'go'), '')
    const seen = await house.ended(run.id)
    await proxy.close()
    expect(seen.tasks).toMatchObject([{ state: 'succeeded', attempts: 1 }])
    expect(seen.log.slice(1)).toEqual(['out one', 'out two'])
  })

  test('a script that can not be ended, as its node is out of reach, is unknown and waits for a person', async () => {
    const proxy = await startProxy({ to: { host: sshd.host, port: sshd.port } })
    const node = await remoteNode({ hostname: proxy.host, port: proxy.port })
    const { run } = await runOn(node, 'echo one; sleep 77777', { timeoutMs: 1_500 })
    await house.until(run.id, ({ log }) => log.includes('out one'))
    await proxy.refuse()
    proxy.cut()
    const seen = await house.until(run.id, ({ run }) => run.state === 'waiting')
    await proxy.close()
    expect(seen.tasks).toMatchObject([
      { state: 'unknown', error: expect.stringContaining('timed out, and the script could not be ended') },
    ])
  })

  test('a node with another host key is not touched, and the failure says so', async () => {
    const node = await remoteNode()
    await sshd.changeHostKey()
    const { run } = await runOn(node, 'touch "$HOME/touched"', { retries: 3 })
    const seen = await house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ state: 'failed', attempts: 1, error: expect.stringContaining('host key') }])
    expect(await readdir(sshd.home)).not.toContain('touched')
  })
})
