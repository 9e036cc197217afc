import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { DatabaseServer } from '@tscaler/rehearsal/database-server.ts'
import { startMariadb } from '@tscaler/rehearsal/mariadb.ts'
import { part, requirePart } from '@tscaler/rehearsal/parts.ts'
import { startPostgresql } from '@tscaler/rehearsal/postgresql.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { openVault } from '../../secrets/vault.ts'
import { openBase, openStore } from '../all.ts'
import type { Base } from '../orm/dialect.ts'
import { everyTable, run, shop, step, task } from '../rows.conformance.ts'
import type { Store, TableName } from '../store.ts'
import { copyStore } from './copy.ts'

const key = 'k'.repeat(32)
const vault = openVault(key)
const clock = new FakeClock()

let folder: string
let told: string[]
const open: { close(): Promise<void> }[] = []

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-copy-'))
  told = []
})

afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
  rmSync(folder, { recursive: true })
})

const file = (name: string) => `sqlite:${path.join(folder, name)}`

async function base(url: string): Promise<Base> {
  const opened = await openBase(url)
  open.unshift(opened)
  return opened
}

/** Copies with both databases opened for it alone. */
async function copy(from: string, to: string, keys = vault) {
  const [source, target] = [await openBase(from), await openBase(to)]
  try {
    return await copyStore({ from: source, to: target, vault: keys, tell: (line) => told.push(line) })
  } finally {
    await Promise.all([source.close(), target.close()])
  }
}

/** Rows of every table, ids that were given once and are gone, a changed version, and texts of all kinds. */
async function fill(url: string): Promise<void> {
  const store = await openStore({ url, clock })
  for (const name of Object.keys(everyTable) as TableName[]) {
    // All tables have it; which noun goes with which is held by the type of `everyTable`.
    const table = store[name] as { insert(row: object): Promise<unknown> }
    for (const row of everyTable[name]) await table.insert(unsealed(row))
  }
  await store.sshProfiles.insert({
    ...everyTable.sshProfiles[0]!,
    name: 'sealed',
    privateKey: vault.seal('-----BEGIN'),
    passphrase: null,
    password: null,
  })
  await store.clusters.update(1, { max: 9 })
  await store.clusters.remove((await store.clusters.insert({ ...shop, name: 'gone' })).id)
  const lines = Array.from({ length: 1_200 }, (_, index) => ({
    taskId: 1,
    at: index,
    stream: 'out' as const,
    text: `line ${index} 'é\\' \u{1F600}\t`,
  }))
  await store.logLines.insertMany(lines)
  await store.logLines.insert({ taskId: 1, at: 1, stream: 'err', text: 'x'.repeat(1_500_000) })
  await store.close()
}

/** The rows of the suites hold a text that only looks like an envelope. */
function unsealed(row: object): object {
  return JSON.parse(JSON.stringify(row).replaceAll('"v1.k.i.t.c"', JSON.stringify(vault.seal('secret'))))
}

async function contentsOf(url: string): Promise<Record<string, readonly object[]>> {
  const store = await openStore({ url, clock })
  const contents: Record<string, readonly object[]> = {}
  for (const name of Object.keys(everyTable) as TableName[]) contents[name] = await store[name].list()
  await store.close()
  return contents
}

async function nextId(url: string): Promise<number> {
  const store: Store = await openStore({ url, clock })
  const { id } = await store.clusters.insert({ ...shop, name: 'next' })
  await store.close()
  return id
}

