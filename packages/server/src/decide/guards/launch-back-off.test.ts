import { expect, test } from 'vitest'
import { noon } from '../fixtures.ts'
import { minutes, removing, type Some, table } from './fixtures.ts'
import { launchBackOffMs } from './launch-back-off.ts'

const failed = (count: number, ago: number): Some => ({ failedLaunches: { count, lastAt: noon - ago } })

table('launch-back-off', [
  {
    name: 'after one failed launch growth waits 5 min',
    some: failed(1, minutes(4)),
    reason:
      'Trigger "grow" held back by back-off after failed launches until 12:01:00 UTC (failed launches in a row: 1). It stays armed.',
    until: noon + minutes(1),
  },
  { name: 'then it goes', some: failed(1, minutes(5)) },
  {
    name: 'after many at most 30 min',
    some: failed(60, minutes(29)),
    reason:
      'Trigger "grow" held back by back-off after failed launches until 12:01:00 UTC (failed launches in a row: 60). It stays armed.',
    until: noon + minutes(1),
  },
  { name: 'a removal launches nothing', some: { ...failed(3, 0), ...removing } },
  { name: 'a person may try at once', some: { ...failed(3, 0), asker: 'person' } },
])

test('back-off doubles from 5 to 30 minutes', () => {
  expect([1, 2, 3, 4, 5].map((count) => launchBackOffMs(count) / 60_000)).toEqual([5, 10, 20, 30, 30])
})
