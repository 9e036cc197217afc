import { Connection } from 'rabbitmq-client'
import type { Clock } from '../../../model/clock.ts'
import { messageOf } from '../../../model/problem.ts'
import type { Broker } from './broker.ts'
import { brokerTrouble, queueUnusable } from './broker-trouble.ts'

/** Says what an operator should hear of: a constant message and its details. */
export type Warn = (message: string, details: object) => void

// A broker that is started together with tscaler takes 5 to 15 s to boot.
const openMsMax = 20_000
// A broker that is asked to close answers at once, or never.
const closeMsMax = 2_000

/**
 * One connection that comes back by itself. There are two to a broker: one that is out of memory or disk stops reading from a
 * connection that publishes, and acknowledgements would wait behind the messages.
 */
export class Link {
  readonly connection: Connection
  readonly broker: Broker
  readonly #clock: Clock
  #away: string | null = null
  #blocked: string | null = null
  #wakes: (() => void)[] = []

  constructor({ broker, purpose, clock, warn }: { broker: Broker; purpose: string; clock: Clock; warn: Warn }) {
    this.broker = broker
    this.#clock = clock
    this.connection = new Connection({ ...broker.options, connectionName: `tscaler ${purpose}` })
    this.connection.on('connection', () => {
      if (this.#away !== null) warn('the message broker is back', { broker: broker.place, purpose })
      this.#away = this.#blocked = null
      this.#wake()
    })
    this.connection.on('error', (error: unknown) => {
      // A channel's error comes here too, on a connection that goes on.
      if (!this.connection.ready) this.#away = brokerTrouble(error, broker).text
      warn('trouble with the message broker', { broker: broker.place, purpose, why: messageOf(error) })
    })
    this.connection.on('connection.blocked', (reason: string) => {
      this.#blocked = reason
      warn('the message broker takes no more messages', { broker: broker.place, why: reason })
    })
    this.connection.on('connection.unblocked', () => {
      this.#blocked = null
      this.#wake()
    })
  }

  /** Whether messages can be sent now. */
  get ready(): boolean {
    return this.connection.ready
  }

  /** What is wrong now; null: nothing. */
  trouble(): string | null {
    const { place } = this.broker
    if (this.#blocked !== null)
      return `${place} takes no more messages: it is low on resources (${this.#blocked}). Make room on its machine; tscaler goes on by itself.`
    if (this.#away !== null) return `${this.#away} tscaler tries again by itself.`
    return this.ready ? null : `${place} is being connected to.`
  }

  /** Resolves when messages can be sent, at the latest then. */
  async whenReady(): Promise<void> {
    while (!this.ready) await new Promise<void>((resolve) => this.#wakes.push(resolve))
  }

  /** Resolves when connected for the first time; rejects with `queue-unusable` when that can't or does not happen. */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      let last: unknown = new Error('it did not answer in time')
      const cancel = this.#clock.after(openMsMax, () => reject(queueUnusable(brokerTrouble(last, this.broker), last)))
      const settle = (end: () => void) => {
        cancel()
        end()
      }
      this.connection.on('error', (error: unknown) => {
        last = error
        const trouble = brokerTrouble(error, this.broker)
        if (!trouble.mayPass) settle(() => reject(queueUnusable(trouble, error)))
      })
      void this.whenReady().then(() => settle(resolve))
    })
  }

  /** Ends it, its channels first; a broker that does not answer is left without a word. */
  async close(closeChannels = async () => {}): Promise<void> {
    this.#wakes = []
    const over = Promise.withResolvers<void>()
    const cancel = this.#clock.after(closeMsMax, () => {
      this.connection.unsafeDestroy()
      // A connection that is destroyed while it closes never says that it has.
      over.resolve()
    })
    const closing = async () => {
      await closeChannels()
      await this.connection.close()
    }
    try {
      await Promise.race([closing(), over.promise])
    } finally {
      cancel()
    }
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake()
  }
}
