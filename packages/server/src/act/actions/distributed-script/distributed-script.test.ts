import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { type SshdNode, startSshdFleet } from '@tscaler/rehearsal/sshd.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import type { Machine, Reach, SshAccess } from '../../../reach/machine.ts'
import { openReach } from '../../../reach/reach.ts'
import { byHand, House, type Seen } from '../../act.fixture.ts'
import { distributedScript } from './distributed-script.ts'

describe.skipIf(requirePart('fab', 'sshd').skip)('with the real fab', () => {
  let house: House
  let home: string
  let reach: Reach
  let server: Machine
  let fleet: SshdNode[]
  let pinned: string[]
  const accesses = new Map<number, SshAccess>()

  beforeEach(async () => {
    house = await House.open()
    home = await mkdtemp(join(tmpdir(), 'tscaler-home-'))
    const log = { info() {}, warn() {}, debug() {} }
    reach = openReach({ clock: systemClock, random: Math.random, log, localEnv: { HOME: home, PATH: '/usr/bin:/bin' } })
    reach.configure([], [1_000])
    server = reach.find(1_000) as Machine
    fleet = await startSshdFleet(2)
    pinned = fleet.map(({ hostKey }) => hostKey)
  })

  afterEach(async () => {
    await house.close()
    await reach.close()
    await Promise.all(fleet.map((node) => node.stop()))
    await rm(home, { recursive: true, force: true })
    accesses.clear()
  })

  async function runFab(fabfile: string, commandLine: string, some: Partial<SshAccess> = {}): Promise<Seen> {
    const cluster = await house.cluster()
    const none = {
      passphrase: null,
      password: null,
      agent: null,
      jump: [],
      knownHosts: null,
      certAuthorities: [],
      stopped: false,
    }
    for (const [index, { host: hostname, port, user, privateKey }] of fleet.entries()) {
      const node = await house.node(`shop0${index + 1}`, { clusterId: cluster.id, hostname, port })
      house.machines.set(node.id, server)
      const login = { hostname, port, user, privateKey, hostKey: pinned[index] ?? null, hostKeys: 'strict' as const }
      accesses.set(node.id, { ...none, ...login, nodeId: node.id, nodeName: node.name, ...some })
    }
    const fields = { fabfile, commandLine, parallel: 10, stopAfterFailures: 10 }
    const action = await house.action('app', 'distributedScript', { fields, secrets: { TOKEN: 'very secret token' } })
    const process = await house.start([distributedScript({ server, accessOf: async (id) => accesses.get(id) })])
    const run = await process.admission.admitByHand(byHand({ action, clusterId: cluster.id }))
    return house.ended(run.id)
  }

  const hello = `import os
from fabric import task

@task
def hello(c, name="nobody"):
    c.run("echo hello %s from $REHEARSAL_NODE" % name)
    print(c.host, os.environ["TSCALER_NODE"], os.environ["TOKEN"], sorted(os.listdir(".")))
`

  test('a task runs on every host, one fab each, and nothing is left behind', async () => {
    const seen = await runFab(hello, `hello --name 'big world'`)
    expect(seen.run, JSON.stringify(seen.log)).toMatchObject({ state: 'succeeded' })
    const said = seen.log.filter((line) => line.startsWith('out hello')).sort()
    expect(said).toEqual(fleet.map(({ tag }) => `out hello big world from ${tag.split('=')[1]}`).sort())
    expect(seen.log.filter((line) => /^out \S+ shop0/.test(line))).toHaveLength(2)
    expect(await house.everything()).not.toContain('very secret token')
    expect(await house.everything()).not.toContain('PRIVATE KEY')
    await expect.poll(() => readdir(join(home, '.tscaler'))).toEqual([])
  }, 30_000)

  test('a remote exit code fails its host alone', async () => {
    const fabfile = `from fabric import task

@task
def deploy(c):
    c.run("[ $REHEARSAL_NODE != ${fleet[0]?.tag.split('=')[1]} ]")
`
    const seen = await runFab(fabfile, 'deploy')
    expect(seen.tasks.map(({ state }) => state)).toEqual(['failed', 'succeeded'])
    expect(seen.tasks[0]?.error).toBe('the script exited with 1')
  }, 30_000)

  test('a host with another key is refused before anything is sent, even a login', async () => {
    await fleet[0]?.changeHostKey()
    const seen = await runFab(hello, 'hello')
    expect(seen.tasks.map(({ state }) => state)).toEqual(['failed', 'succeeded'])
    expect(seen.log.join('\n')).toMatch(/Host key for server .* does not match/)
    expect(fleet[0]?.log()).not.toMatch(/Accepted|Failed publickey|publickey for/)
  }, 30_000)

  test('a key that is not the pinned one is refused also where the fabfile asks for every key to be taken', async () => {
    const other = makeEd25519().publicKey
    const fabfile = `import paramiko
from fabric import task

@task
def hello(c):
    c.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    c.run("touch touched")
`
    const seen = await runFab(fabfile, 'hello', { hostKey: null, knownHosts: `elsewhere ${other}` })
    expect(seen.tasks.map(({ state }) => state)).toEqual(['failed', 'failed'])
    expect(seen.log.join('\n')).toContain('not found in known_hosts')
    for (const node of fleet) {
      expect(node.log()).not.toMatch(/Accepted/)
      expect(await readdir(node.home)).not.toContain('touched')
    }
  }, 30_000)

  test('the private key is readable by its user alone, in a file, and on no command line', async () => {
    const fabfile = `import os, subprocess
from fabric import task

@task
def look(c):
    print("mode", oct(os.stat("id").st_mode)[-3:])
    print("ps", "PRIVATE" in subprocess.run(["ps", "axww"], capture_output=True, text=True).stdout)
    # Python sets LC_CTYPE by itself.
    print("env", [name for name in os.environ if not name.startswith("TSCALER_") and name != "LC_CTYPE"])
`
    const seen = await runFab(fabfile, 'look')
    expect(seen.log).toEqual(expect.arrayContaining(['out mode 600', 'out ps False']))
    const env = seen.log.find((line) => line.startsWith('out env'))
    expect(env?.match(/'\w+'/g)?.sort()).toEqual([
      "'HOME'",
      "'PYTHONDONTWRITEBYTECODE'",
      "'PYTHONUNBUFFERED'",
      "'TOKEN'",
    ])
  }, 30_000)

  test('a command line that is not closed is a failure that says so', async () => {
    const seen = await runFab(hello, `hello 'x`)
    expect(seen.tasks[0]).toMatchObject({
      state: 'failed',
      error: "the command line has a ' that is not closed; close it.",
    })
  })

  test('a host whose key was changed is not asked at all', async () => {
    const seen = await runFab(hello, 'hello', { stopped: true })
    expect(seen.tasks[0]?.error).toBe('shop01 shows another host key than the pinned one; all work on it is stopped')
    expect(fleet[0]?.log()).not.toContain('Connection from')
  })
})
