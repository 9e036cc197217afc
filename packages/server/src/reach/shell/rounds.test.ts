import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../model/clock.ts'
import { FakeClock } from '../../model/fake-clock.ts'
import { ReachFailure } from '../failure.ts'
import { LocalHost } from '../local/local-host.ts'
import type { RoundAnswer } from '../machine.ts'
import type { Place, Program, ShellHost, ShellStream, StreamListener } from './host.ts'
import { ShellRounds } from './rounds.ts'

/** 0.4 of it is one try: long enough for any quick script on a busy machine. */
const limits = { deadlineMs: 5_000, scriptLimitMs: 400 }

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

/** Counts what is started, so that a test sees whether the shell stayed. */
class CountingHost extends LocalHost {
  readonly opened: Program[] = []

  override open(program: Program): Promise<ShellStream> {
    this.opened.push(program)
    return super.open(program)
  }
}

function local(): { host: CountingHost; run: (...scripts: string[]) => Promise<RoundAnswer[]> } {
  const host = new CountingHost('shop01', { HOME: tmpdir(), PATH: '/usr/bin:/bin' })
  const rounds = new ShellRounds(host, systemClock)
  cleanUps.push(() => {
    rounds.close()
    host.close()
  })
  return {
    host,
    run: (...scripts) =>
      rounds.round(
        scripts.map((script, key) => ({ key, script })),
        limits,
      ),
  }
}

const output = (stdout: string) => ({ kind: 'output', exitCode: 0, stdout, stderr: '' })
const failure = (kind: string) => expect.objectContaining({ kind: 'failure', failure: kind })

describe('rounds in a real shell', () => {
  test('one shell answers round after round', async () => {
    const { host, run } = local()
    for (let round = 0; round < 5; round += 1) expect(await run('echo 1', 'echo 2')).toEqual([output('1'), output('2')])
    expect(await run('echo 2', 'echo 3')).toEqual([output('2'), output('3')])
    expect(host.opened).toEqual(['stay'])
  })

  test('no scripts, no shell', async () => {
    const { host, run } = local()
    expect(await run()).toEqual([])
    expect(host.opened).toEqual([])
  })

  test('a script that hangs is named, ended with its children, and the others answer', async () => {
    const { run } = local()
    const seconds = `31${process.pid}` // no other sleep on this machine is that long
    const answers = await run('echo 1', `sleep ${seconds} & sleep ${seconds}; wait`, 'echo 3')
    expect(answers).toEqual([output('1'), failure('timeout'), output('3')])
    expect(
      await run('echo 1', 'true', `grep -lazs 'sleep.${seconds}' /proc/[0-9]*/cmdline | grep -cv self`),
    ).toMatchObject([
      output('1'),
      { exitCode: 0 },
      { stdout: expect.stringMatching(/^[01]$/) }, // 1: grep's own command line
    ])
  })

  test('a slow script has a shell of its own until it was quick three times', async () => {
    const { host, run } = local()
    const folder = mkdtempSync(join(tmpdir(), 'reach-rounds-'))
    cleanUps.push(() => rmSync(folder, { recursive: true }))
    const brake = join(folder, 'brake')
    writeFileSync(brake, '')
    const slow = `[ -e ${brake} ] && sleep 30; echo 2`
    const opened = async (expected: RoundAnswer | object) => {
      const before = host.opened.length
      expect(await run(slow, 'echo 1')).toEqual([expected, output('1')])
      return host.opened.slice(before)
    }
    await opened(failure('timeout'))
    expect(await opened(failure('timeout'))).toEqual(['stay', 'once']) // its own, and what ends that
    rmSync(brake)
    for (let quick = 0; quick < 3; quick += 1) expect(await opened(output('2'))).toEqual(['stay'])
    expect(await opened(output('2'))).toEqual([])
  })

  test('its text changed, a slow script is among the others again', async () => {
    const { host, run } = local()
    await run('echo 1', 'sleep 30')
    await run('echo 1')
    const before = host.opened.length
    expect(await run('echo 1', 'echo 2')).toEqual([output('1'), output('2')])
    expect(host.opened).toHaveLength(before)
  })

  test.each([
    { name: 'ends the shell', script: 'kill -9 $$', expected: failure('exit') },
    {
      name: 'prints more than is taken',
      script: 'head -c 70000 /dev/zero | tr "\\0" x',
      expected: failure('too-long'),
    },
    {
      name: 'says more on stderr than is taken',
      script: 'head -c 2000000 /dev/zero | tr "\\0" x >&2',
      expected: failure('too-long'),
    },
    { name: 'is no sh', script: 'echo "', expected: failure('syntax') },
    {
      name: 'leaves something in the background that keeps its output',
      script: 'sleep 30 & echo 5',
      expected: failure('timeout'),
    },
  ])('a script that $name fails alone', async ({ script, expected }) => {
    const { run } = local()
    for (let round = 0; round < 2; round += 1) {
      expect(await run('echo 1', script, 'echo 3')).toEqual([output('1'), expected, output('3')])
    }
  })

  test('scripts that are quick enough alone, but not together, all answer', async () => {
    const { run } = local()
    const scripts = ['sleep 0.2; echo 1', 'sleep 0.2; echo 2', 'sleep 0.2; echo 3']
    for (let round = 0; round < 2; round += 1)
      expect(await run(...scripts)).toEqual([output('1'), output('2'), output('3')])
  })

  test('many that are whole alone but too long together all answer', async () => {
    const { run } = local()
    const scripts = Array.from({ length: 20 }, (_, index) => `echo ${index}; head -c 60000 /dev/zero | tr "\\0" x`)
    const answers = await run(...scripts)
    expect(answers.map((answer) => answer.kind === 'output' && answer.stdout.length > 60_000)).toEqual(
      scripts.map(() => true),
    )
  })

  test('a round that comes meanwhile waits for its turn', async () => {
    const { run } = local()
    const both = await Promise.all([run('sleep 0.1; echo 1'), run('echo 2')])
    expect(both).toEqual([[output('1')], [output('2')]])
  })
})

