import type { Clock } from '../../../model/clock.ts'
import { messageOf } from '../../../model/problem.ts'
import type { Backlog, Queue } from '../queue.ts'
import { queueClosed } from '../refusals.ts'
import type { Slots } from '../slots.ts'
import { QuestionTopic } from './question-topic.ts'
import { embeddedSlots } from './slots.ts'
import { WorkTopic } from './work-topic.ts'

type Hear = (message: unknown) => void

/** A queue inside this process. Its work lives as long as the process: the store is the truth, and is swept at start. */
export function embeddedQueue(options: {
  clock: Clock
  /** Hears of work and listeners that threw: a constant message and its details. */
  warn: (message: string, details: object) => void
}): Queue {
  return new EmbeddedQueue(options)
}

class EmbeddedQueue implements Queue {
  readonly #clock: Clock
  readonly #warn: (message: string, details: object) => void
  readonly #work = new Map<string, WorkTopic>()
  readonly #questions = new Map<string, QuestionTopic>()
  readonly #listeners = new Map<string, Set<Hear>>()
  readonly slots: Slots
  #isClosed = false

  constructor({ clock, warn }: { clock: Clock; warn: (message: string, details: object) => void }) {
    this.#clock = clock
    this.#warn = warn
    this.slots = embeddedSlots(warn)
  }

  async publish(topic: string, message: unknown): Promise<void> {
    this.#workOf(topic).publish(message)
  }

  async consume(
    topic: string,
    work: (message: unknown) => Promise<void>,
    { atOnceMax = 1 }: { atOnceMax?: number } = {},
  ): Promise<() => Promise<void>> {
    return this.#workOf(topic).consume(work, atOnceMax)
  }

  async backlog(topic: string): Promise<Backlog> {
    return this.#workOf(topic).backlog()
  }

  async ask(topic: string, request: unknown, { timeoutMs }: { timeoutMs: number }): Promise<unknown> {
    return this.#questionsOf(topic).ask(request, timeoutMs)
  }

  async answer(topic: string, reply: (request: unknown) => Promise<unknown>): Promise<() => Promise<void>> {
    const stop = this.#questionsOf(topic).answer(reply)
    return async () => stop()
  }

  /** Listeners are called at once, and get the very message: thousands of samples a second are not copied for each. */
  tell(topic: string, message: unknown): void {
    for (const hear of this.#listeners.get(topic) ?? []) {
      try {
        hear(message)
      } catch (thrown) {
        this.#warn('a listener threw', { topic, why: messageOf(thrown) })
      }
    }
  }

  listen(topic: string, hear: Hear): () => void {
    const own: Hear = (message) => hear(message)
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(own))
    return () => listeners.delete(own)
  }

  trouble(): null {
    return null
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#listeners.clear()
    for (const questions of this.#questions.values()) questions.close()
    await Promise.all([...this.#work.values()].map((work) => work.close()))
  }

  #workOf(topic: string): WorkTopic {
    this.#checkOpen(topic)
    const found = this.#work.get(topic) ?? new WorkTopic(topic, this.#clock, this.#warn)
    this.#work.set(topic, found)
    return found
  }

  #questionsOf(topic: string): QuestionTopic {
    this.#checkOpen(topic)
    const found = this.#questions.get(topic) ?? new QuestionTopic(topic, this.#clock)
    this.#questions.set(topic, found)
    return found
  }

  #checkOpen(topic: string): void {
    if (this.#isClosed) throw queueClosed(topic)
  }
}
