import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '../../../model/clock.ts'
import { FakeClock } from '../../../model/fake-clock.ts'
import { leasesConform } from '../leases.conformance.ts'
import { shop } from '../rows.conformance.ts'
import { storeConforms } from '../store.conformance.ts'
import { tablesConform } from '../table.conformance.ts'
import { connect, openSqlite } from './sqlite.ts'

async function fresh() {
  const folder = mkdtempSync(path.join(tmpdir(), 'tscaler-store-'))
  const file = path.join(folder, 'tscaler.db')
  return {
    open: (clock: Clock) => openSqlite({ file, clock }),
    remove: async () => rmSync(folder, { recursive: true }),
  }
}

describe('store', () => storeConforms(fresh))
describe('tables', () => tablesConform(fresh))
describe('leases', () => leasesConform(fresh))

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-sqlite-'))
  file = path.join(folder, 'tscaler.db')
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('opening a file', () => {
  const open = () => openSqlite({ file, clock: new FakeClock() })

  test('it and its write-ahead log are readable by nobody else', async () => {
    const store = await open()
    await store.clusters.insert(shop)
    expect([file, `${file}-wal`].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o600])
    await store.close()
  })

  test('commits are on disk when they are answered', async () => {
    const orm = await connect(file)
    const native = await orm.em.getConnection().getNativeClient()
    const pragmas = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout']
    expect(pragmas.map((pragma) => native.pragma(pragma, { simple: true }))).toEqual(['wal', 2, 1, 0])
    await orm.close()
  })

  test('a folder that is not there', async () => {
    file = path.join(folder, 'missing', 'tscaler.db')
    await expect(open()).rejects.toMatchObject({
      code: 'store-unusable',
      message: expect.stringMatching(/missing\/tscaler\.db can't be opened \(ENOENT.*Check that its folder is there/),
    })
  })

  test('a folder in place of the file', async () => {
    mkdirSync(file)
    await expect(open()).rejects.toMatchObject({ code: 'store-unusable' })
  })

  test('a file that is no database is refused and left as it is', async () => {
    writeFileSync(file, 'not a database, but long enough to be looked at as one. '.repeat(50))
    await expect(open()).rejects.toMatchObject({
      code: 'store-unusable',
      message: `${file} is damaged or no SQLite database (file is not a database). Restore it from a backup.`,
    })
  })

  test.skipIf(process.getuid?.() === 0)('a file that may not be written (root may write any)', async () => {
    await (await open()).close()
    chmodSync(file, 0o400)
    await expect(open()).rejects.toMatchObject({ code: 'store-unusable' })
  })
})

describe('another process', () => {
  const program = `
    import { openSqlite } from '${new URL('./sqlite.ts', import.meta.url)}'
    import { systemClock } from '${new URL('../../../model/clock.ts', import.meta.url)}'
    const store = await openSqlite({ file: process.argv[1], clock: systemClock })
    for (let n = 1; ; n++) {
      await store.transaction(async (tables) => {
        await tables.lockAdmission()
        const row = await tables.clusters.insert({ ...${JSON.stringify(shop)}, name: 'c' + process.pid + '-' + n })
        await tables.clusters.update(row.id, { max: n })
      })
      console.log(n)
    }`

  const children: ChildProcess[] = []

  afterEach(async () => {
    const running = children.splice(0).filter((child) => child.exitCode === null && child.signalCode === null)
    await Promise.all(
      running.map(async (child) => {
        child.kill('SIGKILL')
        await once(child, 'close')
      }),
    )
  })

  /** A process that writes for ever and counts what it was answered for. */
  function startWriter() {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    const writer = { child, written: 0 }
    createInterface(child.stdout).on('line', (line) => {
      writer.written = Number(line)
      child.emit('written')
    })
    return writer
  }

  async function untilWritten(writer: ReturnType<typeof startWriter>, count: number): Promise<void> {
    const ended = once(writer.child, 'close').then(() => Promise.reject(new Error('the writer ended by itself')))
    while (writer.written < count) await Promise.race([once(writer.child, 'written'), ended])
    ended.catch(() => {}) // it ends some time, and nobody waits for it then
  }

  test('killed at any instant has lost nothing it was answered for, and left nothing half done', async () => {
    const writer = startWriter()
    await untilWritten(writer, 20)
    writer.child.kill('SIGKILL')
    await once(writer.child, 'close')
    const store = await openSqlite({ file, clock: new FakeClock() })
    const rows = await store.clusters.list()
    expect(rows.length - writer.written).toBeOneOf([0, 1]) // the last may be kept and not yet answered for
    expect(rows.map(({ max }) => max)).toEqual(rows.map((_, index) => index + 1))
    await store.close()
  })

  test('may write the same file at the same time', async () => {
    const store = await openSqlite({ file, clock: new FakeClock() })
    const writers = [startWriter(), startWriter()]
    await Promise.all(writers.map((writer) => untilWritten(writer, 1)))
    for (let n = 0; n < 20; n++)
      await store.transaction((tables) => tables.clusters.insert({ ...shop, name: `own${n}` }))
    await Promise.all(writers.map((writer) => untilWritten(writer, writer.written + 5)))
    expect(await store.clusters.list({ q: 'own' })).toHaveLength(20)
    await store.close()
  })
})

describe('the queries of a running server use an index', () => {
  test.each([
    'select * from tasks where run_id = 1 and state = 1 order by id',
    'select * from tasks where state = 1 order by id',
    'select * from tasks where step_id = 1 order by id',
    'select * from steps where run_id = 1 order by id',
    'select * from runs where state in (1, 2) order by id',
    'select * from log_lines where task_id = 1 and id > 5 order by id limit 100',
    'select * from verdicts where trigger_id = 1 order by id desc limit 1',
    'select * from alerts where kind = 1 and subject = 2 and state in (1, 2) order by id',
    'select * from nodes where cluster_id = 1 order by id',
    'select * from nodes where instance_id = 1 order by id',
    'select * from sessions where key = 1 order by id',
    'select * from tokens where key = 1 order by id',
    'select * from audit where kind = 1 and subject_id = 1 order by id desc limit 50',
    'select * from node_locks where run_id = 1 order by id',
  ])('%s', async (sql) => {
    await (await openSqlite({ file, clock: new FakeClock() })).close()
    const orm = await connect(file)
    const native = await orm.em.getConnection().getNativeClient()
    const plan = native.prepare(`explain query plan ${sql}`).all()
    await orm.close()
    expect(plan[0]).toMatchObject({ detail: expect.stringMatching(/^SEARCH \w+ USING (COVERING )?INDEX/) })
  })
})
