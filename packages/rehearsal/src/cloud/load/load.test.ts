import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StillClock } from '../cloud.fixture.ts'
import { makeLoadDial } from './demand.ts'
import { countersAt, demandAt, type LoadMoment, partOf } from './load.ts'

const moment: LoadMoment = { work: 2, elapsedMs: 0, idle: 0.05, noiseShare: 0, seed: 1, node: 'a' }

test.each([
  { name: 'an even part', carriers: ['a', 'b', 'c'], expected: 2 },
  { name: 'one more carrier lowers it', carriers: ['a', 'b', 'c', 'd'], expected: 1.5 },
  { name: 'nothing for a node out of service', carriers: ['b'], expected: 0 },
  { name: 'nothing where nobody is in service', carriers: [], expected: 0 },
  { name: 'all of it for the only one', carriers: ['a'], expected: 6 },
])('partOf: $name', ({ carriers, expected }) => expect(partOf(6, new Set(carriers), 'a')).toBe(expected))

const curve = {
  points: [
    { atMs: 1_000, total: 2 },
    { atMs: 3_000, total: 6 },
  ],
}

test.each([
  { name: 'before the first point', demand: curve, at: 0, expected: 2 },
  { name: 'on a point', demand: curve, at: 1_000, expected: 2 },
  { name: 'between two', demand: curve, at: 2_000, expected: 4 },
  { name: 'after the last', demand: curve, at: 9_000, expected: 6 },
  { name: 'repeated', demand: { ...curve, repeatMs: 4_000 }, at: 6_000, expected: 4 },
  {
    name: 'two points at one instant are a step',
    demand: {
      points: [
        { atMs: 5, total: 1 },
        { atMs: 5, total: 9 },
      ],
    },
    at: 5,
    expected: 9,
  },
  { name: 'no points', demand: { points: [] }, at: 5, expected: 0 },
  { name: 'below zero', demand: -3, at: 0, expected: 0 },
])('demandAt: $name', ({ demand, at, expected }) => expect(demandAt(demand, at)).toBe(expected))

test('noise stays within its share, is the same for the same seed, and moves each second', () => {
  fc.assert(
    fc.property(
      fc.nat(1e9),
      fc.nat(1e6),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      (elapsedMs, seed, noiseShare) => {
        const noisy = { ...moment, elapsedMs, seed, noiseShare }
        const { load } = countersAt(noisy)
        expect(countersAt(noisy).load).toBe(load)
        expect(Math.abs(load - 2.05)).toBeLessThanOrEqual(2.05 * noiseShare + 0.005) // rounded to hundredths
      },
    ),
  )
  const loads = Array.from(
    { length: 20 },
    (_, second) => countersAt({ ...moment, noiseShare: 0.3, elapsedMs: second * 1_000 }).load,
  )
  expect(new Set(loads).size).toBeGreaterThan(10)
})

test('heap and sessions grow with the load, and the heap never passes its limit', () => {
  const counters = [0, 1, 2, 200].map((work) => countersAt({ ...moment, work }))
  expect(counters.map(({ sessions }) => sessions)).toEqual([10, 210, 410, 40_010])
  expect(counters.every(({ heapUsedBytes, heapMaxBytes }) => heapUsedBytes < heapMaxBytes)).toBe(true)
})

test('a curve begins when it is set', async () => {
  const clock = new StillClock()
  const dial = makeLoadDial({ demand: 4 }, clock, () => new Set(['a']))
  await clock.advance(10_000)
  expect(dial.demand()).toBe(4)
  dial.setDemand(curve)
  await clock.advance(2_000)
  expect(dial.demand()).toBe(4)
  expect(dial.counters('a').load).toBe(4.05)
  expect(dial.counters('b').load).toBe(0.05)
})

test('each load balancer has its own demand beside the common one', () => {
  const members = new Map<string | undefined, string[]>([
    ['shop', ['a', 'b']],
    ['web', ['b']],
    [undefined, ['a', 'b']],
  ])
  const dial = makeLoadDial({ demand: 2 }, new StillClock(), (balancer) => new Set(members.get(balancer)))
  dial.setDemand(4, 'shop')
  dial.setDemand(1, 'web')
  expect([dial.demand(), dial.demand('shop'), dial.demand('nothing')]).toEqual([7, 4, 0])
  expect(['a', 'b'].map((node) => dial.counters(node).load)).toEqual([3.05, 4.05])
})
