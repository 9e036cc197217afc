import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { guards } from '../../model/verdict.ts'
import { aSituation, noon } from '../fixtures.ts'
import type { Situation } from '../situation.ts'
import { guardRules, refusalOf } from './all.ts'
import { minutes, sized } from './fixtures.ts'
import { formatInstant } from './guard.ts'

test('the guards are asked in the order of the model', () => {
  expect(guardRules.map(({ guard }) => guard)).toEqual(guards)
})

test('a calm situation is refused by none', () => expect(refusalOf(aSituation())).toBeUndefined())

test('of several refusals the first in order is told', () => {
  const some: Partial<Situation> = {
    redStop: { by: 'admin', at: noon },
    runUnderWay: { runId: 41 },
    pausedUntil: noon + 1_000,
  }
  expect(refusalOf(aSituation(some))?.guard).toBe('red-stop')
})

test('an instant of another day is told with its date', () => {
  expect([formatInstant(noon, noon), formatInstant(noon, noon + minutes(1_440))]).toEqual([
    '12:00:00 UTC',
    '2027-01-15 12:00:00 UTC',
  ])
})

describe('properties', () => {
  const count = fc.integer({ min: 0, max: 12 })
  const situation = fc
    .record({
      clusterNodes: count,
      plannedNodesChange: fc.record({ added: fc.nat(4), removed: fc.nat(4) }),
      nodesChanged: fc.array(fc.record({ at: fc.integer({ min: noon - minutes(7), max: noon }), nodes: fc.nat(3) }), {
        maxLength: 5,
      }),
      blastNodesMax: count,
      max: count,
      asker: fc.constantFrom('fire' as const, 'person' as const, 'forced' as const),
    })
    .map(({ max, ...some }) => aSituation({ ...some, inServiceNodes: some.clusterNodes, cluster: sized(1, max) }))

  test('more budget never refuses more', () => {
    fc.assert(
      fc.property(situation, count, count, (situation, nodes, size) => {
        const { blastNodesMax, cluster } = situation
        const more = {
          ...situation,
          blastNodesMax: (blastNodesMax ?? 0) + nodes,
          cluster: { ...cluster, max: (cluster.max ?? 0) + size },
        }
        if (!refusalOf(situation)) expect(refusalOf(more)).toBeUndefined()
      }),
    )
  })

  test('what a fire may, a person may; what a person may, force may', () => {
    fc.assert(
      fc.property(situation, (situation) => {
        const refused = (asker: Situation['asker']) => refusalOf({ ...situation, asker }) !== undefined
        if (!refused('fire')) expect(refused('person')).toBe(false)
        if (!refused('person')) expect(refused('forced')).toBe(false)
      }),
    )
  })

  test('at its until, the same refusal no longer holds', () => {
    fc.assert(
      fc.property(situation, (situation) => {
        const refusal = refusalOf(situation)
        if (refusal?.until) expect(refusalOf({ ...situation, now: refusal.until })?.guard).not.toBe(refusal.guard)
      }),
    )
  })
})
