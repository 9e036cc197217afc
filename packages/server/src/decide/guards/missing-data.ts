import type { MissingSeries } from '../outlook.ts'
import type { Situation } from '../situation.ts'
import { type GuardRule, heldBack } from './guard.ts'

/**
 * Nothing is removed while a series of the trigger has no fresh value: the silent node may be the busy one. Growth goes
 * on with what is known (its hits are held through failures), and so do runs without node changes.
 */
export const missingData: GuardRule = {
  guard: 'missing-data',
  holds: 'fires',
  refuse(situation) {
    if (situation.plannedNodesChange.removed === 0) return undefined
    const missing = situation.missing.filter((series) => !isTakenAsBreach(series, situation))
    const first = missing[0]
    if (!first) return undefined
    const because = `no fresh value of ${missing.length} series, such as ${first.seriesId}: ${first.failure ?? 'silent'}`
    return heldBack(situation, 'missing-data', null, because)
  },
}

function isTakenAsBreach({ failure }: MissingSeries, { trigger }: Situation): boolean {
  return trigger?.missing === 'breach' && (failure === 'timeout' || failure === 'unreachable')
}
