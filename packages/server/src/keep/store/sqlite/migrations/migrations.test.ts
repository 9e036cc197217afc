import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '../../../../model/fake-clock.ts'
import { everyTable, shop } from '../../rows.conformance.ts'
import type { TableName } from '../../store.ts'
import { connect, openSqlite } from '../sqlite.ts'
import { migrations } from './all.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-migrations-'))
  file = path.join(folder, 'tscaler.db')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** What would have to be run to make the database what the entities say; where it isn't empty it belongs into a new migration. */
async function missingSql(): Promise<string> {
  const orm = await connect(file)
  try {
    return await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: false })
  } finally {
    await orm.close()
  }
}

async function openOnce(): Promise<void> {
  await (await openSqlite({ file, clock: new FakeClock() })).close()
}

test('the migrations give exactly the tables of the entities', async () => {
  await openOnce()
  expect(await missingSql()).toBe('')
})

test('the comparison sees a difference', async () => {
  await openOnce()
  const orm = await connect(file)
  await orm.em.getConnection().execute('drop index tasks_run_id_state_index')
  await orm.close()
  expect(await missingSql()).toContain('create index `tasks_run_id_state_index`')
})

test.each([
  { name: 'an empty file', upTo: undefined },
  ...migrations.map(({ name }) => ({ name: `after ${name}`, upTo: name })),
])('a database $name comes to the present form', async ({ upTo }) => {
  const orm = await connect(file)
  if (upTo) await orm.migrator.up({ to: upTo })
  await orm.close()
  await openOnce()
  expect(await missingSql()).toBe('')
})

/** What an EC2 profile becomes that nothing could be deployed by yet: its user data was no secret, and is to be given again. */
const ec2Profiles = {
  accessKeyId: null,
  secretAccessKey: null,
  instanceProfile: null,
  spot: false,
  volumes: [],
  userData: null,
  hostKeyFrom: 'console',
  address: 'private',
}

/** What people become that a database knew before 0004: no roles for single clusters, no issuer, sessions from nowhere. */
const people = {
  users: { clusterRoles: [], externalKey: null },
  sessions: { address: '', userAgent: '', signedInBy: 'password' },
  tokens: { clusterRoles: [] },
}

/** Columns that a saved database did not have yet. */
const addedSince: Record<string, { [Name in TableName]?: object }> = {
  '0001-first.sql': { jvmProfiles: { tlsCert: null, tlsKey: null }, ec2Profiles, ...people },
  '0002-jvms.sql': { ec2Profiles, ...people },
  '0003-launches.sql': people,
}

/** Tables that a saved database did not have yet. */
const emptyIn: Record<string, readonly TableName[]> = {
  '0001-first.sql': ['launches', 'secondFactors'],
  '0002-jvms.sql': ['launches', 'secondFactors'],
  '0003-launches.sql': ['secondFactors'],
}

const saved = path.join(import.meta.dirname, '..', 'testcases')

test('every migration has a saved database', () => {
  expect(readdirSync(saved).sort()).toEqual(migrations.map(({ name }) => `${name}.sql`))
})

test.each(readdirSync(saved))('what a database held when %s was written is there after opening it', async (dump) => {
  const orm = await connect(file)
  await orm.em.getConnection().executeDump(readFileSync(path.join(saved, dump), 'utf8'))
  await orm.close()
  const store = await openSqlite({ file, clock: new FakeClock() })
  for (const name of Object.keys(everyTable) as TableName[]) {
    const added = addedSince[dump]?.[name]
    const rowsThere = emptyIn[dump]?.includes(name) ? [] : everyTable[name]
    const expected = rowsThere.map((row) => expect.objectContaining({ ...row, ...added }))
    const rows: readonly object[] = await store[name].list()
    expect(name === 'installation' ? rows.slice(1) : rows, name).toEqual(expected)
  }
  expect((await store.clusters.insert({ ...shop, name: 'another' })).id).toBe(3)
  await store.close()
  expect(await missingSql()).toBe('')
})

test('opening again changes nothing', async () => {
  await openOnce()
  const store = await openSqlite({ file, clock: new FakeClock() })
  await store.clusters.insert(shop)
  await store.close()
  const again = await openSqlite({ file, clock: new FakeClock() })
  expect(await again.clusters.count()).toBe(1)
  await again.close()
})

test('a database that a newer program has changed is refused and left as it is', async () => {
  await openOnce()
  const orm = await connect(file)
  await orm.migrator.logMigration('0999-from-the-future')
  await orm.close()
  await expect(openSqlite({ file, clock: new FakeClock() })).rejects.toMatchObject({
    code: 'store-unusable',
    message: `${file} was last used by a newer tscaler (it has 0999-from-the-future). Start that one, or restore a backup from before.`,
  })
})
