import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { ChildStream } from '../local/child-stream.ts'
import { type Frame, readAnswer } from './read-answer.ts'
import { type SessionEnd, ShellSession } from './session.ts'

const random = 'abcdef0123456789'
/** What a script could know: the marks of another shell. Its own shell's are secret. */
const otherMark = 'fedcba98765432103'
const shells = [
  { name: 'sh', command: ['/bin/sh'] },
  { name: 'dash', command: ['/bin/dash'] },
  { name: 'bash', command: ['/bin/bash', '--posix'] },
  { name: 'busybox', command: ['/bin/busybox', 'sh'] },
  { name: 'zsh', command: ['/bin/zsh', '--emulate', 'sh'] },
].filter(({ command }) => existsSync(command[0] ?? ''))

const open: ShellSession[] = []
afterEach(() => {
  for (const session of open.splice(0)) session.close()
})

function start(command: readonly string[]): ShellSession {
  const [program = '', ...words] = command
  const child = spawn(program, words, { detached: true, env: { PATH: '/usr/bin:/bin' } })
  const session = new ShellSession(new ChildStream(child), random, () => {})
  open.push(session)
  return session
}

/** The frames of one round, or how the shell ended before. */
function ask(session: ShellSession, scripts: readonly string[]): Promise<Frame[] | undefined | SessionEnd> {
  return new Promise((resolve) => {
    session.ask(scripts, true, {
      answered: (bytes, mark) => resolve(readAnswer(bytes, mark, scripts.length)),
      ended: resolve,
    })
  })
}

function out(stdout: string, { exitCode = 0, stderr = '' } = {}): Frame {
  return { exitCode, stdout, stderr }
}

/** A script that prints these bytes, by the octal escapes that every printf knows. */
function printing(bytes: Uint8Array, { to = '' } = {}): string {
  const escapes = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
  return `printf '${escapes}'${to}`
}

