import { expect, test } from 'vitest'
import { graphRow } from './graph-rows.ts'

const span = { from: 100, to: 200 }

test.each([
  {
    name: 'nothing',
    samples: { times: [], values: [], failures: [] },
    expected: { newest: null, least: null, mean: null, most: null, failures: 0 },
  },
  {
    name: 'both ends are within',
    samples: { times: [99, 100, 150, 200, 201], values: [-9, 1, 2, 6, 99], failures: [] },
    expected: { newest: { at: 200, value: 6 }, least: 1, mean: 3, most: 6, failures: 0 },
  },
  {
    name: 'failures are counted and are no values',
    samples: { times: [150], values: [4], failures: [{ at: 99 }, { at: 100 }, { at: 200 }, { at: 201 }] },
    expected: { newest: { at: 150, value: 4 }, least: 4, mean: 4, most: 4, failures: 2 },
  },
])('a line in figures: $name', ({ samples, expected }) => {
  expect(graphRow(samples, span)).toEqual(expected)
})
