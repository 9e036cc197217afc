import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { part, requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, test } from 'vitest'
import { accessTo, machineFor, proxyTo, startNode, startReach, through } from './ssh.fixture.ts'

const { skip } = requirePart('sshd')
const isolated = part('isolation').present

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

  test('files stand beside the script, and what is cut short is handed over anew', async () => {
    const node = await startNode()
    const proxy = await proxyTo(node)
    const machine = machineFor(startReach().reach, through(proxy, accessTo(node)))
    const bytes = randomBytes(1_000_000)
    const script = 'sha256sum <"${0%/*}/files/modules"'
    expect(await machine.detachedState('a')).toEqual({ kind: 'absent' })
    proxy.cutAfter(300_000, 'up')
    const start = () => machine.startDetached({ folder: 'a', script, env: {}, sudo: false, files: { modules: bytes } })
    await expect(start()).rejects.toMatchObject({ code: 'node-unreachable', retryable: true })
    expect(await machine.detachedState('a')).toEqual({ kind: 'absent' })
    await start()
    const lines: string[] = []
    await machine.followDetached('a', (_, line) => lines.push(line), new AbortController().signal)
    expect(lines).toEqual([`${createHash('sha256').update(bytes).digest('hex')}  -`])
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
    'with sudo: what root left in the folder goes with it',
    async () => {
      const node = await startNode({ user: 'deploy', sudo: 'free' })
      const machine = machineFor(startReach().reach, accessTo(node))
      const script = 'umask 077; mkdir "${0%/*}/modules"; touch "${0%/*}/modules/own"'
      await machine.startDetached({ folder: 'a', script, env: {}, sudo: true })
      await machine.followDetached('a', () => {}, new AbortController().signal)
      await machine.forgetDetached('a')
      expect(readdirSync(join(node.home, '.tscaler'))).toEqual([])
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
