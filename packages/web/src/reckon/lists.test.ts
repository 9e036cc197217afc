import { describe, expect, test } from 'vitest'
import { findIn } from './find.ts'
import { keyed } from './keyed.ts'
import { orderRows } from './order.ts'

describe('ordering rows', () => {
  const columns = [
    { key: 'name', by: (row: { name: string }) => row.name },
    { key: 'size', by: (row: { name: string; size?: number | null }) => row.size ?? null },
    { key: 'plain' },
  ]
  const rows = [
    { name: 'node10', size: 2 },
    { name: 'node2', size: null },
    { name: 'node1', size: 30 },
  ]
  test.each([
    { name: 'names as people count', sort: 'name', expected: ['node1', 'node2', 'node10'] },
    { name: 'the other way round', sort: '-name', expected: ['node10', 'node2', 'node1'] },
    { name: 'numbers, nothing last', sort: 'size', expected: ['node10', 'node1', 'node2'] },
    { name: 'numbers down, nothing last still', sort: '-size', expected: ['node1', 'node10', 'node2'] },
    { name: 'a column that can’t be sorted', sort: 'plain', expected: ['node10', 'node2', 'node1'] },
    { name: 'no column', sort: '', expected: ['node10', 'node2', 'node1'] },
  ])('$name', ({ sort, expected }) => {
    expect(orderRows(rows, columns, sort).map(({ name }) => name)).toEqual(expected)
  })
})

describe('finding', () => {
  const items = ['shopdb', 'shop', 'shop01', 'workshop', 'batch'].map((name) => ({ kind: 'node', name }))
  test.each([
    { query: 'shop', expected: ['shop', 'shopdb', 'shop01', 'workshop'] },
    { query: 'SHOP01', expected: ['shop01'] },
    { query: 'bch', expected: ['batch'] },
    { query: 'zz', expected: [] },
  ])('$query', ({ query, expected }) => {
    expect(findIn(items, query, 10).map(({ name }) => name)).toEqual(expected)
  })

  test('no more than asked for', () => {
    expect(findIn(items, '', 2)).toHaveLength(2)
  })
})

test('an item that stands in a list twice has two keys', () => {
  expect(keyed(['a', 'b', 'a'], (item) => item).map(({ key }) => key)).toEqual(['a', 'b', 'a again 1'])
})
