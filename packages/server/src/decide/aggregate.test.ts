import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aggregates } from '../model/trigger.ts'
import { aggregateOf, type ClusterAggregate } from './aggregate.ts'

const oneTo20 = Array.from({ length: 20 }, (_, index) => 20 - index)

test.each<{ aggregate: ClusterAggregate; values: number[]; expected: number | undefined }>([
  { aggregate: 'avg', values: [1, 2, 6], expected: 3 },
  { aggregate: 'min', values: [2, -1, 6], expected: -1 },
  { aggregate: 'max', values: [-2, -1, -6], expected: -1 },
  { aggregate: 'sum', values: [1, 2, 6], expected: 9 },
  { aggregate: 'count', values: [1, 2, 6], expected: 3 },
  { aggregate: 'count', values: [], expected: undefined },
  { aggregate: 'sum', values: [], expected: undefined },
  { aggregate: 'p50', values: [4, 1, 3, 2], expected: 2 },
  { aggregate: 'p50', values: [3, 1, 2], expected: 2 },
  { aggregate: 'p90', values: oneTo20, expected: 18 },
  { aggregate: 'p95', values: oneTo20, expected: 19 },
  { aggregate: 'p99', values: oneTo20, expected: 20 },
  { aggregate: 'p99', values: [7], expected: 7 },
])('$aggregate of $values is $expected', ({ aggregate, values, expected }) => {
  expect(aggregateOf(aggregate, values)).toBe(expected)
})

test('the order of the nodes does not matter', () => {
  const some = fc.constantFrom(...aggregates.filter((aggregate): aggregate is ClusterAggregate => aggregate !== 'any'))
  fc.assert(
    fc.property(some, fc.array(fc.integer(), { minLength: 1 }), (aggregate, values) => {
      expect(aggregateOf(aggregate, values.toReversed())).toBe(aggregateOf(aggregate, values))
    }),
  )
})
