import { expect, test } from 'vitest'
import type { Trigger } from '../model/trigger.ts'
import { aCounter, acting, aTrigger, effects } from './fixtures.ts'
import { switchOnFindings } from './switch-on.ts'

const counters = new Map([
  [1, aCounter()],
  [2, aCounter({ id: 2, name: 'heap', threshold: null, periodMs: 60_000 })],
])

test.each<{ name: string; some: Partial<Trigger>; findings: { path: string; message: string }[] }>([
  { name: 'a whole trigger may', some: {}, findings: [] },
  { name: 'one that grows needs no named aggregate', some: { actions: acting('grow') }, findings: [] },
  {
    name: 'one that removes by any, in so many letters, may',
    some: { actions: acting('remove'), aggregate: 'any' },
    findings: [],
  },
  {
    name: 'one that removes without a named aggregate may not',
    some: { actions: acting('remove') },
    findings: [
      {
        path: 'aggregate',
        message:
          'got none, expected one by name as the trigger removes nodes: avg, max or another, or any where one idle node is enough.',
      },
    ],
  },
  {
    name: 'a counter without a threshold may not',
    some: { counters: [{ counterId: 2, threshold: null }] },
    findings: [
      {
        path: 'counters[0].threshold',
        message: 'counter "heap" has no threshold; give it one, or one here, such as "> 4".',
      },
    ],
  },
  {
    name: "the trigger's own threshold is enough",
    some: { counters: [{ counterId: 2, threshold: { comparison: '>', limit: 1 } }] },
    findings: [],
  },
  {
    name: 'one on watch may do nothing but show',
    some: { state: 'watch', actions: [] },
    findings: [],
  },
  {
    name: 'an unknown counter may not',
    some: { counters: [{ counterId: 9, threshold: null }] },
    findings: [{ path: 'counters[0]', message: 'got counter 9, which there is not.' }],
  },
  {
    name: 'nothing to judge and nothing to do may not, both told at once',
    some: { counters: [], actions: [] },
    findings: [
      { path: 'counters', message: 'got none, expected at least one counter to judge.' },
      {
        path: 'actions',
        message: 'got none, expected at least one action to run; without one, leave the trigger on watch.',
      },
    ],
  },
])('$name', ({ some, findings }) => {
  expect(switchOnFindings(aTrigger(some), counters, effects)).toEqual(findings)
})
