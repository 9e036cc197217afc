import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparisons, isBreach, type Threshold } from '../model/threshold.ts'
import { type Breach, type BreachRule, breaches, breachRule, type Column, gapMsMax, newTrack } from './breach.ts'
import { columnOf, noon, type Said } from './fixtures.ts'

const above4: Threshold = { comparison: '>', limit: 4 }
const hold = breachRule({ threshold: above4, periodMs: 10_000, missing: 'hold' })
const takenAsBreach = breachRule({ threshold: above4, periodMs: 10_000, missing: 'breach' })

function through(column: Column, rule: BreachRule, track = newTrack()): { found: Breach[]; hits: number } {
  const found: Breach[] = []
  breaches(column, rule, track, found)
  return { found, hits: track.hits }
}

describe('hits', () => {
  test.each<{ name: string; said: Said[]; rule?: BreachRule; hits: number }>([
    { name: 'none before the first sample', said: [], hits: 0 },
    { name: 'a value in breach adds one', said: [5, 5, 5], hits: 3 },
    { name: 'the threshold itself is not above it', said: [5, 4], hits: 0 },
    { name: 'the next number above the threshold is', said: [5, 4.000000000000001], hits: 2 },
    { name: 'a clean value sets zero', said: [5, 5, 3.9], hits: 0 },
    { name: 'a failure leaves them', said: [5, 5, 'exit', 'timeout'], hits: 2 },
    { name: 'a failure alone is no hit', said: ['timeout'], hits: 0 },
    { name: 'missing as breach: a timeout adds one', said: [5, 'timeout'], rule: takenAsBreach, hits: 2 },
    { name: 'missing as breach: unreachable adds one', said: ['unreachable'], rule: takenAsBreach, hits: 1 },
    { name: 'missing as breach: no other failure does', said: [5, 'auth', 'exit'], rule: takenAsBreach, hits: 1 },
  ])('$name', ({ said, rule = hold, hits }) => {
    expect(through(columnOf(said), rule).hits).toBe(hits)
  })

  test.each<{ name: string; rule: BreachRule; gap: number; hits: number; ended: unknown[] }>([
    { name: 'a gap of exactly 45 s leaves them', rule: hold, gap: 45_000, hits: 2, ended: [null] },
    { name: 'a longer one zeroes them first, as stale', rule: hold, gap: 45_001, hits: 1, ended: ['stale', null] },
    {
      name: 'three periods of a slow counter are no gap',
      rule: breachRule({ threshold: above4, periodMs: 60_000, missing: 'hold' }),
      gap: 180_000,
      hits: 2,
      ended: [null],
    },
    {
      name: 'a growing trigger holds them for 5 min',
      rule: breachRule({ threshold: above4, periodMs: 10_000, missing: 'hold', growTimingMs: 60_000 }),
      gap: 300_000,
      hits: 2,
      ended: [null],
    },
  ])('$name', ({ rule, gap, hits, ended }) => {
    const { found, ...rest } = through(columnOf([5, 'timeout', 5], [noon, noon + 1, noon + gap]), rule)
    expect(rest.hits).toBe(hits)
    expect(found.map((breach) => breach.ended)).toEqual(ended)
  })

  test('failures that are taken as the breach are no gap, however long', () => {
    const { found, hits } = through(columnOf([5, ...new Array<Said>(10).fill('timeout'), 5]), takenAsBreach)
    expect([found.length, hits]).toEqual([1, 12])
  })

  test.each([
    { name: 'a quick counter', periodMs: 1_000, grow: undefined, expected: 45_000 },
    { name: 'a slow counter', periodMs: 60_000, grow: undefined, expected: 180_000 },
    { name: 'growth with a short Timing', periodMs: 10_000, grow: 0, expected: 300_000 },
    { name: 'growth with a long Timing', periodMs: 10_000, grow: 900_000, expected: 900_000 },
  ])('the longest gap of $name', ({ periodMs, grow, expected }) => expect(gapMsMax(periodMs, grow)).toBe(expected))
})

