import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { failureKinds } from '../../model/sample.ts'
import type { Bucket, Column, History, Kept } from './history.ts'

/** A history in a place of its own. */
export interface HistoryBench {
  history: History
  /** Closes it and opens what it left. */
  reopen(): Promise<History>
  remove(): Promise<void>
}

const START_AT = Date.UTC(2026, 0, 1)
const ALL = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const

/** What every driver of history does. */
export function historyConform(open: () => Promise<HistoryBench>): void {
  const opened: HistoryBench[] = []
  const begin = async () => {
    const bench = await open()
    opened.push(bench)
    return bench
  }
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.remove()
  })

  describe('history', () => {
    test('a series that never was is empty', async () => {
      const { history } = await begin()
      expect(rowsOf(await history.range('1.1', ...ALL))).toEqual([])
      expect(await history.failures('1.1', ...ALL, 10)).toEqual([])
      expect(await history.rollups('1.1', ...ALL)).toEqual([])
      expect(await history.oldest('1.1')).toBeNull()
    })

    test('what was appended is read at once, before it is written', async () => {
      const { history } = await begin()
      history.append([value(0, 1.5), value(10, 2.5, 3)])
      expect(rowsOf(await history.range('1.1', ...ALL))).toEqual([
        { at: START_AT, value: 1.5, failure: 0, hits: 0 },
        { at: START_AT + 10_000, value: 2.5, failure: 0, hits: 3 },
      ])
    })

    test('a range has its begin and not its end', async () => {
      const { history } = await begin()
      history.append([value(0, 1), value(10, 2), value(20, 3)])
      const rows = rowsOf(await history.range('1.1', START_AT + 10_000, START_AT + 20_000))
      expect(rows.map((row) => row.value)).toEqual([2])
    })

    test('a failure is no value, and keeps its kind, its text and the hits', async () => {
      const { history } = await begin()
      history.append([value(0, 1), failure(10, 'exit', 'ended with 3', 2)])
      const [, failed] = rowsOf(await history.range('1.1', ...ALL))
      expect(failed).toMatchObject({ value: Number.NaN, failure: failureKinds.indexOf('exit') + 1, hits: 2 })
      expect(await history.failures('1.1', ...ALL, 10)).toEqual([
        { at: START_AT + 10_000, kind: 'exit', text: 'ended with 3' },
      ])
    })

    test('failures come newest first, at most as many as asked for, in memory or long written', async () => {
      const { history, reopen } = await begin()
      const of = (n: number) => (n % 2 === 0 ? value(n, n) : failure(n, 'timeout', `text ${n % 7}`))
      history.append(Array.from({ length: 300 }, (_, n) => of(n)))
      await history.flush()
      const again = await reopen()
      again.append([failure(400, 'unreachable', 'gone')])
      const found = await again.failures('1.1', ...ALL, 3)
      expect(found.map(({ at, text }) => [(at - START_AT) / 1_000, text])).toEqual([
        [400, 'gone'],
        [299, 'text 5'],
        [297, 'text 3'],
      ])
      const early = await again.failures('1.1', START_AT, START_AT + 4_000, 10)
      expect(early.map(({ at }) => at - START_AT)).toEqual([3_000, 1_000])
    })

    test('samples that come late are in their place', async () => {
      const { history } = await begin()
      history.append([value(20, 3), value(0, 1), value(10, 2)])
      expect(rowsOf(await history.range('1.1', ...ALL)).map((row) => row.value)).toEqual([1, 2, 3])
      expect(await history.oldest('1.1')).toBe(START_AT)
    })

    test('series are kept apart', async () => {
      const { history } = await begin()
      history.append([value(0, 1), { ...value(0, 2), series: '1.2' }, { ...value(0, 3), series: '1.1.1' }])
      expect(rowsOf(await history.range('1.2', ...ALL)).map((row) => row.value)).toEqual([2])
    })

    test('a rollup has least, most, mean, how many and how many failed; it may begin in memory and end there', async () => {
      const { history, reopen } = await begin()
      history.append([value(0, 4), value(1, 2), failure(2, 'timeout', 'late'), failure(300, 'timeout', 'late')])
      await history.flush()
      const again = await reopen()
      again.append([value(299, 9), value(600, 1)])
      const empty = { min: Number.NaN, max: Number.NaN, mean: Number.NaN }
      expect(await again.rollups('1.1', ...ALL)).toEqual([
        { at: START_AT, min: 2, max: 9, mean: 5, count: 3, failures: 1 },
        { at: START_AT + 300_000, ...empty, count: 0, failures: 1 },
        { at: START_AT + 600_000, min: 1, max: 1, mean: 1, count: 1, failures: 0 },
      ])
      expect(await again.rollups('1.1', START_AT + 1, START_AT + 600_000)).toHaveLength(1)
    })

    test('retaining keeps young samples', async () => {
      const { history } = await begin()
      history.append([value(0, 1)])
      await history.retain(START_AT + 1_000)
      expect(rowsOf(await history.range('1.1', ...ALL))).toHaveLength(1)
    })

    test('any pattern of appending gives the same as an array, for any range, and again after opening anew', async () => {
      await fc.assert(
        fc.asyncProperty(patterns, fc.nat(20_000), fc.nat(20_000), async (batches, a, b) => {
          const bench = await begin()
          const model: Kept[] = []
          for (const batch of batches) {
            bench.history.append(batch)
            model.push(...batch)
            await bench.history.flush()
          }
          const [from, to] = [START_AT + Math.min(a, b) * 1_000, START_AT + Math.max(a, b) * 1_000]
          await expectSame(bench.history, model, from, to)
          await expectSame(await bench.reopen(), model, from, to)
          await bench.remove()
        }),
        { numRuns: 15 }, // each opens a driver twice
      )
    })
  })
}

