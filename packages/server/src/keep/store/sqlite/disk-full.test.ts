import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { withSmallDisk } from '../../small-disk.ts'
import { baseOf } from '../orm/base.ts'
import { ormStore } from '../orm/orm-store.ts'
import { run } from '../rows.conformance.ts'
import type { Store } from '../store.ts'
import { connect, openSqlite, sqliteDialect } from './sqlite.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-full-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const full = (file: string) => ({
  code: 'disk-full',
  retryable: true,
  message: `The disk of ${file} has no room left; nothing was changed. Free some space: tscaler goes on by itself.`,
})

const big = { ...run, note: 'x'.repeat(200_000) }

/** Writes until the store refuses, and holds what the refusal must leave behind. */
async function fillUp(store: Store, file: string): Promise<number> {
  const rowsMax = 200 // 40 MB; no disk of these tests is that big
  for (let rows = 0; rows < rowsMax; rows++) {
    const refused = await store.runs.insert(big).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (refused === undefined) continue
    expect(refused).toMatchObject(full(file))
    expect(await store.runs.count()).toBe(rows)
    return rows
  }
  throw new Error('the disk never was full')
}

describe('where the database may not grow', () => {
  test('a write is refused whole, alone and in a transaction, and the store goes on once there is room', async () => {
    const file = path.join(folder, 'tscaler.db')
    await (await openSqlite({ file, clock: new FakeClock() })).close()
    const orm = await connect(file)
    const native = await orm.em.getConnection().getNativeClient()
    const store = ormStore(baseOf(orm, sqliteDialect(file), file), new FakeClock())

    native.pragma('max_page_count = 500')
    const rows = await fillUp(store, file)
    const work = store.transaction(async (tables) => {
      await tables.runs.insert(run)
      await tables.runs.insert(big)
    })
    await expect(work).rejects.toMatchObject(full(file))
    expect(await store.runs.count()).toBe(rows)

    native.pragma('max_page_count = 100000')
    await store.transaction((tables) => tables.runs.insert(big))
    expect(await store.runs.count()).toBe(rows + 1)
    await store.close()
  })
})

describe('on a disk that is really full', () => {
  test('a write is refused whole, reading goes on, and writing too once there is room', (context) =>
    withSmallDisk(context, async (disk) => {
      const file = path.join(disk.folder, 'tscaler.db')
      const store = await openSqlite({ file, clock: new FakeClock() })
      await disk.fill()
      const rows = await fillUp(store, file)
      await disk.free()
      await store.runs.insert(big)
      expect(await store.runs.count()).toBe(rows + 1)
      await store.close()
      const again = await openSqlite({ file, clock: new FakeClock() })
      expect((await again.runs.list({ limit: 1, order: 'desc' }))[0]?.note).toBe(big.note)
      await again.close()
    }))

  test('opening says so too', (context) =>
    withSmallDisk(context, async (disk) => {
      const file = path.join(disk.folder, 'tscaler.db')
      await disk.fill()
      await expect(openSqlite({ file, clock: new FakeClock() })).rejects.toMatchObject(full(file))
    }))
})
