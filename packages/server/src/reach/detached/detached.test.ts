import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../model/clock.ts'
import { LocalHost } from '../local/local-host.ts'
import { Detached } from './detached.ts'

let home: string
let detached: Detached

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'reach-detached-'))
  detached = new Detached(new LocalHost('shop01', { HOME: home, PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }), systemClock)
})
afterEach(async () => {
  for (const folder of started.splice(0)) await detached.kill(folder).catch(() => {})
  rmSync(home, { recursive: true, force: true })
})

const started: string[] = []

async function start(
  script: string,
  {
    folder = '1-1-1-1',
    env = {},
    sudo = false,
    files = {},
  }: { folder?: string; env?: Record<string, string>; sudo?: boolean; files?: Record<string, Uint8Array> } = {},
): Promise<string> {
  started.push(folder)
  await detached.start({ folder, script, env, sudo, files })
  return folder
}

async function follow(
  folder: string,
  signal = new AbortController().signal,
): Promise<{ exitCode: number; out: string[]; err: string[] }> {
  const seen = { out: [] as string[], err: [] as string[] }
  const { exitCode } = await detached.follow(folder, (stream, line) => seen[stream].push(line), signal)
  return { exitCode, ...seen }
}

function file(folder: string, name: string): string {
  return join(home, '.tscaler', folder, name)
}

describe('a detached script', () => {
  test('is followed to its end: both outputs, its exit code', async () => {
    const folder = await start('echo one; echo oops >&2; printf "two\\nno newline"; exit 7')
    expect(await follow(folder)).toEqual({ exitCode: 7, out: ['one', 'two', 'no newline'], err: ['oops'] })
    expect(await detached.state(folder)).toEqual({ kind: 'ended', exitCode: 7 })
  })

  test('that prints as it goes is followed as it goes', async () => {
    const folder = await start('echo ready; while [ ! -e go ]; do sleep 0.05; done; echo done')
    const abort = new AbortController()
    const seen: string[] = []
    const end = detached.follow(
      folder,
      (_, line) => {
        seen.push(line)
        if (line === 'ready') writeFileSync(join(home, 'go'), '')
      },
      abort.signal,
    )
    expect(await end).toEqual({ exitCode: 0 })
    expect(seen).toEqual(['ready', 'done'])
  })

  test('gets its values by the environment, and they are gone from the disk', async () => {
    const env = { TITLE: 'it\'s $HOME `id`\n"two"', EMPTY: '', tscaler_token: 'secret' }
    const folder = await start('printf "%s|%s|%s\\n" "$TITLE" "$EMPTY" "$tscaler_token"', { env })
    expect((await follow(folder)).out).toEqual(["it's $HOME `id`", '"two"||secret'])
    expect(readFileSync(file(folder, 'env'), 'utf8')).toBe('')
  })

  test('keeps its folder to its user', async () => {
    const folder = await start('true')
    await follow(folder)
    expect(statSync(join(home, '.tscaler')).mode & 0o777).toBe(0o700)
    expect(statSync(file(folder, '')).mode & 0o777).toBe(0o700)
    expect(statSync(file(folder, 'out')).mode & 0o777).toBe(0o600)
  })

  test('may say by #! what runs it, and is sh otherwise', async () => {
    expect((await follow(await start('#!/bin/cat\nhello', { folder: 'by-cat' }))).out).toEqual(['#!/bin/cat', 'hello'])
    expect((await follow(await start('\necho sh', { folder: 'by-sh' }))).out).toEqual(['sh'])
  })

  test("has the login's own umask and language", async () => {
    const own = await follow(await start('umask; echo "${LC_ALL-none}"', { folder: 'own' }))
    expect(own.out).toEqual([process.umask().toString(8).padStart(4, '0'), 'none'])
  })

  test('finds files beside it, byte for byte, that are its own', async () => {
    const files = { 'modules.tar.gz': randomBytes(3_000_000), empty: new Uint8Array() }
    const folder = await start('cd "${0%/*}/files"; stat -c "%a %n" * | sort; sha256sum <modules.tar.gz', { files })
    const { out } = await follow(folder)
    expect(out).toEqual(['600 empty', '600 modules.tar.gz', `${sha256(files['modules.tar.gz'])}  -`])
    expect(statSync(file(folder, 'files')).mode & 0o777).toBe(0o700)
    await detached.forget(folder)
    expect(readdirSync(join(home, '.tscaler'))).toEqual([])
  })

  test('has not begun while only its files are there, and those go with it', async () => {
    mkdirSync(file('1-1-1-1.files', ''), { recursive: true })
    expect(await detached.state('1-1-1-1')).toEqual({ kind: 'absent' })
    await detached.forget('1-1-1-1')
    expect(readdirSync(join(home, '.tscaler'))).toEqual([])
  })

  test('no file may be put elsewhere', async () => {
    await expect(start('true', { files: { '../x': new Uint8Array() } })).rejects.toMatchObject({ code: 'bad-input' })
  })

  test('has no input', async () => expect((await follow(await start('cat; echo end'))).out).toEqual(['end']))

  test('started a second time begins nothing', async () => {
    const folder = await start(`echo once >>${home}/count; sleep 0.2`)
    await Promise.all([start('echo twice', { folder }), start('echo thrice', { folder })])
    await follow(folder)
    await start('echo four', { folder })
    expect(readFileSync(join(home, 'count'), 'utf8')).toBe('once\n')
  })

  test('started many times at once begins once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => start(`echo once >>${home}/count`)))
    await follow('1-1-1-1')
    expect(readFileSync(join(home, 'count'), 'utf8')).toBe('once\n')
  })

  test('prints megabytes, and bytes that are no text', async () => {
    const folder = await start(
      'i=0; while [ $i -lt 200 ]; do printf "%08192d\\n" $i; i=$((i+1)); done; printf "\\377\\n"',
    )
    const { out } = await follow(folder)
    expect(out).toHaveLength(201)
    expect(out.slice(0, 200).every((line, index) => line.length === 8_192 && Number(line) === index)).toBe(true)
    expect(out[200]).toBe('\ufffd')
  })

  test('can be left and followed again, from the beginning', async () => {
    const folder = await start('echo ready; while [ ! -e go ]; do sleep 0.05; done; echo done')
    const abort = new AbortController()
    const left = detached.follow(folder, () => abort.abort(new Error('enough')), abort.signal)
    await expect(left).rejects.toThrow('enough')
    writeFileSync(join(home, 'go'), '')
    expect((await follow(folder)).out).toEqual(['ready', 'done'])
  })

  test('has its own session, so that no end of its starter reaches it', async () => {
    const folder = await start('echo $$; sleep 60')
    const abort = new AbortController()
    await detached
      .follow(folder, (_, line) => abort.abort(line), abort.signal)
      .catch((pid) => {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
        expect(stat[3]).toBe(pid) // proc_pid_stat(5): the session's leader is itself
      })
    expect(await detached.state(folder)).toEqual({ kind: 'running' })
  })
})

