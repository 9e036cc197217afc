import { type GuardRule, heldBack } from './guard.ts'

/** A pause of the trigger, its cluster or everything; the one that ends last is told. It ends by itself at its instant. */
export const paused: GuardRule = {
  guard: 'paused',
  holds: 'fires',
  refuse(situation) {
    const { now, trigger, cluster, pausedUntil } = situation
    const pauses = [
      { until: trigger?.pausedUntil ?? null, what: 'the trigger is paused' },
      { until: cluster.pausedUntil, what: `cluster "${cluster.name}" is paused` },
      { until: pausedUntil, what: 'everything is paused' },
    ]
    const longest = pauses
      .filter((pause): pause is { until: number; what: string } => pause.until !== null && pause.until > now)
      .reduce<{ until: number; what: string } | undefined>((a, b) => (a && a.until >= b.until ? a : b), undefined)
    return longest && heldBack(situation, 'paused', longest.until, longest.what)
  },
}
