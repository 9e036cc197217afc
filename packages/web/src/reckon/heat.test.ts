import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heatCells, heatCount, heatScale, heatShare, rowsInSight } from './heat.ts'
import { parseThreshold } from './threshold.ts'

const span = { from: 0, to: 100 }
const above = parseThreshold('> 4')
const below = parseThreshold('< 4')

test.each([
  { name: 'nothing is null', times: [], values: [], failed: [], expected: [null, null] },
  { name: 'both ends are within', times: [-1, 0, 100, 101], values: [9, 1, 2, 9], failed: [], expected: [1, 2] },
  { name: 'a border belongs to the later one', times: [50], values: [3], failed: [], expected: [null, 3] },
  { name: 'the greatest is the worst', times: [10, 20, 30], values: [3, 5, 4], failed: [], expected: [5, null] },
  { name: 'failures only', times: [60], values: [3], failed: [10], expected: ['failed', 3] },
  { name: 'a value beside a failure is shown', times: [20], values: [3], failed: [10, 30], expected: [3, null] },
])('cells: $name', ({ times, values, failed, expected }) => {
  const failures = failed.map((at) => ({ at }))
  expect(heatCells({ times, values, failures }, span, 2, above)).toEqual(expected)
})

test('where little is bad, the least is the worst', () => {
  expect(heatCells({ times: [10, 20], values: [5, 3], failures: [] }, span, 1, below)).toEqual([3])
})

test('every value within the span is in a cell that is at least as bad', () => {
  const samples = fc.array(fc.record({ at: fc.integer({ min: 0, max: 100 }), value: fc.integer() }), { minLength: 1 })
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 40 }), (given, count) => {
      const rising = given.toSorted((a, b) => a.at - b.at)
      const [times, values] = [rising.map(({ at }) => at), rising.map(({ value }) => value)]
      const cells = heatCells({ times, values, failures: [] }, span, count, above)
      expect(cells).toHaveLength(count)
      expect(Math.max(...cells.map((cell) => (typeof cell === 'number' ? cell : Number.NEGATIVE_INFINITY)))).toBe(
        Math.max(...values),
      )
    }),
  )
})

test.each([
  { name: 'as many as fit', width: 400, spanMs: 3_600_000, periodMs: 1_000, expected: 100 },
  { name: 'not finer than the period', width: 400, spanMs: 60_000, periodMs: 10_000, expected: 6 },
  { name: 'one at least', width: 400, spanMs: 1_000, periodMs: 10_000, expected: 1 },
])('how many cells: $name', ({ width, spanMs, periodMs, expected }) => {
  expect(heatCount(width, 4, spanMs, periodMs)).toBe(expected)
})

test.each([
  { name: 'no value', cells: [null, 'failed' as const], expected: { least: 0, most: 1 } },
  { name: 'near zero it begins there', cells: [1, 5, null], expected: { least: 0, most: 5 } },
  { name: 'far from zero it does not', cells: [1_000, 1_100], expected: { least: 1_000, most: 1_100 } },
  { name: 'all one number', cells: [7, 7], expected: { least: 0, most: 7 } },
  { name: 'all zero', cells: [0, 0], expected: { least: 0, most: 1 } },
  { name: 'all one below zero', cells: [-3], expected: { least: -3, most: 0 } },
])('scale: $name', ({ cells, expected }) => {
  expect(heatScale([cells])).toEqual(expected)
})

test('a value beyond the scale lies at its end', () => {
  const scale = { least: 0, most: 4 }
  expect([-1, 0, 1, 4, 9].map((value) => heatShare(value, scale))).toEqual([0, 0, 0.25, 1, 1])
})

test.each([
  { name: 'from the top', top: 0, count: 100, expected: [0, 5] },
  { name: 'rows cut by the edges too', top: 10, count: 100, expected: [0, 6] },
  { name: 'not beyond the last', top: 940, count: 50, expected: [47, 50] },
  { name: 'scrolled beyond the end', top: 5_000, count: 50, expected: [50, 50] },
])('rows in sight: $name', ({ top, count, expected }) => {
  expect(rowsInSight(top, 100, 20, count)).toEqual(expected)
})
