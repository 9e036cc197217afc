import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Keeper } from './keeper.ts'
import { Outgoing } from './outgoing.ts'
import { readFailures, readRange } from './reads.ts'

const SPAN = { series: '1.2', from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
const NOW = { wallAt: Date.UTC(2026, 0, 1), monotonicMs: 0 }

let folder = ''
let notes: string[] = []
let keeper: Keeper
let outgoing: Outgoing

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keeper-'))
  notes = []
  outgoing = new Outgoing()
  keeper = new Keeper({
    path: join(folder, 'samples.db'),
    now: NOW,
    note: (text) => notes.push(text),
    waitingSamplesMax: 1_000,
  })
})

afterEach(async () => {
  keeper.close(NOW)
  await rm(folder, { recursive: true })
})

test('a file that is damaged while it is open is moved aside; what was in memory is in the next one', async () => {
  for (let second = 0; second < 100; second++) take(second)
  const before = readRange(keeper, SPAN).times.length
  expect(before).toBe(100)
  await spoil()
  take(100)
  expect(notes).toEqual([expect.stringContaining('could not be used')])
  expect(keeper.trouble()).toBeNull()
  expect((await readdir(folder)).some((name) => name.includes('damaged'))).toBe(true)
  const { times } = readRange(keeper, SPAN)
  expect(times.length).toBeGreaterThan(1)
  expect(Array.from(times)).toEqual(Array.from(times, (_, n) => (100 - times.length + 1 + n) * 1_000))
  expect(readFailures(keeper, SPAN, 1)).toEqual([{ at: 99_000, failure: 2, text: 'text 99' }])
  take(101)
  expect(readRange(keeper, SPAN).times.at(-1)).toBe(101_000)
})

test('series that have nothing left are forgotten when the file is opened, those in the journal stay', () => {
  take(0)
  keeper.file.db.exec("insert into series (name) values ('9.9')")
  keeper.close(NOW)
  keeper.write(NOW)
  expect(keeper.file.series.find('9.9')).toBeUndefined()
  expect(readRange(keeper, SPAN).times).toHaveLength(1)
})

/** Two series, a sample each; every third of the second fails. */
function take(second: number): void {
  outgoing.push({ series: '1.1', at: second * 1_000, value: second, failure: 0, hits: 0 })
  const failure = second % 3 === 0 ? 2 : 0
  outgoing.push({ series: '1.2', at: second * 1_000, value: second, failure, text: `text ${second}`, hits: 0 })
  const { names, afresh } = outgoing.takeNames()
  keeper.learn(names, afresh)
  keeper.take(outgoing.take(), { ...NOW, monotonicMs: second * 1_000 })
}

/** What a failing disk may do: every page is nonsense, and SQLite's own copies are let go. */
async function spoil(): Promise<void> {
  for (const end of ['', '-wal']) {
    const path = join(folder, `samples.db${end}`)
    await writeFile(path, Buffer.alloc((await stat(path)).size, 0xff), { flag: 'r+' })
  }
  keeper.file.db.pragma('shrink_memory')
}