describe.each(shells)('the shell that stays, $name', ({ command }) => {
  test('gives each script its own output, error output and exit code', async () => {
    const scripts = ['echo 1.5', 'echo two; echo oops >&2; exit 3', 'true', 'false', 'printf "a\\nb"']
    const expected = [
      out('1.5'),
      out('two', { exitCode: 3, stderr: 'oops\n' }),
      out(''),
      out('', { exitCode: 1 }),
      out('a\nb'),
    ]
    expect(await ask(start(command), scripts)).toEqual(expected)
  })

  test('what a script does to its shell stays inside', async () => {
    const scripts = [
      'exit 7',
      'exec echo gone',
      'set -e; false; echo no',
      'trap "echo bye" EXIT; echo hi',
      'cd /; LC_ALL=POSIX; PATH=; _f() { :; }; _r=; set -- 1 2',
      'exec >/dev/null 2>&1; echo hidden',
      'pwd; echo "$#$LC_ALL"',
      'cat',
      'unset -f _ts _ta; IFS=1',
      'return 4',
      'echo end',
    ]
    const session = start(command)
    const home = process.cwd()
    const expected = [
      out('', { exitCode: 7 }),
      out('gone'),
      out('', { exitCode: 1 }),
      out('hi\nbye'),
      out(''),
      out(''),
      out(`${home}\n0C`),
      out(''),
      out(''),
      out('', { exitCode: 4 }),
      out('end'),
    ]
    expect(await ask(session, scripts)).toEqual(expected)
    expect(await ask(session, scripts)).toEqual(expected)
  })

  test("a script that sh can't read hurts nobody else, and none of it runs", async () => {
    const scripts = [
      'echo before',
      'echo ran\necho "unbalanced',
      'if true; then echo x; fi }',
      'echo $(',
      'case',
      'echo after # comment',
      'echo \\',
      '',
    ]
    const frames = await ask(start(command), scripts)
    expect(frames).toMatchObject([
      { exitCode: 0, stdout: 'before' },
      ...Array.from({ length: 4 }, () => ({ exitCode: 'syntax', stdout: '' })),
      { exitCode: 0, stdout: 'after' },
      { exitCode: 0, stdout: '' },
      { exitCode: 0, stdout: '' },
    ])
  })

  test('an exit code of 2 is no syntax error', async () => {
    expect(await ask(start(command), ['exit 2'])).toEqual([out('', { exitCode: 2 })])
  })

  test('64 KiB of output are taken, one byte more is not sent', async () => {
    const many = (bytes: number) => `head -c ${bytes} /dev/zero | tr '\\0' x`
    const frames = await ask(start(command), [many(65_536), many(65_537), many(10_000_000), 'echo end'])
    expect(frames).toEqual([
      out('x'.repeat(65_536)),
      { exitCode: 'too-long', stdout: '', stderr: '' },
      { exitCode: 'too-long', stdout: '', stderr: '' },
      out('end'),
    ])
  })

  test('a script that prints all variables shows nobody the mark', async () => {
    const session = start(command)
    const frames = await ask(session, ['set', 'set >&2', 'echo end'])
    expect(frames).toHaveLength(3)
    expect(JSON.stringify(frames)).not.toContain(random)
  })

  test('any bytes come through, those of frames among them', { timeout: 60_000 }, async () => {
    const session = start(command)
    const frameLike = fc
      .constantFrom(`${otherMark}.`, `${otherMark}:`, '1 0\nx', ';', 'syntax')
      .map((text) => new Uint8Array(Buffer.from(text)))
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), frameLike)
    const scripts = fc.array(
      fc.record({
        bytes: anyBytes,
        said: fc.uint8Array({ maxLength: 20 }),
        exitCode: fc.integer({ min: 0, max: 125 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(scripts, async (wanted) => {
        const texts = wanted.map(
          ({ bytes, said, exitCode }) => `${printing(bytes)}; ${printing(said, { to: ' >&2' })}; exit ${exitCode}`,
        )
        const frames = await ask(session, texts)
        if (frames === undefined || !Array.isArray(frames)) throw new Error('no answer')
        expect(frames.map(({ exitCode, stdout }) => ({ exitCode, stdout }))).toEqual(
          wanted.map(({ bytes, exitCode }) => ({ exitCode, stdout: asShellGives(bytes) })),
        )
      }),
      { numRuns: 25 },
    )
  })
})

describe('a session', () => {
  test('drops what a profile prints before the shell is there', async () => {
    const session = start(['/bin/sh', '-c', 'echo Welcome; printf "no newline"; exec sh'])
    expect(await ask(session, ['echo 1'])).toEqual([out('1')])
  })

  test('an echoing peer is no shell', async () => {
    const session = start(['/bin/cat'])
    const answer = ask(session, ['echo 1'])
    session.close()
    expect(await answer).toMatchObject({ ready: false })
  })

  test('tells what a login said that ends at once', async () => {
    const end = await ask(start(['/bin/sh', '-c', 'echo This account is currently not available.; exit 1']), ['echo 1'])
    expect(end).toEqual({
      stream: { kind: 'ended', exitCode: 1 },
      ready: false,
      said: 'This account is currently not available.',
    })
  })

  test('lets go of a peer that prints without end', async () => {
    expect(await ask(start(['/bin/sh', '-c', 'exec yes']), ['echo 1'])).toMatchObject({
      stream: { kind: 'flood' },
      ready: false,
    })
  })

  test('asked one by one it answers one by one, in order', async () => {
    const session = start(['/bin/sh'])
    const seen: string[] = []
    await new Promise<void>((resolve, reject) => {
      session.ask(['echo a', 'kill -9 $$', 'echo c'], false, {
        answered: (bytes, mark) => seen.push(readAnswer(bytes, mark, 1)?.[0]?.stdout ?? 'none'),
        ended: ({ ready }) => (ready ? resolve() : reject(new Error('never ready'))),
      })
    })
    expect(seen).toEqual(['a'])
  })
})

/** The shell drops NUL bytes (zsh does not) and newlines at the end; what is no UTF-8 becomes U+FFFD. */
function asShellGives(bytes: Uint8Array): string | object {
  const text = (kept: Uint8Array) => Buffer.from(kept).toString().replace(/\n+$/, '')
  return expect.toSatisfy((seen) => seen === text(bytes.filter((byte) => byte !== 0)) || seen === text(bytes))
}
