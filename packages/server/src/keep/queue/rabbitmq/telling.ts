import type { AsyncMessage } from 'rabbitmq-client'
import { messageOf } from '../../../model/problem.ts'
import type { Giving } from './giving.ts'
import type { Warn } from './link.ts'
import type { Names } from './names.ts'
import type { OwnQueue } from './own-queue.ts'

type Hear = (message: unknown) => void

/** What is told to everybody: to this process's listeners at once, to others over the broker while it is there. */
export class Telling {
  readonly #giving: Giving
  readonly #names: Names
  readonly #processId: string
  readonly #warn: Warn
  readonly #listeners = new Map<string, Set<Hear>>()

  constructor(parts: { giving: Giving; names: Names; processId: string; warn: Warn }) {
    this.#giving = parts.giving
    this.#names = parts.names
    this.#processId = parts.processId
    this.#warn = parts.warn
  }

  tell(topic: string, message: unknown): void {
    this.#hear(topic, message)
    this.#giving.send({ exchange: this.#names.told, routingKey: topic, appId: this.#processId }, message)
  }

  listen(topic: string, hear: Hear, inbox: OwnQueue): () => void {
    const own: Hear = (message) => hear(message)
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(own))
    void inbox.bindings.set(this.#listeners.keys())
    return () => {
      listeners.delete(own)
      if (listeners.size > 0 || this.#listeners.get(topic) !== listeners) return
      this.#listeners.delete(topic)
      void inbox.bindings.set(this.#listeners.keys())
    }
  }

  /** A message from the broker: the process that told it has heard it already. */
  take({ routingKey, appId, body }: AsyncMessage): void {
    if (appId !== this.#processId) this.#hear(routingKey, body)
  }

  close(): void {
    this.#listeners.clear()
  }

  #hear(topic: string, message: unknown): void {
    for (const hear of this.#listeners.get(topic) ?? []) {
      try {
        hear(message)
      } catch (thrown) {
        this.#warn('a listener threw', { topic, why: messageOf(thrown) })
      }
    }
  }
}