test('a breach tells its first and last hit, its hits and what ended it', () => {
  const { found } = through(columnOf([1, 5, 'exit', 5, 1, 5]), hold)
  expect(found).toEqual([
    { startAt: noon + 10_000, endAt: noon + 30_000, hits: 2, hitsBefore: 0, from: 1, to: 4, ended: 'clean' },
    { startAt: noon + 50_000, endAt: noon + 50_000, hits: 1, hitsBefore: 0, from: 5, to: 6, ended: null },
  ])
})

test('a breach that lasts over chunks goes on where it was', () => {
  const column = columnOf([5, 5, 5, 'exit', 1])
  const track = newTrack()
  const chunks = [
    [0, 2],
    [2, 3],
    [3, 4],
    [4, 5],
  ].map(([from = 0, to = 0]) => through({ ...column, from, to }, hold, track).found)
  expect(chunks).toEqual([
    [{ startAt: noon, endAt: noon + 10_000, hits: 2, hitsBefore: 0, from: 0, to: 2, ended: null }],
    [{ startAt: noon, endAt: noon + 20_000, hits: 3, hitsBefore: 2, from: 2, to: 3, ended: null }],
    [],
    [{ startAt: noon, endAt: noon + 20_000, hits: 3, hitsBefore: 3, from: 4, to: 4, ended: 'clean' }],
  ])
})

const said = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(5, 5, 5, 1) },
  { weight: 2, arbitrary: fc.constantFrom('timeout' as const, 'exit' as const) },
)
const column = fc
  .array(fc.record({ said, wait: fc.constantFrom(10_000, 10_000, 10_000, 45_000, 45_001, 400_000) }), { maxLength: 60 })
  .map((steps) => {
    let at = noon
    const times = steps.map(({ wait }) => (at += wait))
    return columnOf(
      steps.map((step) => step.said),
      times,
    )
  })
const rule = fc.record({
  missing: fc.constantFrom('hold' as const, 'breach' as const),
  grow: fc.option(fc.constant(60_000)),
})
const ruleOf = (some: { missing: 'hold' | 'breach'; grow: number | null }) =>
  breachRule({ threshold: above4, periodMs: 10_000, missing: some.missing, growTimingMs: some.grow ?? undefined })

describe('properties', () => {
  test('every comparison is the model’s, for any limit and value', () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }))
    fc.assert(
      fc.property(fc.constantFrom(...comparisons), number, number, fc.boolean(), (comparison, limit, other, same) => {
        const value = same ? limit : other
        const rule = breachRule({ threshold: { comparison, limit }, periodMs: 10_000, missing: 'hold' })
        expect(through(columnOf([value]), rule).hits === 1).toBe(isBreach(value, { comparison, limit }))
      }),
    )
  })

  test('hits are never negative, and one clean sample ends every breach', () => {
    fc.assert(
      fc.property(column, rule, (column, some) => {
        const track = newTrack()
        for (let i = 0; i < column.to; i++) {
          breaches({ ...column, from: i, to: i + 1 }, ruleOf(some), track, [])
          expect(track.hits).toBeGreaterThanOrEqual(0)
          if (column.failures[i] === 0 && column.values[i] === 1) expect(track.hits).toBe(0)
        }
      }),
    )
  })

  test('any chunking gives the same breaches and the same track as all at once', () => {
    fc.assert(
      fc.property(column, rule, fc.array(fc.nat(60)), (column, some, cuts) => {
        const [whole, cut] = [newTrack(), newTrack()]
        const [wholeFound, cutFound]: [Breach[], Breach[]] = [[], []]
        breaches(column, ruleOf(some), whole, wholeFound)
        const ends = [...cuts.filter((end) => end < column.to).sort((a, b) => a - b), column.to]
        let from = 0
        for (const to of ends) {
          breaches({ ...column, from, to }, ruleOf(some), cut, cutFound)
          from = to
        }
        expect(cut).toEqual(whole)
        expect(merged(cutFound)).toEqual(merged(wholeFound))
      }),
    )
  })
})

/** The last word on each breach. */
function merged(found: readonly Breach[]) {
  const byStart = new Map(found.map(({ startAt, endAt, hits, ended }) => [startAt, { startAt, endAt, hits, ended }]))
  return [...byStart.values()]
}