describe('from SQLite to SQLite', () => {
  test('everything is there with its ids, and no id is given again', async () => {
    await fill(file('a.db'))
    const rows = await copy(file('a.db'), file('b.db'))
    expect(rows).toMatchObject({ clusters: 2, log_lines: 1_203, ssh_profiles: 3 })
    expect(await contentsOf(file('b.db'))).toEqual(await contentsOf(file('a.db')))
    expect(await nextId(file('b.db'))).toBe(4)
    expect(told.at(-1)).toBe('Every row of the copy is as its original is.')
  })

  test('one that was broken off goes on where it stopped; until then no server opens it', async () => {
    await fill(file('a.db'))
    const [from, to] = [await base(file('a.db')), await base(file('b.db'))]
    const breakOff = (line: string) => {
      if (line.startsWith('runs:')) throw new Error('power cut')
    }
    await expect(copyStore({ from, to, vault, tell: breakOff })).rejects.toThrow('power cut')
    await expect(openStore({ url: file('b.db'), clock })).rejects.toMatchObject({
      code: 'store-unusable',
      message: expect.stringMatching(
        /b\.db holds a half-done copy of installation [0-9a-f]{16}\. Finish it by the same `tscaler copy`/,
      ),
    })
    await copy(file('a.db'), file('b.db'))
    expect(told[0]).toBe('Going on with the copy that is half done.')
    expect(told.some((line) => line.startsWith('clusters:'))).toBe(false)
    expect(await contentsOf(file('b.db'))).toEqual(await contentsOf(file('a.db')))
  })

  test('what was changed since it was broken off is found', async () => {
    await fill(file('a.db'))
    const [from, to] = [await base(file('a.db')), await base(file('b.db'))]
    const breakOff = (line: string) => {
      if (line.startsWith('runs:')) throw new Error('power cut')
    }
    await expect(copyStore({ from, to, vault, tell: breakOff })).rejects.toThrow('power cut')
    const store = await openStore({ url: file('a.db'), clock })
    await store.clusters.update(2, { max: 77 })
    await store.close()
    await expect(copy(file('a.db'), file('b.db'))).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringMatching(/^Row 2 of clusters is not the same in .*b\.db: the original was changed/),
    })
  })

  test('a database that is not empty is left as it is', async () => {
    await fill(file('a.db'))
    await (await openStore({ url: file('b.db'), clock })).close()
    const before = await contentsOf(file('b.db'))
    await expect(copy(file('a.db'), file('b.db'))).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringMatching(
        /b\.db is not empty: it has rows in installation\. A copy goes only into an empty database/,
      ),
    })
    expect(await contentsOf(file('b.db'))).toEqual(before)
  })

  test('a half-done copy of another installation is not gone on with', async () => {
    await fill(file('a.db'))
    await fill(file('c.db'))
    const [from, to] = [await base(file('a.db')), await base(file('b.db'))]
    await expect(
      copyStore({
        from,
        to,
        vault,
        tell: () => {
          throw new Error('power cut')
        },
      }),
    ).rejects.toThrow('power cut')
    await expect(copy(file('c.db'), file('b.db'))).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringMatching(/holds a half-done copy of another installation/),
    })
  })

  test('secrets that the new key does not open are not copied', async () => {
    await fill(file('a.db'))
    await expect(copy(file('a.db'), file('b.db'), openVault('z'.repeat(32)))).rejects.toMatchObject({
      code: 'wrong-secret-key',
      message: expect.stringMatching(/^Row 1 of \w+ has a secret that the key of the new store does not open\./),
    })
    await copy(file('a.db'), file('b.db'), openVault(`${'z'.repeat(32)},${key}`))
    expect(await contentsOf(file('b.db'))).toEqual(await contentsOf(file('a.db')))
  })

  test('an empty database has nothing to copy', async () => {
    await (await base(file('a.db'))).close()
    await expect(copy(file('a.db'), file('b.db'))).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringMatching(/a\.db holds no installation/),
    })
  })
})

const here = part('postgresql').present && part('mariadb').present
if (!here) requirePart('postgresql', 'mariadb')

describe.skipIf(!here)('over all databases', () => {
  let servers: DatabaseServer[] = []
  beforeAll(async () => {
    servers = await Promise.all([startPostgresql(), startMariadb()])
  })
  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  test('SQLite → PostgreSQL → MariaDB → SQLite gives the same, and no id is given again', async () => {
    await fill(file('a.db'))
    const [postgresql, mariadb] = await Promise.all(
      servers.map(async (server) => server.urlOf(await server.newDatabase())),
    )
    const chain = [file('a.db'), postgresql!, mariadb!, file('z.db')]
    const first = await contentsOf(chain[0]!)
    for (const [index, url] of chain.slice(1).entries()) {
      await copy(chain[index]!, url)
      expect(await contentsOf(url)).toEqual(first)
    }
    expect(await Promise.all(chain.map(nextId))).toEqual([4, 4, 4, 4])
  })

  test('a row that MariaDB does not take whole is named', async () => {
    const store = await openStore({ url: file('a.db'), clock })
    await store.runs.insert({ ...run, triggerName: 'x'.repeat(64) })
    await store.steps.insert(step(1))
    await store.tasks.insert(task(1, 1))
    await store.close()
    const url = servers[1]!.urlOf(await servers[1]!.newDatabase())
    await expect(copy(file('a.db'), url)).rejects.toMatchObject({
      code: 'bad-input',
      message: 'Row 1: runs.triggerName has 64 characters, and this database keeps 63 of them. Shorten it.',
    })
  })
})
