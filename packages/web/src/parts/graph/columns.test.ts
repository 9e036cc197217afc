import { describe, expect, test } from 'vitest'
import { appendSample, emptyColumns, valueNear, withTail } from './columns.ts'

describe('live samples at the end of what was read', () => {
  const read = { times: [10_000, 20_000], values: [1, 2], failures: [], gaps: [] }

  test('a newer value is added, one that was read already is not', () => {
    const joined = withTail(
      read,
      [
        { at: 20_000, value: 9 },
        { at: 30_000, value: 3 },
      ],
      10_000,
    )
    expect([joined.times, joined.values]).toEqual([
      [10_000, 20_000, 30_000],
      [1, 2, 3],
    ])
  })

  test('what was read stays as it was', () => {
    withTail(read, [{ at: 30_000, value: 3 }], 10_000)
    expect(read.times).toEqual([10_000, 20_000])
  })

  test('a failure is a failure and never a value', () => {
    const columns = emptyColumns()
    appendSample(columns, { at: 1_000, failure: { kind: 'timeout', text: 'took 3 s' } }, 10_000)
    expect([columns.values, columns.failures]).toEqual([[], [{ at: 1_000, kind: 'timeout', text: 'took 3 s' }]])
  })

  test.each([
    { name: '45 s apart is joined', at: 65_000, gaps: [] },
    { name: 'more is a gap', at: 65_001, gaps: [[20_000, 65_001]] },
  ])('$name', ({ at, gaps }) => {
    expect(withTail(read, [{ at, value: 3 }], 10_000).gaps).toEqual(gaps)
  })
})

describe('the value nearest to the cursor', () => {
  const columns = { times: [10, 20, 40], values: [1, 2, 4], failures: [], gaps: [] }
  test.each([
    { name: 'at an instant', at: 20, expected: 2 },
    { name: 'before the first', at: 8, expected: 1 },
    { name: 'after the last', at: 43, expected: 4 },
    { name: 'nearer to the one before', at: 24, expected: 2 },
    { name: 'nearer to the one after', at: 36, expected: 4 },
    { name: 'too far from both', at: 30, expected: undefined },
    { name: 'far before', at: 1, expected: undefined },
  ])('$name', ({ at, expected }) => {
    expect(valueNear(columns, at, 5)).toBe(expected)
  })

  test('of nothing is nothing', () => {
    expect(valueNear(emptyColumns(), 10, 5)).toBeUndefined()
  })
})
