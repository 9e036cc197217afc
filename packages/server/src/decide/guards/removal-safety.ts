import { formatThreshold, isBreach } from '../../model/threshold.ts'
import type { GrowingSeries } from '../outlook.ts'
import type { Situation } from '../situation.ts'
import { formatInstant, type GuardRule, heldBack } from './guard.ts'

/** Load often comes back within minutes of a lull. */
const calmMsMin = 600_000

/** No node goes while the cluster was pressed to grow a moment ago, nor where its going would press it. */
export const removalSafety: GuardRule = {
  guard: 'removal-safety',
  holds: 'fires',
  refuse(situation) {
    if (situation.plannedNodesChange.removed === 0) return undefined
    const pressed = situation.growing
      .filter((series) => calmAt(series) > situation.now)
      .reduce<GrowingSeries | undefined>((a, b) => (a && calmAt(a) >= calmAt(b) ? a : b), undefined)
    if (pressed) {
      const seen = formatInstant(pressed.lastBreachAt ?? 0, situation.now)
      return heldBack(situation, 'removal-safety', calmAt(pressed), `${nameOf(pressed)} was in breach at ${seen}`)
    }
    const unknown = situation.growing.find(({ value }) => value === null)
    if (unknown) return heldBack(situation, 'removal-safety', null, `${nameOf(unknown)} has no fresh value`)
    const wouldBe = situation.growing.find((series) => isBreach(spread(series, situation), series.threshold))
    if (!wouldBe) return undefined
    const value = Number(spread(wouldBe, situation).toPrecision(3))
    const because = `${nameOf(wouldBe)} would be ${value}, ${formatThreshold(wouldBe.threshold)}, on the nodes left`
    return heldBack(situation, 'removal-safety', null, because)
  },
}

function calmAt({ lastBreachAt, timingMs }: GrowingSeries): number {
  return lastBreachAt === null ? Number.NEGATIVE_INFINITY : lastBreachAt + Math.max(timingMs, calmMsMin)
}

/** The value when the nodes are gone. With none left the load has nowhere to go: it is without bound. */
function spread({ value, scaling }: GrowingSeries, { inServiceNodes, plannedNodesChange }: Situation): number {
  const [now, { removed }] = [value ?? 0, plannedNodesChange]
  if (scaling === 'count') return now - removed
  if (scaling === 'none' || now === 0) return now
  return (now * inServiceNodes) / Math.max(0, inServiceNodes - removed)
}

function nameOf({ triggerName, counterName }: GrowingSeries): string {
  return `"${counterName}" of the growing trigger "${triggerName}"`
}
