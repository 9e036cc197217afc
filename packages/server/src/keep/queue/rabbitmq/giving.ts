import { Buffer } from 'node:buffer'
import type { Envelope, Publisher } from 'rabbitmq-client'
import { type Clock, pause } from '../../../model/clock.ts'
import { messageOf, TscalerError } from '../../../model/problem.ts'
import { brokerTrouble, isRefusedMessage, queueUnusable } from './broker-trouble.ts'
import type { Link } from './link.ts'
import type { Declaration } from './names.ts'

// A broker that was started again is back within 10 s; who waits longer should say so instead.
const publishMsMax = 10_000
// Between two tries on a connection that is up: the broker closed a channel, say.
const againMs = 200
/** Wake-ups are some hundred bytes. RabbitMQ 4 takes 16 MiB where nothing else is set; more is a mistake of ours. */
const messageBytesMax = 16 * 1_048_576
// What is told and the connection has not sent yet; a slow link must not fill this process's memory. A round of all slots is 1 MiB.
const unsentBytesMax = 16 * 1_048_576

interface Attempt {
  isOver: boolean
  /** What the newest try failed with. */
  last: unknown
}

/** Sends messages: those that must arrive, and those that may be lost. */
export class Giving {
  readonly #link: Link
  readonly #clock: Clock
  readonly #sure: Publisher
  readonly #loose: Publisher
  #unsentBytes = 0

  constructor(link: Link, clock: Clock) {
    this.#link = link
    this.#clock = clock
    this.#sure = link.connection.createPublisher({ confirm: true })
    this.#loose = link.connection.createPublisher()
  }

  /**
   * Resolves when the broker has it, having declared the queues first. Waits through an outage for `limitMs`, then rejects with
   * `queue-unusable`; a message that was given up may still arrive. Rejects at once with `too-large`, and with what `full` gives
   * where the broker refuses it since its queue is full.
   */
  async publish(
    envelope: Envelope,
    message: unknown,
    { queues, full, limitMs = publishMsMax }: { queues: readonly Declaration[]; full: () => Error; limitMs?: number },
  ): Promise<void> {
    const body = bodyOf(message)
    const attempt: Attempt = { isOver: false, last: undefined }
    const over = Promise.withResolvers<never>()
    const cancel = this.#clock.after(limitMs, () => over.reject(this.#late(limitMs, attempt.last)))
    const send = async () => {
      for (const queue of queues) await this.#link.connection.queueDeclare({ ...queue })
      await this.#sure.send({ ...jsonEnvelope, ...envelope }, body)
    }
    try {
      await Promise.race([this.#insist(attempt, send, full), over.promise])
    } finally {
      attempt.isOver = true
      cancel()
    }
  }

  /** Sends it now or never: dropped while the broker is away or takes no messages. */
  send(envelope: Envelope, message: unknown): void {
    if (!this.#link.ready || this.#unsentBytes >= unsentBytesMax) return
    const body = bodyOf(message)
    this.#unsentBytes += body.length
    const sent = this.#loose.send({ ...jsonEnvelope, ...envelope }, body)
    const done = () => {
      this.#unsentBytes -= body.length
    }
    // A connection that breaks now is told of by the link.
    sent.then(done, done)
  }

  async close(): Promise<void> {
    await Promise.all([this.#sure.close(), this.#loose.close()])
  }

  /** Sends until it has worked, is refused, or is over. */
  async #insist(attempt: Attempt, send: () => Promise<void>, full: () => Error): Promise<void> {
    while (!attempt.isOver) {
      try {
        await this.#link.whenReady()
        if (!attempt.isOver) await send()
        return
      } catch (thrown) {
        attempt.last = thrown
        if (isRefusedMessage(thrown)) throw full()
        const trouble = brokerTrouble(thrown, this.#link.broker)
        if (!trouble.mayPass) throw queueUnusable(trouble, thrown)
        await pause(this.#clock, againMs)
      }
    }
  }

  #late(limitMs: number, last: unknown): TscalerError {
    const why = this.#link.trouble() ?? (last === undefined ? 'It did not answer.' : messageOf(last))
    return new TscalerError(
      'queue-unusable',
      `${this.#link.broker.place} did not take a message within ${limitMs / 1_000} s. ${why}`,
      { retryable: true, cause: last },
    )
  }
}

const jsonEnvelope = { contentType: 'application/json' }

function bodyOf(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message ?? null))
  if (body.length > messageBytesMax)
    throw new TscalerError(
      'too-large',
      `A message of ${body.length} bytes is more than the queue takes (${messageBytesMax}). Ask for less at once.`,
    )
  return body
}
