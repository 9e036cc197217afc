import type { AsyncMessage } from 'rabbitmq-client'
import { ConsumerStatus } from 'rabbitmq-client'
import { messageOf } from '../../../model/problem.ts'
import type { Backlog } from '../queue.ts'
import { queueFull, waitingMax } from '../refusals.ts'
import { triesMax } from '../tries.ts'
import { closeConsumer } from './close-consumer.ts'
import type { Giving } from './giving.ts'
import type { Link, Warn } from './link.ts'
import type { Names } from './names.ts'

/** What work needs. */
export interface WorkParts {
  takes: Link
  giving: Giving
  names: Names
  warn: Warn
  /** How long until a message is given again that failed so often; undefined: set aside. */
  delayAfter: (tries: number) => number | undefined
}

/** Durable work, by topic: one queue each, another for each delay, and one for what was set aside. */
export class Work {
  readonly #parts: WorkParts
  readonly #stops = new Set<() => Promise<void>>()

  constructor(parts: WorkParts) {
    this.#parts = parts
  }

  async publish(topic: string, message: unknown): Promise<void> {
    const queue = this.#parts.names.work(topic)
    const full = () => queueFull(topic, waitingMax)
    await this.#parts.giving.publish({ routingKey: queue.queue, durable: true }, message, { queues: [queue], full })
  }

  /** The answer stops, and resolves when what is under way has ended. */
  consume(topic: string, work: (message: unknown) => Promise<void>, atOnceMax: number): () => Promise<void> {
    const { takes, names, warn } = this.#parts
    const { queue, ...queueOptions } = names.work(topic)
    const qos = { prefetchCount: atOnceMax }
    const underWay = new Set<Promise<ConsumerStatus>>()
    const consumer = takes.connection.createConsumer(
      { queue, queueOptions, qos, concurrency: atOnceMax },
      (message: AsyncMessage) => {
        const attempt = this.#try(topic, work, message).finally(() => underWay.delete(attempt))
        underWay.add(attempt)
        return attempt
      },
    )
    consumer.on('error', (error: unknown) => warn('trouble with taking work', { topic, why: messageOf(error) }))
    const stop = async () => {
      this.#stops.delete(stop)
      await closeConsumer(consumer)
      // A connection that breaks meanwhile does not end what is under way.
      await Promise.all(underWay)
    }
    this.#stops.add(stop)
    return stop
  }

  async backlog(topic: string): Promise<Backlog> {
    const { names } = this.#parts
    const waiting = [names.work(topic), ...this.#delays().map((delayMs) => names.again(topic, delayMs))]
    // One after another: a channel does not ask two things at once anyway.
    let count = 0
    for (const queue of waiting) count += await this.#countOf(queue)
    return { waiting: count, setAside: await this.#countOf(names.setAside(topic)) }
  }

  /** Nothing more is taken; resolves when what is under way has ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#stops].map((stop) => stop()))
  }

  async #countOf(queue: ReturnType<Names['work']>): Promise<number> {
    return (await this.#parts.takes.connection.queueDeclare({ ...queue })).messageCount
  }

  #delays(): number[] {
    const delays = Array.from({ length: triesMax }, (_, tries) => this.#parts.delayAfter(tries + 1))
    return [...new Set(delays.filter((delay) => delay !== undefined))]
  }

  async #try(topic: string, work: (message: unknown) => Promise<void>, message: AsyncMessage): Promise<ConsumerStatus> {
    try {
      await work(message.body)
      return ConsumerStatus.ACK
    } catch (thrown) {
      return await this.#again(topic, message, messageOf(thrown))
    }
  }

  /** A copy goes to where it waits, then this one is acknowledged; killed in between there are two, which a wake-up may be. */
  async #again(topic: string, { body, headers }: AsyncMessage, why: string): Promise<ConsumerStatus> {
    const { names, giving, delayAfter, warn } = this.#parts
    const tries = Number(headers?.tries ?? 0) + 1
    const delayMs = delayAfter(tries)
    const queue = delayMs === undefined ? names.setAside(topic) : names.again(topic, delayMs)
    const fate = delayMs === undefined ? 'it is set aside' : 'it is given again'
    warn(`work from the queue failed; ${fate}`, { topic, tries, delayMs, why })
    const envelope = { routingKey: queue.queue, durable: true, headers: { tries } }
    try {
      await giving.publish(envelope, body, { queues: [queue], full: () => queueFull(topic, waitingMax) })
      return ConsumerStatus.ACK
    } catch (thrown) {
      warn('work that failed could not be put back; the broker gives it again at once', {
        topic,
        why: messageOf(thrown),
      })
      return ConsumerStatus.REQUEUE
    }
  }
}
