import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixedSearch, rangeName, readRange, spanOf, stepFor } from './range.ts'
import { parseSearch, readSearch, writeSearch } from './search.ts'

describe('what an address says about time', () => {
  test.each([
    { name: 'nothing', search: {}, expected: { kind: 'live', lengthMs: 3_600_000 } },
    { name: 'a length', search: { range: '6h' }, expected: { kind: 'live', lengthMs: 21_600_000 } },
    { name: 'nonsense', search: { range: 'soon' }, expected: { kind: 'live', lengthMs: 3_600_000 } },
    {
      name: 'a length too short to be a picture',
      search: { range: '1s' },
      expected: { kind: 'live', lengthMs: 60_000 },
    },
    {
      name: 'a span, which goes before a length',
      search: { range: '6h', from: '2030-01-31T12:00:00Z', to: '2030-01-31T13:00:00Z' },
      expected: { kind: 'fixed', from: Date.UTC(2030, 0, 31, 12), to: Date.UTC(2030, 0, 31, 13) },
    },
    {
      name: 'a span that ends before it begins',
      search: { from: '2030-01-31T13:00:00Z', to: '2030-01-31T12:00:00Z' },
      expected: { kind: 'live', lengthMs: 3_600_000 },
    },
    { name: 'half a span', search: { from: '2030-01-31T13:00:00Z' }, expected: { kind: 'live', lengthMs: 3_600_000 } },
  ])('$name', ({ search, expected }) => {
    expect(readRange(search)).toEqual(expected)
  })

  test('a zoom comes back from its address as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1e10 }), (from, lengthMs) => {
        const address = writeSearch(fixedSearch(from, from + lengthMs))
        expect(readRange(readSearch(parseSearch(address)))).toEqual({ kind: 'fixed', from, to: from + lengthMs })
      }),
    )
  })

  test('a live span ends now', () => {
    expect(spanOf({ kind: 'live', lengthMs: 1_000 }, 5_000)).toEqual({ from: 4_000, to: 5_000 })
  })

  test.each([
    [{}, '1 h'],
    [{ range: '15m' }, '15 min'],
    [{ range: '90m' }, '90m'],
  ])('%j is called %s', (search, name) => {
    expect(rangeName(search)).toBe(name)
  })
})

test.each([
  { name: 'samples as they are where they are fewer than columns', span: 3_600_000, period: 10_000, step: undefined },
  { name: 'a step a column where they are more', span: 86_400_000, period: 10_000, step: 86_400 },
])('$name', ({ span, period, step }) => {
  expect(stepFor(span, period, 1_000)).toBe(step)
})

describe('addresses', () => {
  test('stay readable', () => {
    expect(writeSearch({ range: '6h', from: '2030-01-31T12:00:00Z', q: undefined })).toBe(
      '?range=6h&from=2030-01-31T12:00:00Z',
    )
    expect(writeSearch({})).toBe('')
  })

  test('keep only the words that pages know', () => {
    expect(readSearch({ q: 'shop', evil: 'x', sort: 3, state: '' })).toEqual({ q: 'shop' })
  })
})
