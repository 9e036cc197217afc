import { formatDuration } from '../../model/duration.ts'
import type { Situation } from '../situation.ts'
import { type GuardRule, heldBack } from './guard.ts'

/** Time for the last change to show before the next of its direction. Growth never waits for a removal's, nor a removal for growth's. */
export const cooldown: GuardRule = {
  guard: 'cooldown',
  holds: 'fires',
  refuse(situation) {
    const { now, cluster } = situation
    const last = lastOfDirection(situation)
    if (!last || now >= last.endedAt + cluster.cooldownMs) return undefined
    const because = `${formatDuration(cluster.cooldownMs)} after run ${last.runId}`
    return heldBack(situation, 'cooldown', last.endedAt + cluster.cooldownMs, because)
  },
}

function lastOfDirection({ plannedNodesChange: { added, removed }, lastGrowth, lastRemoval }: Situation) {
  const growth = added > 0 ? lastGrowth : null
  const removal = removed > 0 ? lastRemoval : null
  return growth && removal ? (growth.endedAt > removal.endedAt ? growth : removal) : (growth ?? removal)
}
