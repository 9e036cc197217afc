import type { Health } from '../health.ts'
import { changesNodes, type Situation } from '../situation.ts'
import { type GuardRule, heldBack } from './guard.ts'

/** Where nearly half fail at once it is the sensor or the network that is broken, not the nodes. */
const failingShareMax = 0.45
/** Up to so many nodes may fail for their own reasons, and a cluster of no more is broken only when all fail. */
const fewNodes = 3

/** No node comes or goes while the sensors of the cluster, of one of its sites, or of the fleet fail together. */
export const sensor: GuardRule = {
  guard: 'sensor',
  holds: 'fires',
  refuse(situation) {
    if (!changesNodes(situation)) return undefined
    const broken = situation.health.find(isBroken)
    if (!broken) return undefined
    const because = `sensors of ${broken.failing} of ${broken.nodes} nodes ${placeOf(broken, situation)} fail at once`
    return heldBack(situation, 'sensor', null, because)
  },
}

/** Whether sensors fail together there; alerts ask it too. */
export function isBroken({ scope, failing, nodes }: Health): boolean {
  if (scope === 'cluster' && nodes <= fewNodes) return nodes > 0 && failing === nodes
  return failing > fewNodes && failing / nodes > failingShareMax
}

function placeOf({ scope, site }: Health, { cluster }: Situation): string {
  if (scope === 'cluster') return `of cluster "${cluster.name}"`
  return scope === 'site' ? `at site "${site}"` : 'of the fleet'
}
