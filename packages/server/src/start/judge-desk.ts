import type { Admission } from '../act/admit.ts'
import type { Cycle } from '../cycle.ts'
import type { Judge } from '../desk/judge.ts'
import type { Store } from '../keep/store/store.ts'

/** The loop and admission as the desk sees them. */
export function judgeDesk({ cycle, admission, store }: { cycle: Cycle; admission: Admission; store: Store }): Judge {
  return {
    stateOf: async (triggerId) =>
      cycle.judge.stateOf(triggerId).map(({ seriesId, ...state }) => ({ ...state, series: seriesId })),
    async heldBackBy(triggerId) {
      const trigger = await store.triggers.find(triggerId)
      if (trigger === undefined || trigger.state === 'off') return null
      return admission.heldBackBy(trigger, cycle.outlookOf({ triggerId, clusterId: trigger.clusterId }))
    },
  }
}
