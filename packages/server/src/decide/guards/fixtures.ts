import { describe, expect, test } from 'vitest'
import { aSituation } from '../fixtures.ts'
import type { Situation } from '../situation.ts'
import { refusalOf } from './all.ts'

/** What differs from the calm situation. */
export type Some = Partial<Situation>

/** One row of a guard's table. */
export interface Case {
  name: string
  some: Some
  /** The whole reason; undefined: not refused. */
  reason?: string
  until?: number | null
}

/** The run removes one node; it changes none; the trigger and cluster of the calm situation. */
export const removing: Some = { plannedNodesChange: { added: 0, removed: 1 } }
export const changingNothing: Some = { plannedNodesChange: { added: 0, removed: 0 } }
const { trigger, cluster } = aSituation()
export const base = { trigger: trigger as NonNullable<typeof trigger>, cluster }
export const minutes = (count: number) => count * 60_000

/** The cluster with this min and max. */
export const sized = (min: number, max: number | null) => ({ ...base.cluster, min, max })

/** A test for each case: all guards are asked, and this one refuses in these words, or none does. */
export function table(guard: string, cases: readonly Case[]): void {
  describe(guard, () => {
    test.each(cases)('$name', ({ some, reason, until = null }) => {
      expect(refusalOf(aSituation(some))).toEqual(reason === undefined ? undefined : { guard, reason, until })
    })
  })
}
