import { expect, test } from 'vitest'
import { table } from './table.ts'

test('columns are aligned, and no line ends with spaces', () => {
  expect(
    table(
      ['NODE', 'STATE'],
      [
        ['shop01', 'in-service'],
        ['a', ''],
      ],
    ),
  ).toEqual(['NODE    STATE', 'shop01  in-service', 'a'])
})

test('a column that is empty in every row is left out', () => {
  expect(table(['A', 'B', 'C'], [['1', '', '3']])).toEqual(['A  C', '1  3'])
})

test('no rows, no lines', () => expect(table(['A'], [])).toEqual([]))
