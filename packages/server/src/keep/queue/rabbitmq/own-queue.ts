import type { AsyncMessage } from 'rabbitmq-client'
import { messageOf } from '../../../model/problem.ts'
import { closeConsumer } from './close-consumer.ts'
import { KeptBindings } from './kept-bindings.ts'
import type { Link, Warn } from './link.ts'

// Who hangs that long has lost what was told meanwhile; the broker must not keep it all.
const heldMax = 10_000
const heldMs = 10_000

/** A queue that this process alone hears, gone with its connection and made again with the next one. Nothing in it is kept. */
export class OwnQueue {
  readonly bindings: KeptBindings
  readonly #consumer: ReturnType<Link['connection']['createConsumer']>
  #waiting: (() => void)[] = []

  constructor({
    link,
    exchange,
    hear,
    warn,
  }: {
    link: Link
    exchange: string
    hear: (message: AsyncMessage) => void
    warn: Warn
  }) {
    this.bindings = new KeptBindings(link, exchange, warn)
    const queueOptions = { exclusive: true, arguments: { 'x-max-length': heldMax, 'x-message-ttl': heldMs } }
    // The broker names it: the queue of a connection that broke may live on for a while, and nobody else may name it alike.
    this.#consumer = link.connection.createConsumer({ noAck: true, queueOptions }, async (message) => hear(message))
    this.#consumer.on('ready', () => {
      this.bindings.renew(this.#consumer.queue)
      for (const wake of this.#waiting.splice(0)) wake()
    })
    this.#consumer.on('error', (error: unknown) => {
      warn('trouble with the message broker', { exchange, why: messageOf(error) })
    })
  }

  /** Its name now; `''` while the broker is away. */
  get name(): string {
    return this.#consumer.queue
  }

  /** Resolves when it is there. */
  async whenReady(): Promise<void> {
    while (this.name === '') await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  async close(): Promise<void> {
    await closeConsumer(this.#consumer)
  }
}
