import type { Situation } from '../situation.ts'
import { counted, type GuardRule, heldBack } from './guard.ts'

/**
 * The cluster keeps between min and max. For max the added nodes count in full, as they may stand beside those that the
 * same run removes; for min what is left at the end counts.
 */
export const size: GuardRule = {
  guard: 'size',
  holds: 'unless-forced',
  refuse(situation) {
    const because = tooMany(situation) ?? tooFew(situation)
    return because === undefined ? undefined : heldBack(situation, 'size', null, because)
  },
}

function tooMany({ asker, cluster, clusterNodes, plannedNodesChange: { added } }: Situation): string | undefined {
  if (added === 0) return undefined
  if (cluster.max === null) {
    return isAutomatic(asker)
      ? `cluster "${cluster.name}" has no max, so nothing grows it by itself; set one`
      : undefined
  }
  if (clusterNodes + added <= cluster.max) return undefined
  return `cluster "${cluster.name}" has ${counted(clusterNodes, 'node')} and may have ${cluster.max}; the run would add ${added}`
}

function tooFew({ cluster, clusterNodes, plannedNodesChange: { added, removed } }: Situation): string | undefined {
  if (removed === 0 || clusterNodes + added - removed >= cluster.min) return undefined
  return `cluster "${cluster.name}" has ${counted(clusterNodes, 'node')} and must keep ${cluster.min}; the run would remove ${removed}`
}

/** A min bounds growth too, but without a max nobody has said yet that the cluster may grow by itself. */
function isAutomatic(asker: Situation['asker']): boolean {
  return asker === 'fire' || asker === 'keep'
}
