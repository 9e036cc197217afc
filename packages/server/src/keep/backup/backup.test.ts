import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import { openVault } from '../secrets/vault.ts'
import { withSmallDisk } from '../small-disk.ts'
import { openStore } from '../store/all.ts'
import type { Store } from '../store/store.ts'
import { makeBackup } from './make-backup.ts'
import { putInPlace } from './put-in-place.ts'
import { tarOf } from './tar.ts'
import { unpack } from './unpack.ts'

let root: string
let dataFolder: string
let file: string
let store: Store
const vault = openVault('k'.repeat(40))

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'tscaler-backup-'))
  dataFolder = path.join(root, 'data')
  file = path.join(root, 'out/backup.tar.gz')
  mkdirSync(dataFolder)
  store = await openStore({ url: `sqlite:${path.join(dataFolder, 'tscaler.db')}`, clock: new FakeClock() })
})

afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true })
})

const order = () => ({ dataFolder, file, samples: false, version: '1.2.3', now: 1_700_000_000_000 })

async function unpacked(archive = file) {
  const into = mkdtempSync(path.join(root, 'into-'))
  return { manifest: await unpack(archive, into), into }
}

async function addProfile(name: string, tables: Pick<Store, 'sshProfiles'> = store): Promise<void> {
  await tables.sshProfiles.insert({
    ...{ name, user: 'ops', privateKey: null, passphrase: null, password: vault.seal(`password of ${name}`) },
    ...{ agent: false, hostKeys: 'strict', jump: [], knownHosts: null, certAuthorities: [] },
  })
}

describe('a backup', () => {
  test('is of one instant: a transaction that is open meanwhile is not in it, and goes on', async () => {
    await addProfile('before')
    await store.transaction(async (tables) => {
      await addProfile('half', tables)
      await makeBackup(order())
    })
    const { into } = await unpacked()
    expect(namesIn(path.join(into, 'tscaler.db'))).toEqual(['before'])
    expect(await store.sshProfiles.count()).toBe(2)
  })

  test('says what is in it, whose it is and which key its secrets need, and holds none of them open', async () => {
    await addProfile('ops')
    const made = await makeBackup(order())
    const { manifest } = await unpacked()
    const keyId = vault.seal('').split('.')[1]
    const { uid } = await store.installation.get(1)
    expect(manifest).toMatchObject({
      version: '1.2.3',
      madeAt: 1_700_000_000_000,
      installation: uid,
      sealedWith: [keyId],
    })
    expect(manifest.schema[0]).toBe('0001-first')
    expect(made.bytes).toBe(statSync(file).size)
    expect(gunzipSync(readFileSync(file)).includes('password of ops')).toBe(false)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('leaves nothing beside it, and takes no name that is taken', async () => {
    await makeBackup(order())
    expect(readdirSync(path.dirname(file))).toEqual(['backup.tar.gz'])
    await expect(makeBackup(order())).rejects.toMatchObject({ code: 'bad-input', message: /is there already/ })
    const missing = { ...order(), dataFolder: path.join(root, 'none'), file: `${file}2` }
    await expect(makeBackup(missing)).rejects.toMatchObject({ code: 'bad-input', message: /holds no tscaler\.db/ })
  })

  test('of a damaged database is refused, and no archive appears', async () => {
    await store.close()
    const db = path.join(dataFolder, 'tscaler.db')
    const bytes = readFileSync(db)
    bytes.fill(0x55, 8_192, 20_480)
    writeFileSync(db, bytes)
    await expect(makeBackup(order())).rejects.toMatchObject({ code: 'store-unusable' })
    expect(readdirSync(path.dirname(file))).toEqual([])
    store = await openStore({ url: `sqlite:${path.join(root, 'other.db')}`, clock: new FakeClock() })
  })

  test('on a full disk leaves nothing there', (context) =>
    withSmallDisk(context, async (disk) => {
      await disk.fill()
      const full = { ...order(), file: path.join(disk.folder, 'b.tar.gz') }
      await expect(makeBackup(full)).rejects.toMatchObject({ code: expect.stringMatching(/^(disk-full|bad-input)$/) })
      expect(readdirSync(disk.folder).filter((name) => name.startsWith('b.tar'))).toEqual([])
    }))
})

describe('an archive is refused, and nothing of it believed', () => {
  const text = async (name: string, content: string | Buffer) => ({
    name,
    bytes: Buffer.byteLength(content),
    content: Readable.from([Buffer.from(content)]),
  })
  async function write(entries: Awaited<ReturnType<typeof text>>[]): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of tarOf(entries, 0)) parts.push(part)
    writeFileSync(file, gzipSync(Buffer.concat(parts)))
  }

  test.each([
    { name: 'half of it', change: (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), says: /is damaged/ },
    { name: 'no gzip', change: () => Buffer.from('hello'), says: /is damaged: incorrect header check/ },
    { name: 'empty', change: () => Buffer.alloc(0), says: /is damaged|is no backup/ },
    { name: 'a changed byte', change: flipped, says: /is damaged/ },
    { name: 'another archive', change: () => gzipSync(Buffer.alloc(1_024)), says: /is no backup of tscaler/ },
  ])('$name', async ({ change, says }) => {
    await makeBackup(order())
    writeFileSync(file, change(readFileSync(file)))
    await expect(unpacked()).rejects.toMatchObject({ code: 'bad-input', message: says })
  })

  test.each([
    {
      name: 'a content that is not what its manifest says',
      sha256: 'a'.repeat(64),
      entry: 'tscaler.db',
      says: /does not have the digest/,
    },
    {
      name: 'a file of another name',
      sha256: 'a'.repeat(64),
      entry: '../../x',
      says: /is not what its manifest lists/,
    },
  ])('$name', async ({ sha256, entry, says }) => {
    mkdirSync(path.dirname(file))
    const files = [{ name: 'tscaler.db', bytes: 5, sha256 }]
    const head = { format: 'tscaler-backup', formatVersion: 1, version: '1', madeAt: '2026-01-01T00:00:00Z' }
    const manifest = JSON.stringify({ ...head, installation: 'ab', schema: [], sealedWith: [], counts: {}, files })
    await write([await text('manifest.json', manifest), await text(entry, 'bytes')])
    await expect(unpacked()).rejects.toMatchObject({ code: 'bad-input', message: says })
    expect(existsSync(path.join(root, 'x'))).toBe(false)
  })

  test.each([
    {
      name: 'a later form',
      manifest: { format: 'tscaler-backup', formatVersion: 2, version: '9.0.0' },
      says: /has form 2, .*\(9\.0\.0\)/,
    },
    {
      name: 'a manifest that is not whole',
      manifest: { format: 'tscaler-backup', formatVersion: 1 },
      says: /is not whole/,
    },
    { name: 'something else', manifest: { name: 'x' }, says: /is no backup of tscaler/ },
  ])('$name', async ({ manifest, says }) => {
    mkdirSync(path.dirname(file))
    await write([await text('manifest.json', JSON.stringify(manifest))])
    await expect(unpacked()).rejects.toMatchObject({ code: 'bad-input', message: says })
  })
})

