import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../model/clock.ts'
import { openLocalPrograms, type ProgramCall } from './local-programs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tscaler-programs-'))
  await chmod(folder, 0o777) // for programs of another user
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs sh with that text. */
async function run(text: string, some: Partial<ProgramCall> = {}, user: string | null = null) {
  const errors: string[] = []
  const call: ProgramCall = {
    argv: ['sh', '-c', text],
    env: {},
    stdin: '',
    limitMs: 10_000,
    outBytesMax: 1_000,
    onErrorLine: (line) => errors.push(line),
    signal: new AbortController().signal,
    ...some,
  }
  return { end: await openLocalPrograms({ clock: systemClock, user }).run(call), errors }
}

/** Whether the process whose id a program wrote there is gone. */
function isGone(file: string): boolean {
  const stat = `/proc/${readFileSync(path.join(folder, file), 'utf8').trim()}/stat`
  // A zombie that nobody has waited for counts as gone.
  return !existsSync(stat) || / Z /.test(readFileSync(stat, 'utf8'))
}

test('words arrive as they are, the document on its input, and what it writes comes back with its exit code', async () => {
  const { end, errors } = await run('', {
    argv: ['sh', '-c', 'cat; printf "<%s>" "$@"; echo one >&2; printf two >&2; exit 3', '-', 'a b', '$(id)', '', '-n'],
    stdin: '{"op":"find"}',
  })
  expect(end).toEqual({ kind: 'ended', exitCode: 3, stdout: '{"op":"find"}<a b><$(id)><><-n>' })
  expect(errors).toEqual(['one', 'two'])
})

test('its environment is what it is given, and nothing else', async () => {
  const { end } = await run('', { argv: ['env'], env: { API_KEY: 'x y', TSCALER_RUN: '7' } })
  expect(end).toMatchObject({ kind: 'ended', stdout: 'API_KEY=x y\nTSCALER_RUN=7\n' })
})

test('a program that reads nothing of a long input ends well', async () => {
  const { end } = await run('exec true', { stdin: 'x'.repeat(1_000_000) })
  expect(end).toMatchObject({ kind: 'ended', exitCode: 0 })
})

test.each([
  { name: 'that is not there', argv: ['/nowhere/rack'], text: '/nowhere/rack is not there, or not executable' },
  { name: 'that is on no path', argv: ['no-such-program'], text: 'no-such-program is not there, or not executable' },
  {
    name: 'with a word that no program can be given',
    argv: ['true', 'a\0b'],
    text: expect.stringContaining('null bytes'),
  },
])('a program $name is not begun', async ({ argv, text }) => {
  expect((await run('', { argv })).end).toEqual({ kind: 'not-begun', text })
})

test('at its limit it ends with all that it has started, also what ignores being told to', async () => {
  const text = `trap '' TERM; (trap '' TERM; sleep 600) & echo $! >${folder}/child; echo $$ >${folder}/self; wait; sleep 600`
  const { end } = await run(text, { limitMs: 300 })
  expect(end).toEqual({ kind: 'cut-short', why: 'limit' })
  await vi.waitFor(() => expect([isGone('self'), isGone('child')]).toEqual([true, true]))
})

test('one that writes without end is ended at the limit of its output', async () => {
  expect((await run('exec yes')).end).toEqual({ kind: 'cut-short', why: 'output' })
})

test('one that is given up is ended, and given up before it is not begun', async () => {
  const giving = new AbortController()
  const running = run(`echo $$ >${folder}/self; exec sleep 600`, { signal: giving.signal })
  await vi.waitFor(() => expect(readFileSync(path.join(folder, 'self'), 'utf8')).toMatch(/\n/))
  giving.abort()
  expect((await running).end).toEqual({ kind: 'cut-short', why: 'aborted' })
  await vi.waitFor(() => expect(isGone('self')).toBe(true))
  expect((await run('exit 0', { signal: giving.signal })).end).toMatchObject({ kind: 'not-begun' })
})

test('what it leaves behind in its group ends with it; what has left the group stays, and holds up nobody', async () => {
  const left = `sleep 600 & echo $! >${folder}/group`
  const gone = `setsid sh -c 'echo $$ >${folder}/own; exec sleep 20' & while [ ! -s ${folder}/own ]; do :; done`
  const { end } = await run(`${left}; ${gone}; echo done`)
  expect(end).toEqual({ kind: 'ended', exitCode: 0, stdout: 'done\n' })
  await vi.waitFor(() => expect(isGone('group')).toBe(true))
  expect(isGone('own')).toBe(false)
  process.kill(Number(await readFile(path.join(folder, 'own'), 'utf8')))
})

test('secrets and the document are in no process list', async () => {
  const running = run(`echo $$ >${folder}/self; exec sleep 600`, {
    env: { API_KEY: 'never-shown-7' },
    stdin: 'never-shown-7',
    limitMs: 500,
  })
  await vi.waitFor(() => expect(readFileSync(path.join(folder, 'self'), 'utf8')).toMatch(/\n/))
  const lists = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8')
      } catch {
        return '' // it ended meanwhile
      }
    })
  expect(lists.join('\n')).toContain(`${folder}/self`)
  expect(lists.join('\n')).not.toContain('never-shown-7')
  await running
})

test('where tscaler itself is killed, its program does not hang for ever', async () => {
  const text = `import { openLocalPrograms } from '${path.join(import.meta.dirname, 'local-programs.ts')}'
import { systemClock } from '${path.resolve(import.meta.dirname, '../../model/clock.ts')}'
const argv = ['sh', '-c', 'echo $$ >${folder}/self; trap "" PIPE; exec sleep 600']
const { signal } = new AbortController()
const call = { argv, env: {}, stdin: '', limitMs: 100_000, outBytesMax: 1_000, onErrorLine() {}, signal }
await openLocalPrograms({ clock: systemClock, user: null }).run({ ...call, limitMs: 500 })
`
  await writeFile(path.join(folder, 'dies.ts'), text)
  const tscaler = spawn(process.execPath, [path.join(folder, 'dies.ts')], { stdio: ['ignore', 'ignore', 'inherit'] })
  await vi.waitFor(() => expect(readFileSync(path.join(folder, 'self'), 'utf8')).toMatch(/\n/), 10_000)
  tscaler.kill('SIGKILL')
  await once(tscaler, 'exit')
  expect(isGone('self')).toBe(false)
  await vi.waitFor(() => expect(isGone('self')).toBe(true), { timeout: 10_000, interval: 100 })
})

test.runIf(process.getuid?.() === 0)('it runs as the user that is set, who must be there', async () => {
  const { end } = await run('id -un; id -G', { argv: ['sh', '-c', 'id -un; id -G; cd /; pwd'] }, 'daemon')
  expect(end).toMatchObject({ kind: 'ended', stdout: 'daemon\n1\n/\n' })
  expect(() => openLocalPrograms({ clock: systemClock, user: 'no-such-user' })).toThrow('no user "no-such-user"')
})
