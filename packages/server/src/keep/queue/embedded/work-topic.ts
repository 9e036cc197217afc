import type { Clock } from '../../../model/clock.ts'
import { messageOf } from '../../../model/problem.ts'
import type { Backlog } from '../queue.ts'
import { queueFull, waitingMax } from '../refusals.ts'
import { delayAfter } from '../tries.ts'

interface Message {
  text: string
  tries: number
}

interface Consumer {
  work: (message: unknown) => Promise<void>
  atOnceMax: number
  underWay: Set<Promise<void>>
}

/** Work of one topic: in order, each message until somebody has done it. */
export class WorkTopic {
  readonly #topic: string
  readonly #clock: Clock
  readonly #warn: (message: string, details: object) => void
  readonly #waiting: Message[] = []
  readonly #consumers: Consumer[] = []
  readonly #delayed = new Map<Message, () => void>()
  #setAside = 0

  constructor(topic: string, clock: Clock, warn: (message: string, details: object) => void) {
    this.#topic = topic
    this.#clock = clock
    this.#warn = warn
  }

  /** Takes the message; throws where too many wait. */
  publish(message: unknown): void {
    if (this.#waiting.length + this.#delayed.size >= waitingMax) throw queueFull(this.#topic, waitingMax)
    this.#waiting.push({ text: JSON.stringify(message), tries: 0 })
    this.#give()
  }

  backlog(): Backlog {
    return { waiting: this.#waiting.length + this.#delayed.size, setAside: this.#setAside }
  }

  /** Begins to give messages to `work`; the answer stops that, and resolves when what is under way has ended. */
  consume(work: Consumer['work'], atOnceMax: number): () => Promise<void> {
    const consumer: Consumer = { work, atOnceMax, underWay: new Set() }
    this.#consumers.push(consumer)
    this.#give()
    return async () => {
      const place = this.#consumers.indexOf(consumer)
      if (place !== -1) this.#consumers.splice(place, 1)
      await Promise.all(consumer.underWay)
    }
  }

  /** Nothing is given any more; resolves when what is under way has ended. */
  async close(): Promise<void> {
    const consumers = this.#consumers.splice(0)
    await Promise.all(consumers.flatMap(({ underWay }) => [...underWay]))
    for (const cancel of this.#delayed.values()) cancel()
  }

  #give(): void {
    for (;;) {
      const consumer = this.#consumers.find(({ underWay, atOnceMax }) => underWay.size < atOnceMax)
      const message = consumer ? this.#waiting.shift() : undefined
      if (!consumer || !message) return
      const attempt: Promise<void> = this.#try(consumer, message).then(() => {
        consumer.underWay.delete(attempt)
        this.#give()
      })
      consumer.underWay.add(attempt)
    }
  }

  async #try({ work }: Consumer, message: Message): Promise<void> {
    try {
      await work(JSON.parse(message.text))
    } catch (thrown) {
      message.tries++
      this.#again(message, messageOf(thrown))
    }
  }

  #again(message: Message, why: string): void {
    const [topic, { tries }] = [this.#topic, message]
    const delayMs = delayAfter(tries)
    if (delayMs === undefined) {
      this.#setAside++
      this.#warn('work from the queue failed; it is set aside', { topic, tries, why })
      return
    }
    this.#warn('work from the queue failed; it is given again', { topic, tries, delayMs, why })
    this.#delayed.set(
      message,
      this.#clock.after(delayMs, () => this.#giveAgain(message)),
    )
  }

  #giveAgain(message: Message): void {
    this.#delayed.delete(message)
    this.#waiting.unshift(message)
    this.#give()
  }
}
