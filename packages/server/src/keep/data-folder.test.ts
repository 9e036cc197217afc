import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../model/fake-clock.ts'
import { takeDataFolder } from './data-folder.ts'
import { withSmallDisk } from './small-disk.ts'

let root: string
const children: ChildProcess[] = []

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'tscaler-data-')))
})

afterEach(async () => {
  await Promise.all(children.splice(0).map(kill))
  rmSync(root, { recursive: true })
})

const take = (folder = path.join(root, 'data')) =>
  takeDataFolder({ path: folder, command: 'tscaler serve', clock: new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5)) })

const program = `
  import { spawn } from 'node:child_process'
  import { takeDataFolder } from '${new URL('./data-folder.ts', import.meta.url)}'
  import { systemClock } from '${new URL('../model/clock.ts', import.meta.url)}'
  try {
    takeDataFolder({ path: process.argv[1], command: 'tscaler serve --port 1', clock: systemClock })
    const started = process.argv[2] && spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    console.log('taken' + (started ? ' ' + started.pid : ''))
    setInterval(() => {}, 1_000)
  } catch (thrown) {
    console.log(thrown.code + ' ' + thrown.message)
  }`

/** Another process that takes the folder and keeps it; its first line. */
async function takeElsewhere(folder: string, options: { uid?: number } = {}, ...more: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...options,
  })
  children.push(child)
  const [line] = await once(createInterface(child.stdout), 'line')
  return { child, line: String(line) }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

describe('taking', () => {
  test('makes the folder for its owner alone', () => {
    const folder = take(path.join(root, 'a', 'b'))
    expect(statSync(folder.path).mode & 0o777).toBe(0o700)
    folder.release()
  })

  test('leaves the rights of a folder that is there', () => {
    mkdirSync(path.join(root, 'data'))
    chmodSync(path.join(root, 'data'), 0o750)
    const folder = take()
    expect(statSync(folder.path).mode & 0o777).toBe(0o750)
    folder.release()
  })

  test('names the folder without links, and files in it', () => {
    mkdirSync(path.join(root, 'data'))
    symlinkSync(path.join(root, 'data'), path.join(root, 'link'))
    const folder = take(path.join(root, 'link'))
    expect([folder.path, folder.file('tscaler.db')]).toEqual([
      path.join(root, 'data'),
      path.join(root, 'data', 'tscaler.db'),
    ])
    folder.release()
  })

  test('writes down who has it', () => {
    const folder = take()
    const written = JSON.parse(readFileSync(folder.file('lock.json'), 'utf8'))
    expect(written).toEqual({
      pid: process.pid,
      host: hostname(),
      since: '2026-01-02T03:04:05.000Z',
      command: 'tscaler serve',
    })
    folder.release()
  })

  test('works again after letting go', () => {
    take().release()
    take().release()
  })
})

describe('a folder that somebody has', () => {
  test('is refused to another process, saying who has it', async () => {
    const folder = take()
    const { line } = await takeElsewhere(folder.path)
    expect(line).toBe(
      `data-folder-taken The data folder ${folder.path} is in use by process ${process.pid} on ${hostname()} ("tscaler serve", since 2026-01-02T03:04:05.000Z). Stop that one first, or use another folder (--data, TSCALER_DATA).`,
    )
    folder.release()
  })

  test('is refused to the same process, and stays taken', async () => {
    const folder = take()
    expect(() => take()).toThrow(expect.objectContaining({ code: 'data-folder-taken' }))
    expect((await takeElsewhere(folder.path)).line).toMatch(/^data-folder-taken /)
    folder.release()
  })

  test('is refused under another name of it', async () => {
    const folder = take()
    symlinkSync(folder.path, path.join(root, 'link'))
    expect((await takeElsewhere(path.join(root, 'link'))).line).toMatch(/^data-folder-taken /)
    folder.release()
  })

  test('is free once that process is killed, whatever it left behind', async () => {
    const { child, line } = await takeElsewhere(path.join(root, 'data'))
    expect(line).toBe('taken')
    expect(() => take()).toThrow(`in use by process ${child.pid} on ${hostname()} ("tscaler serve --port 1"`)
    await kill(child)
    expect(readFileSync(path.join(root, 'data', 'lock.json'), 'utf8')).toContain(`"pid":${child.pid}`)
    const folder = take()
    expect(readFileSync(folder.file('lock.json'), 'utf8')).toContain(`"pid":${process.pid}`)
    folder.release()
  })

  test('stays taken while that process stands still', async () => {
    const { child } = await takeElsewhere(path.join(root, 'data'))
    child.kill('SIGSTOP')
    expect(() => take()).toThrow(expect.objectContaining({ code: 'data-folder-taken' }))
  })

  test('is free once its holder is gone, though a program that it started runs on', async () => {
    const { child, line } = await takeElsewhere(path.join(root, 'data'), {}, 'and start one')
    const startedPid = Number(line.split(' ')[1])
    await kill(child)
    process.kill(startedPid, 0) // throws where it does not run
    take().release()
    process.kill(startedPid, 'SIGKILL')
  })

  test('of many that start at once one gets it', async () => {
    const starts = await Promise.all(Array.from({ length: 5 }, () => takeElsewhere(path.join(root, 'data'))))
    expect(starts.filter(({ line }) => line === 'taken')).toHaveLength(1)
    expect(starts.filter(({ line }) => line.startsWith('data-folder-taken '))).toHaveLength(4)
  })

  test('names nobody where what is written down is of one that is gone', async () => {
    const folder = take()
    writeFileSync(
      folder.file('lock.json'),
      readFileSync(folder.file('lock.json'), 'utf8').replace(`${process.pid}`, '4194304'),
    )
    expect(() => take()).toThrow('is in use by another process that is just starting or ending. Stop')
    folder.release()
  })
})

describe('a folder that is no use', () => {
  test('a file in its place', () => {
    writeFileSync(path.join(root, 'data'), '')
    expect(() => take()).toThrow(
      expect.objectContaining({
        code: 'data-folder-unusable',
        message: expect.stringMatching(
          /^The data folder .*\/data can't be used \(EEXIST.*\)\. Correct its rights, or use another folder \(--data, TSCALER_DATA\)\.$/,
        ),
      }),
    )
  })

  test.skipIf(process.getuid?.() !== 0)(
    'one that its user may not write in, new or old (only root can play another user)',
    async () => {
      chmodSync(root, 0o755)
      mkdirSync(path.join(root, 'old'))
      chmodSync(path.join(root, 'old'), 0o755)
      const nobody = { uid: 65_534 }
      expect((await takeElsewhere(path.join(root, 'new'), nobody)).line).toMatch(
        /^data-folder-unusable .*can't be used \(EACCES/,
      )
      expect((await takeElsewhere(path.join(root, 'old'), nobody)).line).toMatch(
        /^data-folder-unusable .*old can't be used/,
      )
    },
  )

  test('a full disk, and the folder is free again', (context) =>
    withSmallDisk(context, async (disk) => {
      const folder = path.join(disk.folder, 'data')
      mkdirSync(folder)
      await disk.fill()
      expect(() => take(folder)).toThrow(
        expect.objectContaining({
          code: 'disk-full',
          message: `The disk of the data folder ${folder} has no room left. Free some space and start again.`,
        }),
      )
      await disk.free()
      take(folder).release()
    }))
})