async function expectSame(history: History, model: readonly Kept[], from: number, to: number): Promise<void> {
  for (const series of ['1.1', '1.2', '2.1.7']) {
    const own = sorted(model.filter((kept) => kept.series === series))
    const inside = own.filter(({ at }) => at >= from && at < to)
    expect(rowsOf(await history.range(series, ...ALL))).toEqual(own.map(rowOf))
    expect(rowsOf(await history.range(series, from, to))).toEqual(inside.map(rowOf))
    expect(await history.oldest(series)).toBe(own[0]?.at ?? null)
    const failed = inside.filter((kept) => kept.failure !== 0).map(({ at, text }) => ({ at, text }))
    const found = await history.failures(series, from, to, 10_000)
    expect(found.map(({ at }) => at)).toEqual(failed.map(({ at }) => at).reverse())
    expect(new Set(found.map(({ at, text }) => `${at} ${text}`))).toEqual(
      new Set(failed.map(({ at, text }) => `${at} ${text}`)),
    )
    expectBuckets(await history.rollups(series, ...ALL), own)
  }
}

function expectBuckets(buckets: readonly Bucket[], samples: readonly Kept[]): void {
  expect(buckets.reduce((sum, { count, failures }) => sum + count + failures, 0)).toBe(samples.length)
  for (const { at, min, max, mean, count, failures } of buckets) {
    const inside = samples.filter((kept) => kept.at >= at && kept.at < at + 300_000)
    const values = inside.filter((kept) => kept.failure === 0).map((kept) => kept.value)
    expect([count, failures]).toEqual([values.length, inside.length - values.length])
    if (count === 0) continue
    expect([min, max]).toEqual([Math.min(...values), Math.max(...values)])
    expect(mean).toBeCloseTo(values.reduce((sum, one) => sum + one, 0) / count, 6)
  }
}

/** Appends of many lengths: single samples, bursts of several chunks, out of order, with failures and hits. */
const patterns = fc.array(
  fc
    .record({
      series: fc.constantFrom('1.1', '1.2', '2.1.7'),
      start: fc.nat(20_000),
      stepMs: fc.constantFrom(0, 1, 333, 1_000, 10_000, 70_000, 3_600_000, 0.5),
      length: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 55, max: 65 }), fc.constant(400)),
      failsEach: fc.constantFrom(0, 1, 2, 7),
      fractions: fc.boolean(),
      hits: fc.constantFrom(0, 1, 300),
    })
    .map(({ series, start, stepMs, length, failsEach, fractions, hits }) =>
      Array.from({ length }, (_, n): Kept => {
        const at = START_AT + start * 1_000 + n * stepMs
        const fails = failsEach > 0 && n % failsEach === 0
        return fails
          ? { series, at, value: Number.NaN, failure: 1 + (n % failureKinds.length), text: `text ${n % 3}`, hits }
          : { series, at, value: fractions ? n / 7 : n, failure: 0, hits: hits * (n % 2) }
      }),
    ),
  { minLength: 1, maxLength: 8 },
)

function value(second: number, number: number, hits = 0): Kept {
  return { series: '1.1', at: START_AT + second * 1_000, value: number, failure: 0, hits }
}

function failure(second: number, kind: (typeof failureKinds)[number], text: string, hits = 0): Kept {
  const code = failureKinds.indexOf(kind) + 1
  return { series: '1.1', at: START_AT + second * 1_000, value: Number.NaN, failure: code, text, hits }
}

function sorted(samples: readonly Kept[]): Kept[] {
  return [...samples].sort((a, b) => a.at - b.at)
}

function rowOf({ at, value: number, failure: code, hits }: Kept) {
  return { at, value: code === 0 ? number : Number.NaN, failure: code, hits }
}

function rowsOf({ times, values, failures, hits }: Column) {
  return Array.from(times, (at, n) => ({ at, value: values[n], failure: failures[n], hits: hits[n] }))
}
