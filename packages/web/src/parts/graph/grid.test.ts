import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyColumns } from './columns.ts'
import { gridOf, lonely } from './grid.ts'

const span = { from: 0, to: 1_000 }
const of = (times: number[], values: number[]) => ({ ...emptyColumns(), times, values })

describe('series on a common axis', () => {
  test('two series with instants of their own share the axis', () => {
    const { times, rows } = gridOf([of([100, 900], [1, 2]), of([150], [7])], span, 10)
    const shown = rows.map((row) => row.flatMap((cell, index) => (cell === undefined ? [] : [[times[index], cell]])))
    expect(shown).toEqual([
      [
        [100, 1],
        [900, 2],
      ],
      [[150, 7]],
    ])
  })

  test('of many values in a column the least and the greatest stay, in their order', () => {
    const { rows } = gridOf([of([1, 2, 3, 4, 5], [3, 9, 4, 1, 5])], span, 10)
    expect(rows[0]?.filter((cell) => cell !== undefined)).toEqual([9, 1])
  })

  test('a failure breaks the line, and so does a gap', () => {
    const failed = { ...of([100, 300], [1, 2]), failures: [{ at: 200, kind: 'exit', text: '' }] }
    const gap = { ...of([100, 300], [1, 2]), gaps: [[100, 300] as const] }
    for (const row of gridOf([failed, gap], span, 10).rows)
      expect(row.slice(row.indexOf(1), row.indexOf(2) + 1)).toEqual([1, null, null, null, 2])
  })

  test('no peak is lost, and nothing is made up', () => {
    const points = fc
      .uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 200 })
      .map((times) => times.sort((a, b) => a - b))
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 50 }), fc.integer(), (times, columns, seed) => {
        const values = times.map((time) => (time * 7_919 + seed) % 101)
        const cells = (gridOf([of(times, values)], span, columns).rows[0] ?? []).filter((cell) => cell !== undefined)
        expect(Math.max(...cells.map(Number))).toBe(Math.max(...values))
        expect(Math.min(...cells.map(Number))).toBe(Math.min(...values))
        expect(values).toEqual(expect.arrayContaining(cells))
      }),
    )
  })

  test('what lies outside is left out', () => {
    const { rows } = gridOf([of([-5_000, 500, 9_000], [1, 2, 3])], span, 10)
    expect(rows[0]?.filter((cell) => cell !== undefined)).toEqual([2])
  })
})

test.each([
  { name: 'one alone', row: [undefined, 4, undefined], expected: [1] },
  { name: 'two joined through nothing', row: [1, undefined, 2], expected: [] },
  { name: 'one between breaks', row: [1, 2, null, 3, null, 4, 5], expected: [3] },
  { name: 'one after a break at the end', row: [1, 2, null, 3], expected: [3] },
  { name: 'nothing', row: [], expected: [] },
])('points that no line reaches: $name', ({ row, expected }) => {
  expect(lonely(row)).toEqual(expected)
})
