import { type GuardRule, heldBack } from './guard.ts'

/** A cloud that is out of capacity seldom has some again within minutes; half an hour is often enough to notice it has. */
const backOffMs = { first: 300_000, most: 1_800_000 }

/** After failed launches growth waits 5, 10, 20 and then 30 minutes: asking faster only fails faster. */
export const launchBackOff: GuardRule = {
  guard: 'launch-back-off',
  holds: 'fires',
  refuse(situation) {
    const { now, failedLaunches, plannedNodesChange } = situation
    if (!failedLaunches || failedLaunches.count === 0 || plannedNodesChange.added === 0) return undefined
    const until = failedLaunches.lastAt + launchBackOffMs(failedLaunches.count)
    if (now >= until) return undefined
    return heldBack(situation, 'launch-back-off', until, `failed launches in a row: ${failedLaunches.count}`)
  },
}

/** How long to wait after so many failed launches in a row. */
export function launchBackOffMs(count: number): number {
  return Math.min(backOffMs.most, backOffMs.first * 2 ** (count - 1))
}
