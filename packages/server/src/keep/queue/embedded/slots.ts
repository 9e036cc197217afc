import { messageOf } from '../../../model/problem.ts'
import type { SlotMessage, Slots } from '../slots.ts'

type Taker = { slots: ReadonlySet<number>; work: (given: SlotMessage) => void }

/** Slots inside one process: whoever takes a slot is called at once, so that nothing can expire. */
export function embeddedSlots(warn: (message: string, details: object) => void): Slots {
  const takers = new Set<Taker>()
  return {
    publishSlot(slot, message, { epoch }) {
      for (const { slots, work } of takers) {
        if (!slots.has(slot)) continue
        try {
          work({ slot, epoch, message: JSON.parse(JSON.stringify(message)) })
        } catch (thrown) {
          warn('work for a slot threw', { slot, why: messageOf(thrown) })
        }
      }
    },
    async consumeSlots(work) {
      const taker: Taker = { slots: new Set(), work }
      takers.add(taker)
      return {
        async take(slots) {
          taker.slots = new Set(slots)
        },
        async stop() {
          takers.delete(taker)
        },
      }
    },
  }
}
