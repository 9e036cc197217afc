import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, test, vi } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { withSmallDisk } from '../../small-disk.ts'
import { historyConform } from '../history.conformance.ts'
import type { History, Kept } from '../history.ts'
import { type EmbeddedHistoryOptions, embeddedHistory, usualLimits } from './embedded.ts'
import type { Heard, Thread } from './history-thread.ts'
import type { Tick } from './messages.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const START_AT = Date.UTC(2026, 0, 1)
const EVERYTHING = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const

const ends: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

historyConform(async () => {
  const path = join(await newFolder(), 'samples.db')
  let history = open({ path }).history
  return {
    history,
    async reopen() {
      await history.close()
      history = open({ path }).history
      return history
    },
    remove: () => history.close(),
  }
})

test('a tick writes what came since the last, in one row; a chunk full, its rows are dropped', async () => {
  const path = join(await newFolder(), 'samples.db')
  const { history, clock } = open({ path })
  expect(await history.oldest('1.1')).toBeNull()
  history.append([sample(0), sample(1), sample(0, '1.2')])
  clock.advance(1_000)
  await vi.waitUntil(() => count(path, 'journal') === 1)
  for (let second = 2; second < 70; second++) {
    history.append([sample(second), sample(second, '1.2')])
    clock.advance(1_000)
    await history.flush()
  }
  clock.advance(10_000)
  expect(count(path, 'chunk')).toBeGreaterThanOrEqual(2)
  expect(count(path, 'journal')).toBeLessThanOrEqual(70)
})

test('a series that is sampled rarely gets its chunk by age', async () => {
  const path = join(await newFolder(), 'samples.db')
  const { history, clock } = open({ path })
  history.append([...Array.from({ length: 7 }, (_, n) => sample(0, `1.${n + 1}`)), sample(0, '1.9')])
  await history.flush()
  clock.advance(14 * 60_000)
  await history.flush()
  await vi.waitUntil(() => count(path, 'journal') === 0)
  expect(count(path, 'chunk')).toBe(8)
  expect(await valuesOf(history, '1.9')).toEqual([0])
})

test('raw samples older than 30 days go, their rollups stay for 400', async () => {
  const { history } = open({ path: join(await newFolder(), 'samples.db') })
  history.append(Array.from({ length: 40 * 24 * 12 }, (_, n) => sample(n * 300)))
  await writeChunks(history)
  await history.retain(START_AT + 40 * DAY_MS)
  const oldest = Number(await history.oldest('1.1'))
  expect(oldest).toBeLessThanOrEqual(START_AT + 10 * DAY_MS)
  expect(oldest).toBeGreaterThan(START_AT + 9 * DAY_MS)
  expect(await history.rollups('1.1', ...EVERYTHING)).toHaveLength(40 * 24 * 12)
  await history.retain(START_AT + 410 * DAY_MS)
  const rollups = await history.rollups('1.1', ...EVERYTHING)
  expect(rollups[0]?.at).toBe(START_AT + 10 * DAY_MS)
})

test('samples that come after their day was rolled up are added to it', async () => {
  const { history } = open({ path: join(await newFolder(), 'samples.db') })
  history.append(Array.from({ length: 200 }, (_, n) => sample(n)))
  await writeChunks(history)
  await history.retain(START_AT + DAY_MS)
  history.append(Array.from({ length: 200 }, (_, n) => sample(n)))
  await writeChunks(history)
  await history.retain(START_AT + 2 * DAY_MS)
  await history.retain(START_AT + 100 * DAY_MS)
  expect(await valuesOf(history, '1.1')).toEqual([])
  expect(await history.rollups('1.1', ...EVERYTHING)).toEqual([
    { at: START_AT, min: 0, max: 199, mean: 99.5, count: 400, failures: 0 },
  ])
})