describe('ending a detached script', () => {
  test('ends it with its children, and its exit code says so', async () => {
    const seconds = `32${process.pid}`
    const folder = await start(`sleep ${seconds} & sleep ${seconds}; echo not reached`)
    await detached.kill(folder)
    expect(await detached.state(folder)).toEqual({ kind: 'ended', exitCode: 143 })
    expect(spawnSync('pgrep', ['-fx', `sleep ${seconds}`]).stdout?.toString() ?? '').toBe('')
  })

  test('waits for what a script does at TERM', async () => {
    const folder = await start('trap "echo cleaned; exit 9" TERM; echo ready; while :; do sleep 0.05; done')
    await firstLine(folder)
    await detached.kill(folder)
    expect(await follow(folder)).toMatchObject({ exitCode: 9, out: ['ready', 'cleaned'] })
  })

  test('kills what does not listen to TERM', async () => {
    const folder = await start('trap "" TERM; echo ready; while :; do sleep 0.05; done')
    await firstLine(folder)
    await detached.kill(folder)
    expect(await detached.state(folder)).toEqual({ kind: 'ended', exitCode: 137 })
  })

  test('of one that has ended, or never was, changes nothing', async () => {
    const folder = await start('exit 3')
    await follow(folder)
    await detached.kill(folder)
    await detached.kill('never-was')
    expect(await detached.state(folder)).toEqual({ kind: 'ended', exitCode: 3 })
  })
})

