import { expect, test } from 'vitest'
import { yRange } from './y-range.ts'

test.each([
  { name: 'nothing to show', given: [null, null, null], expected: [0, 1] },
  { name: 'nothing but a threshold', given: [null, null, 4], expected: [0, 4.32] },
  { name: 'values near zero begin at zero', given: [1, 5, null], expected: [0, 5.4] },
  { name: 'values far from zero do not', given: [1_000, 1_100, null], expected: [992, 1_108] },
  { name: 'a near threshold is in the picture', given: [1, 3, 4], expected: [0, 4.32] },
  { name: 'a far threshold is left out', given: [0, 3, 400], expected: [0, 3.24] },
  { name: 'all values zero', given: [0, 0, null], expected: [0, 1] },
  { name: 'all values zero, with a threshold', given: [0, 0, 3], expected: [0, 3.24] },
  { name: 'all values one number', given: [93, 93, null], expected: [85.56, 100.44] },
  { name: 'values below zero', given: [-4, -1, null], expected: [-4.24, -0.76] },
] as const)('$name', ({ given: [least, most, limit], expected }) => {
  const range = yRange(least, most, limit)
  expect(range.map((value) => Number(value.toFixed(6)))).toEqual(expected)
})
