import { expect, test } from 'vitest'
import { moved } from './moved.ts'

test.each([
  { name: 'earlier', index: 2, by: -1, list: ['a', 'c', 'b'] },
  { name: 'later', index: 0, by: 1, list: ['b', 'a', 'c'] },
  { name: 'the first no earlier', index: 0, by: -1, list: ['a', 'b', 'c'] },
  { name: 'the last no later', index: 2, by: 1, list: ['a', 'b', 'c'] },
] as const)('moves one $name', ({ index, by, list }) => {
  expect(moved(['a', 'b', 'c'], index, by)).toEqual(list)
})