describe('the probe', () => {
  test('absent before it began, and after it was forgotten', async () => {
    expect(await detached.state('9-9-9-9')).toEqual({ kind: 'absent' })
    const folder = await start('true')
    await follow(folder)
    await detached.forget(folder)
    expect(await detached.state(folder)).toEqual({ kind: 'absent' })
    await expect(follow(folder)).rejects.toThrow(
      'shop01: there is no ~/.tscaler/1-1-1-1 to follow; it never began, or was removed.',
    )
  })

  test('lost when all of it was killed from outside', async () => {
    const folder = await start('sleep 60')
    killKeeper(folder)
    const lost = {
      kind: 'lost',
      text: "shop01: the script's processes are gone and left no exit code: killed from outside, or no memory. Look at what it had done by then.",
    }
    expect(await detached.state(folder)).toEqual(lost)
    await expect(follow(folder)).rejects.toThrow(lost.text)
  })

  test('lost after a restart of the machine', async () => {
    const folder = await start('sleep 60')
    const pid = readFileSync(file(folder, 'pid'), 'utf8')
    writeFileSync(file(folder, 'pid'), pid.replace(/\S+\n$/, '00000000-0000-0000-0000-000000000000\n'))
    expect(await detached.state(folder)).toMatchObject({ kind: 'lost', text: expect.stringContaining('was restarted') })
    writeFileSync(file(folder, 'pid'), pid)
  })

  test('does not take a number that was given out again for the script', async () => {
    const folder = await start('sleep 60')
    const pid = readFileSync(file(folder, 'pid'), 'utf8')
    writeFileSync(file(folder, 'pid'), pid.replace(/^(\d+ \d+) \d+/, '$1 1'))
    expect(await detached.state(folder)).toMatchObject({ kind: 'lost' })
    writeFileSync(file(folder, 'pid'), pid)
  })

  test('lost when a folder is there in which nothing began', async () => {
    mkdirSync(file('half', ''), { recursive: true })
    expect(await detached.state('half')).toMatchObject({
      kind: 'lost',
      text: expect.stringContaining('whether it began is not known'),
    })
  })
})

describe('trouble', () => {
  test.each(['', '..', '../x', 'a/b', '.hidden', '-rf', 'a b', "a'b"])('no folder may be named %j', async (folder) => {
    await expect(detached.forget(folder)).rejects.toMatchObject({ code: 'bad-input' })
  })

  test("a home that can't be written", async () => {
    writeFileSync(join(home, '.tscaler'), '') // root, too, can't make a folder in a file
    await expect(detached.start({ folder: 'a', script: 'true', env: {}, sudo: false })).rejects.toMatchObject({
      code: 'task-failed',
      message: expect.stringMatching(
        /^shop01: can't start a script: its folder could not be made; it said "mkdir: .*home folder/,
      ),
    })
  })

  test.skipIf(!canMount())('a full disk: nothing is started, and the error says so', async () => {
    const disk = join(home, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
    try {
      const full = new Detached(new LocalHost('shop01', { HOME: disk, PATH: '/usr/bin:/bin' }), systemClock)
      const big = { folder: 'big', script: `#${'x'.repeat(200_000)}\ntrue`, env: {}, sudo: false }
      await expect(full.start(big)).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(/its files could not be written; .* 100% /),
      })
      expect(await full.state('big')).toEqual({ kind: 'absent' })
      // A script that fills the disk itself still leaves its exit code.
      await full.start({ folder: 'fills', script: 'head -c 1000000 /dev/zero; exit 5', env: {}, sudo: false })
      await full.follow('fills', () => {}, new AbortController().signal)
      expect(await full.state('fills')).toEqual({ kind: 'ended', exitCode: 5 })
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function firstLine(folder: string): Promise<void> {
  const abort = new AbortController()
  await detached.follow(folder, () => abort.abort(), abort.signal).catch(() => {})
}

/** Kills keeper and script, as the kernel does when memory runs out. */
function killKeeper(folder: string): void {
  for (const name of ['pid', 'inner'])
    process.kill(-Number(readFileSync(file(folder, name), 'utf8').split(' ')[1]), 'SIGKILL')
}

function canMount(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0
}
