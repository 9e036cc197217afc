import { changesNodes, type Situation } from '../situation.ts'
import { type GuardRule, heldBack } from './guard.ts'

/** While a new node warms up nobody can tell yet whether the cluster has the right size. */
export const warmUp: GuardRule = {
  guard: 'warm-up',
  holds: 'fires',
  refuse(situation) {
    if (!changesNodes(situation)) return undefined
    const last = situation.warmingUp
      .filter(({ until }) => until > situation.now)
      .reduce<Situation['warmingUp'][number] | undefined>((a, b) => (a && a.until >= b.until ? a : b), undefined)
    return last && heldBack(situation, 'warm-up', last.until, `node "${last.nodeName}" warms up`)
  },
}
