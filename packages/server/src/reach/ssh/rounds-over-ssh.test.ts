import { spawnSync } from 'node:child_process'
import { part, requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import { accessTo, failure, machineFor, output, proxyTo, run, startNode, startReach, through } from './ssh.fixture.ts'

const { skip } = requirePart('sshd')
const isolated = part('isolation').present

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