/** One bit in the middle of the stored bytes, past gzip's own head. */
function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const at = Math.floor(bytes.length / 2)
  changed.writeUInt8((changed[at] ?? 0) ^ 0x10, at)
  return changed
}

test('what is replaced goes aside, its write-ahead log folded in, and samples of another store with it', async () => {
  await addProfile('then')
  await makeBackup(order())
  await addProfile('now')
  const { into } = await unpacked()
  await store.close()
  new Sqlite(path.join(dataFolder, 'samples.db')).exec('create table old (x)').close()
  const aside = path.join(dataFolder, 'before')
  await putInPlace({ dataFolder, from: into, names: ['tscaler.db'], aside })
  expect(readdirSync(aside).sort()).toEqual(['samples.db', 'tscaler.db'])
  expect(readdirSync(dataFolder).sort()).toEqual(['before', 'tscaler.db'])
  expect([namesIn(path.join(aside, 'tscaler.db')), namesIn(path.join(dataFolder, 'tscaler.db'))]).toEqual([
    ['then', 'now'],
    ['then'],
  ])
  store = await openStore({ url: `sqlite:${path.join(dataFolder, 'tscaler.db')}`, clock: new FakeClock() })
})

test('kill -9 before any change of a name leaves the store of before or the restored one, whole; another try finishes', async () => {
  new Sqlite(path.join(dataFolder, 'samples.db')).exec('create table samples (x)').close()
  await addProfile('then')
  await makeBackup({ ...order(), samples: true })
  await addProfile('now')
  await store.close()
  const before = path.join(root, 'before')
  cpSync(dataFolder, before, { recursive: true })
  const db = path.join(dataFolder, 'tscaler.db')
  const seen: unknown[][] = []
  for (let at = 0; ; at++) {
    rmSync(dataFolder, { recursive: true })
    cpSync(before, dataFolder, { recursive: true })
    const { into } = await unpacked()
    const fixture = path.join(import.meta.dirname, 'put-in-place.fixture.ts')
    const words = [fixture, dataFolder, into, path.join(dataFolder, 'aside'), `${at}`]
    const { signal, status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    seen.push(namesIn(db))
    expect(existsSync(path.join(dataFolder, 'samples.db')), `killed at ${at}`).toBe(true)
    if (signal === null) {
      expect([status, stderr]).toEqual([0, ''])
      break
    }
    const again = await unpacked()
    const names = ['tscaler.db', 'samples.db'] as const
    await putInPlace({ dataFolder, from: again.into, names, aside: path.join(dataFolder, 'again') })
    expect(namesIn(db), `again after ${at}`).toEqual(['then'])
  }
  expect(seen.length).toBeGreaterThan(4)
  expect(new Set(seen.map((names) => names.join()))).toEqual(new Set(['then,now', 'then']))
  store = await openStore({ url: `sqlite:${db}`, clock: new FakeClock() })
})

function namesIn(db: string): unknown[] {
  const opened = new Sqlite(db, { readonly: true })
  try {
    return opened.prepare('select name from ssh_profiles order by id').pluck().all()
  } finally {
    opened.close()
  }
}
