import type { Clock } from '../../../model/clock.ts'
import { randomHex } from '../../../model/ids.ts'
import type { Backlog, Queue } from '../queue.ts'
import { queueClosed } from '../refusals.ts'
import { delayAfter } from '../tries.ts'
import { type Broker, parseBroker } from './broker.ts'
import { brokerTrouble, queueUnusable } from './broker-trouble.ts'
import { Giving } from './giving.ts'
import { Link, type Warn } from './link.ts'
import { type Names, namesOf } from './names.ts'
import { OwnQueue } from './own-queue.ts'
import { Questions } from './questions.ts'
import { RabbitSlots } from './slots.ts'
import { Telling } from './telling.ts'
import { Work } from './work.ts'

/** How a queue in RabbitMQ is opened. */
export interface RabbitMqOptions {
  /** `amqp://user:password@host:port/vhost` or `amqps://…?cacertfile=FILE`. */
  url: string
  clock: Clock
  warn: Warn
  /** In front of the names of all its queues; `tscaler`. */
  namespace?: string
  /** As of `tries.ts`. */
  delayAfter?: (tries: number) => number | undefined
}

/**
 * A queue in RabbitMQ 3.10 or newer, without plugins. Rejects with `bad-input` for a wrong URL and with `queue-unusable` where the
 * broker can't be used; one that is down is waited for 20 s. Later outages are waited through: work that was acknowledged to its
 * publisher is kept, what is told meanwhile reaches this process only.
 */
export async function openRabbitMq(options: RabbitMqOptions): Promise<Queue> {
  const { url, clock, warn, namespace = 'tscaler' } = options
  const broker = parseBroker(url)
  const gives = new Link({ broker, purpose: 'gives', clock, warn })
  const takes = new Link({ broker, purpose: 'takes', clock, warn })
  const names = namesOf(namespace)
  try {
    await Promise.all([gives.opened(), takes.opened()])
    await declareExchanges(gives, names, broker)
  } catch (thrown) {
    await Promise.all([gives.close(), takes.close()])
    throw thrown
  }
  return new RabbitMqQueue({ gives, takes, names, clock, warn, delayAfter: options.delayAfter ?? delayAfter })
}

async function declareExchanges({ connection }: Link, names: Names, broker: Broker): Promise<void> {
  try {
    for (const exchange of [names.told, names.slots])
      await connection.exchangeDeclare({ exchange, type: 'direct', durable: true })
  } catch (thrown) {
    throw queueUnusable(brokerTrouble(thrown, broker), thrown)
  }
}

interface Parts {
  gives: Link
  takes: Link
  names: Names
  clock: Clock
  warn: Warn
  delayAfter: (tries: number) => number | undefined
}

class RabbitMqQueue implements Queue {
  readonly #gives: Link
  readonly #takes: Link
  readonly #giving: Giving
  readonly #work: Work
  readonly #questions: Questions
  readonly #telling: Telling
  readonly #inbox: OwnQueue
  readonly slots: RabbitSlots
  #closing: Promise<void> | undefined

  constructor({ gives, takes, names, clock, warn, delayAfter }: Parts) {
    this.#gives = gives
    this.#takes = takes
    const giving = new Giving(gives, clock)
    this.#giving = giving
    this.#work = new Work({ takes, giving, names, warn, delayAfter })
    this.#questions = new Questions({ takes, giving, names, clock, warn })
    this.#telling = new Telling({ giving, names, processId: randomHex(8), warn })
    this.slots = new RabbitSlots({ takes, giving, names, warn })
    this.#inbox = new OwnQueue({
      link: takes,
      exchange: names.told,
      // Replies come straight to the queue, by the exchange without a name.
      hear: (message) => (message.exchange === '' ? this.#questions.take(message) : this.#telling.take(message)),
      warn,
    })
  }

  async publish(topic: string, message: unknown): Promise<void> {
    this.#checkOpen(topic)
    await this.#work.publish(topic, message)
  }

  async consume(
    topic: string,
    work: (message: unknown) => Promise<void>,
    { atOnceMax = 1 }: { atOnceMax?: number } = {},
  ): Promise<() => Promise<void>> {
    this.#checkOpen(topic)
    return this.#work.consume(topic, work, atOnceMax)
  }

  async backlog(topic: string): Promise<Backlog> {
    this.#checkOpen(topic)
    return await this.#work.backlog(topic)
  }

  async ask(topic: string, request: unknown, { timeoutMs }: { timeoutMs: number }): Promise<unknown> {
    this.#checkOpen(topic)
    return await this.#questions.ask(topic, request, timeoutMs, this.#inbox)
  }

  async answer(topic: string, reply: (request: unknown) => Promise<unknown>): Promise<() => Promise<void>> {
    this.#checkOpen(topic)
    return this.#questions.answer(topic, reply)
  }

  tell(topic: string, message: unknown): void {
    this.#telling.tell(topic, message)
  }

  listen(topic: string, hear: (message: unknown) => void): () => void {
    return this.#telling.listen(topic, hear, this.#inbox)
  }

  trouble(): string | null {
    return this.#gives.trouble() ?? this.#takes.trouble()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#telling.close()
    this.#questions.close()
    await Promise.all([this.#work.close(), this.slots.close(), this.#inbox.close()])
    await Promise.all([this.#gives.close(() => this.#giving.close()), this.#takes.close()])
  }

  #checkOpen(topic: string): void {
    if (this.#closing) throw queueClosed(topic)
  }
}
