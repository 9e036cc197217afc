import { formatDuration } from '../../model/duration.ts'
import type { Situation } from '../situation.ts'
import { counted, type GuardRule, heldBack } from './guard.ts'

/** Long enough for a person to see an alert and press the red stop. */
export const blastWindowMs = 300_000

/** A run of automatic changes stays small: so many nodes in any 5 minutes over the fleet, counted by the whole plan. */
export const blastRadius: GuardRule = {
  guard: 'blast-radius',
  holds: 'unless-forced',
  refuse(situation) {
    const { now, nodesChanged, plannedNodesChange } = situation
    const planned = plannedNodesChange.added + plannedNodesChange.removed
    if (planned === 0) return undefined
    const most = situation.blastNodesMax ?? blastNodesDefault(situation.fleetNodes)
    const recent = nodesChanged.filter(({ at }) => at > now - blastWindowMs).sort((a, b) => a.at - b.at)
    const changed = recent.reduce((sum, { nodes }) => sum + nodes, 0)
    if (changed + planned <= most) return undefined
    const limit = `at most ${counted(most, 'node')} in ${formatDuration(blastWindowMs)}`
    const because = `${limit}, ${changed} changed already; the run would change ${planned}`
    return heldBack(situation, 'blast-radius', freeAt(recent, changed + planned - most), because)
  },
}

/** A tenth of the fleet, and two of a small one, so that a node can be replaced. */
export function blastNodesDefault(fleetNodes: number): number {
  return Math.max(2, Math.floor(fleetNodes / 10))
}

/** When enough earlier changes are out of the window; null: never, the plan alone is too big. */
function freeAt(recent: Situation['nodesChanged'], excess: number): number | null {
  let left = excess
  for (const { at, nodes } of recent) {
    left -= nodes
    if (left <= 0) return at + blastWindowMs
  }
  return null
}