test('more raw samples than allowed: the oldest go, their rollups stay', async () => {
  const path = join(await newFolder(), 'samples.db')
  const { history } = open({ path, limits: { ...usualLimits, rawBytesMax: 300_000 } })
  history.append(Array.from({ length: 100_000 }, (_, n) => sample(n)))
  await writeChunks(history)
  await history.retain(START_AT + DAY_MS)
  const values = await valuesOf(history, '1.1')
  expect(values.length).toBeGreaterThan(10_000)
  expect(values.length).toBeLessThan(50_000)
  expect(values.at(-1)).toBe(99_999)
  const rollups = await history.rollups('1.1', ...EVERYTHING)
  expect(rollups.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(100_000)
})

test('a file that is none is moved aside with a note, and another begun', async () => {
  const folder = await newFolder()
  await writeFile(
    join(folder, 'samples.db'),
    'this is no database, though it is long enough to have a head of 100 bytes '.repeat(100),
  )
  const { history, notes } = open({ path: join(folder, 'samples.db') })
  history.append([sample(0)])
  await history.flush()
  expect(await valuesOf(history, '1.1')).toEqual([0])
  expect(notes).toEqual([expect.stringContaining('file is not a database')])
  const aside = (await readdir(folder)).filter((name) => name.includes('.damaged-'))
  expect(aside).toHaveLength(2)
  const note = aside.find((name) => name.endsWith('.txt'))
  expect(await readFile(join(folder, String(note)), 'utf8')).toBe(`${notes[0]}\n`)
})

test('a file of a newer layout is moved aside, not guessed at', async () => {
  const path = join(await newFolder(), 'samples.db')
  const newer = new Database(path)
  newer.pragma('user_version = 99')
  newer.close()
  const { history, notes } = open({ path })
  await history.flush()
  expect(notes).toEqual([expect.stringContaining('it has layout 99, this tscaler knows 1 and older')])
})

test('a folder that is missing is trouble, and is mended by making it', async () => {
  const folder = join(await newFolder(), 'later')
  const { history, clock } = open({ path: join(folder, 'samples.db') })
  history.append([sample(0)])
  clock.advance(1_000)
  await vi.waitUntil(() => history.trouble() !== null)
  expect(history.trouble()).toContain("samples.db can't be written")
  await expect(history.flush()).rejects.toMatchObject({ code: 'disk-full', retryable: true })
  await mkdir(folder)
  clock.advance(1_000)
  await vi.waitUntil(() => history.trouble() === null)
  expect(await valuesOf(history, '1.1')).toEqual([0])
})

test('a full disk is trouble; what waits is read, bounded, and written when there is space', async (context) => {
  await withSmallDisk(context, async (disk) => {
    const { history, clock } = open({ path: join(disk.folder, 'samples.db'), waitingSamplesMax: 50_000 })
    history.append([sample(0)])
    await history.flush()
    await disk.fill()
    const tick = async (from: number) => {
      history.append(Array.from({ length: 10_000 }, (_, n) => sample(from + n)))
      clock.advance(1_000)
      await history.range('1.2', 0, 0)
    }
    for (let n = 0; n < 8; n++) await tick(1 + n * 10_000)
    expect(history.trouble()).toMatch(
      /samples\.db: the disk is full\. Free some space; .* samples wait in memory\. \d+ older ones are lost\.$/,
    )
    const waiting = await valuesOf(history, '1.1')
    expect(waiting.at(-1)).toBe(80_000)
    await disk.free()
    clock.advance(1_000)
    await vi.waitUntil(() => history.trouble() === null)
    expect(await valuesOf(history, '1.1')).toEqual(waiting)
    await history.close()
  })
})

test('a thread that ends is begun again with the next tick and learns the names anew', async () => {
  const threads = fakeThreads()
  const { history, clock, notes } = open({ path: '/nowhere/samples.db', beginThread: threads.begin })
  history.append([sample(0), sample(0, '1.2')])
  clock.advance(1_000)
  threads.heard().ended('out of memory')
  expect(history.trouble()).toBe(
    '/nowhere/samples.db: the thread that writes it has ended (out of memory) and is begun again. 2 samples are lost.',
  )
  expect(notes).toHaveLength(1)
  history.append([sample(1, '1.2')])
  clock.advance(1_000)
  threads.heard().taken(null)
  expect(history.trouble()).toBeNull()
  expect(threads.ticks.at(-1)).toMatchObject({ names: ['1.1', '1.2'], afresh: true, batch: { count: 1 } })
})

test('a thread that takes nothing holds up nobody: what waits is bounded and counted', async () => {
  const threads = fakeThreads()
  const { history, clock } = open({ path: '/nowhere/samples.db', beginThread: threads.begin, waitingSamplesMax: 3 })
  for (let n = 0; n < 10; n++) {
    history.append([sample(n)])
    clock.advance(1_000)
  }
  expect(threads.ticks).toHaveLength(4)
  expect(history.trouble()).toBe(
    '/nowhere/samples.db: the disk is slow; 3 seconds of samples wait in memory. 3 older ones are lost.',
  )
  for (let n = 0; n < 4; n++) threads.heard().taken(null)
  expect(threads.ticks).toHaveLength(7)
  expect(history.trouble()).toBeNull()
})

test('names are forgotten once a day and sent again as they come', async () => {
  const threads = fakeThreads()
  const { history, clock } = open({ path: '/nowhere/samples.db', beginThread: threads.begin })
  history.append([sample(0, '1.1'), sample(0, '1.2')])
  clock.advance(1_000)
  threads.heard().taken(null)
  for (let minute = 0; minute < 24 * 60; minute++) {
    clock.advance(60_000)
    threads.heard().taken(null)
  }
  history.append([sample(1, '1.2')])
  clock.advance(1_000)
  expect(threads.ticks.at(-1)).toMatchObject({ names: ['1.2'], batch: { count: 1 } })
})

function open(options: Partial<EmbeddedHistoryOptions> & { path: string }) {
  const [clock, notes] = [new FakeClock(START_AT), [] as string[]]
  const history = embeddedHistory({ clock, note: (text) => notes.push(text), ...options })
  ends.push(() => history.close())
  return { history, clock, notes }
}

/** Threads that take ticks and say nothing by themselves; `heard` is what the latest one may say. */
function fakeThreads() {
  const [ticks, all] = [[] as Omit<Tick, 'kind'>[], [] as Heard[]]
  return {
    ticks,
    heard: () => all.at(-1)!,
    begin(_: unknown, heard: Heard): Thread {
      all.push(heard)
      return { tick: (tick) => void ticks.push(tick), ask: () => Promise.reject(new Error('no')), end: async () => {} }
    },
  }
}

function sample(second: number, series = '1.1'): Kept {
  return { series, at: START_AT + second * 1_000, value: second, failure: 0, hits: 0 }
}

/** Full chunks are written with the tick after the one that filled them. */
async function writeChunks(history: History): Promise<void> {
  await history.flush()
  await history.flush()
}

async function valuesOf(history: History, series: string): Promise<number[]> {
  return Array.from((await history.range(series, ...EVERYTHING)).values)
}

function count(path: string, table: 'journal' | 'chunk'): number {
  const db = new Database(path, { readonly: true })
  const found = db.prepare<[], number>(`select count(*) from ${table}`).pluck().get()
  db.close()
  return found ?? 0
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'history-'))
  ends.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}
