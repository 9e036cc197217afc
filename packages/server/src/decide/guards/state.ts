import { type GuardRule, heldBack } from './guard.ts'

/** A trigger that is off fires nothing. One in watch is no refusal: `verdictOf` records what it would have done. */
export const state: GuardRule = {
  guard: 'state',
  holds: 'fires',
  refuse(situation) {
    if (situation.trigger?.state !== 'off') return undefined
    return heldBack(situation, 'state', null, 'it is off; switch it on or to watch')
  },
}
