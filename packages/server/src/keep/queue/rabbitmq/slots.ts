import type { AsyncMessage } from 'rabbitmq-client'
import { messageOf } from '../../../model/problem.ts'
import type { SlotMessage, Slots, SlotTaker } from '../slots.ts'
import type { Giving } from './giving.ts'
import type { Link, Warn } from './link.ts'
import type { Names } from './names.ts'
import { OwnQueue } from './own-queue.ts'

/** Rounds by slot: a direct exchange with a key for each slot, and a queue for each taker. */
export class RabbitSlots implements Slots {
  readonly #takes: Link
  readonly #giving: Giving
  readonly #names: Names
  readonly #warn: Warn
  readonly #takers = new Set<OwnQueue>()

  constructor(parts: { takes: Link; giving: Giving; names: Names; warn: Warn }) {
    this.#takes = parts.takes
    this.#giving = parts.giving
    this.#names = parts.names
    this.#warn = parts.warn
  }

  publishSlot(slot: number, message: unknown, { epoch, expireMs }: { epoch: number; expireMs: number }): void {
    const envelope = { exchange: this.#names.slots, routingKey: `${slot}`, expiration: `${Math.round(expireMs)}` }
    this.#giving.send({ ...envelope, headers: { epoch } }, message)
  }

  async consumeSlots(work: (given: SlotMessage) => void): Promise<SlotTaker> {
    const queue = new OwnQueue({
      link: this.#takes,
      exchange: this.#names.slots,
      hear: (message) => this.#hear(message, work),
      warn: this.#warn,
    })
    this.#takers.add(queue)
    if (this.#takes.ready) await queue.whenReady()
    return {
      take: (slots) => queue.bindings.set(slots.map((slot) => `${slot}`)),
      stop: async () => {
        this.#takers.delete(queue)
        await queue.close()
      },
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#takers].map((queue) => queue.close()))
  }

  #hear({ routingKey, headers, body }: AsyncMessage, work: (given: SlotMessage) => void): void {
    try {
      work({ slot: Number(routingKey), epoch: Number(headers?.epoch), message: body })
    } catch (thrown) {
      this.#warn('work for a slot threw', { slot: Number(routingKey), why: messageOf(thrown) })
    }
  }
}
