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

test('keeping a min is not asked what samples and the last change say', () => {
  const seen: Partial<Situation> = {
    asker: 'keep',
    lastGrowth: { runId: 41, endedAt: noon },
    warmingUp: [{ nodeName: 'shop03', until: noon + 1_000 }],
    health: [{ scope: 'cluster', clusterId: 1, site: null, failing: 4, nodes: 4 }],
  }
  expect(refusalOf(aSituation(seen))).toBeUndefined()
  expect(refusalOf(aSituation({ ...seen, redStop: { by: 'olga', at: noon } }))?.reason).toBe(
    'Keeping cluster "shop" at its min of 1 by trigger "grow" held back by the red stop (pressed by olga at 12:00:00 UTC; resume to lift it). It is tried again.',
  )
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
      asker: fc.constantFrom('fire' as const, 'keep' as const, 'person' as const, 'forced' as const),
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

  test('what a fire may, keeping a min may and a person may; what either may, force may', () => {
    fc.assert(
      fc.property(situation, (situation) => {
        const refused = (asker: Situation['asker']) => refusalOf({ ...situation, asker }) !== undefined
        if (!refused('fire')) expect([refused('keep'), refused('person')]).toEqual([false, false])
        if (!refused('keep') || !refused('person')) expect(refused('forced')).toBe(false)
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