/** Streams that a test answers for; nothing is ever started. */
class FakeHost implements ShellHost {
  readonly nodeName = 'shop01'
  readonly streams: { program: Program; place: Place; written: string; listener: StreamListener | undefined }[] = []
  readonly suspected: string[] = []
  refusal: ReachFailure | undefined

  open(program: Program, place: Place): Promise<ShellStream> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal)
    const stream = { program, place, written: '', listener: undefined as StreamListener | undefined }
    this.streams.push(stream)
    return Promise.resolve({
      listen: (listener) => {
        stream.listener = listener
      },
      write: (text) => {
        stream.written += text
      },
      end: () => {},
      close: () => {},
    })
  }

  proved(): void {}

  suspect(text: string): void {
    this.suspected.push(text)
  }
}

function faked(): { host: FakeHost; clock: FakeClock; round: () => Promise<RoundAnswer[]> } {
  const host = new FakeHost()
  const clock = new FakeClock()
  const rounds = new ShellRounds(host, clock)
  const scripts = [{ key: 1, script: 'echo 1' }]
  return { host, clock, round: () => rounds.round(scripts, { deadlineMs: 8_000, scriptLimitMs: 3_000 }) }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

describe('rounds without a shell', () => {
  test("a machine that can't be reached: the failure is every script's", async () => {
    const { host, round } = faked()
    host.refusal = new ReachFailure('auth', 'shop01: does not let ops in.')
    expect(await round()).toEqual([{ kind: 'failure', failure: 'auth', text: 'shop01: does not let ops in.' }])
  })

  test('a login that gives no shell says so', async () => {
    const { host, round } = faked()
    const answers = round()
    await settle()
    host.streams[0]?.listener?.out(Buffer.from('This account is currently not available.\n'))
    host.streams[0]?.listener?.closed({ kind: 'ended', exitCode: 1 })
    expect(await answers).toEqual([
      {
        kind: 'failure',
        failure: 'no-shell',
        text: 'shop01: logged in, but the login gave no shell: it ended with exit code 1; it said "This account is currently not available.". The user needs a login shell that runs commands: no nologin, no restricted shell, and neither ForceCommand in sshd_config nor command= in authorized_keys.',
      },
    ])
  })

  test('a login that never becomes a shell is no-shell at the limit', async () => {
    const { host, clock, round } = faked()
    const answers = round()
    await settle()
    host.streams[0]?.listener?.out(Buffer.from('Menu: 1) status'))
    clock.advance(3_000)
    expect(await answers).toMatchObject([
      { failure: 'no-shell', text: expect.stringContaining('it said "Menu: 1) status"') },
    ])
  })

  test('a connection lost meanwhile', async () => {
    const { host, round } = faked()
    const answers = round()
    await settle()
    host.streams[0]?.listener?.closed({ kind: 'lost', text: 'shop01: the connection was lost.' })
    expect(await answers).toEqual([
      { kind: 'failure', failure: 'connection-lost', text: 'shop01: the connection was lost.' },
    ])
  })

  test('an open connection on which nothing answers any more is given up', async () => {
    const { host, clock, round } = faked()
    const answers = round()
    await settle()
    const mark = /printf '%s%s%s ' (\S+) (\S+) /.exec(host.streams[0]?.written ?? '')
    host.streams[0]?.listener?.out(Buffer.from(`${mark?.[1]}${mark?.[2]}4711 `))
    clock.advance(3_000)
    await settle()
    expect(host.streams[1]).toMatchObject({
      program: 'once',
      place: 'urgent',
      written: expect.stringMatching(/\n4711\n$/),
    })
    clock.advance(3_000)
    await settle()
    expect(host.suspected).toEqual(['shop01: nothing answers on the open connection any more.'])
    clock.advance(2_000)
    expect(await answers).toMatchObject([{ kind: 'failure' }])
  })
})
