import type { AsyncMessage } from 'rabbitmq-client'
import type { Clock } from '../../../model/clock.ts'
import { randomHex } from '../../../model/ids.ts'
import { type Finding, messageOf, problemCodes, TscalerError } from '../../../model/problem.ts'
import { nobodyAnswered, queueFull, stoppedUnanswered, waitingMax } from '../refusals.ts'
import { closeConsumer } from './close-consumer.ts'
import type { Giving } from './giving.ts'
import type { Link, Warn } from './link.ts'
import type { Names } from './names.ts'
import type { OwnQueue } from './own-queue.ts'

/** What questions need. */
export interface QuestionParts {
  takes: Link
  giving: Giving
  names: Names
  clock: Clock
  warn: Warn
}

/** What goes back. */
type Reply = { answer?: unknown } | { refusal: Refusal }
type Refusal = { code: string; message: string; retryable: boolean; findings: Finding[] }

interface Question {
  topic: string
  resolve: (answer: unknown) => void
  reject: (reason: unknown) => void
}

// Checks and looks into JVMs wait for machines; that many at once are many persons.
const answersAtOnceMax = 32

/** Questions to whoever answers their topic; the reply comes to the asker's own queue. */
export class Questions {
  readonly #parts: QuestionParts
  readonly #open = new Map<string, Question>()
  readonly #stops = new Set<() => Promise<void>>()

  constructor(parts: QuestionParts) {
    this.#parts = parts
  }

  async ask(topic: string, request: unknown, timeoutMs: number, inbox: OwnQueue): Promise<unknown> {
    const { clock, takes } = this.#parts
    const id = randomHex(8)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const cancel = clock.after(timeoutMs, () => {
      const trouble = takes.trouble()
      const late = nobodyAnswered(topic, timeoutMs)
      reject(trouble === null ? late : new TscalerError(late.code, `${late.message} ${trouble}`, { retryable: true }))
    })
    this.#open.set(id, { topic, resolve, reject })
    this.#send({ id, topic, request, timeoutMs, inbox }).catch(reject)
    try {
      return await promise
    } finally {
      cancel()
      this.#open.delete(id)
    }
  }

  /** The answer stops answering, and resolves when what is under way has ended. */
  answer(topic: string, reply: (request: unknown) => Promise<unknown>): () => Promise<void> {
    const { takes, names, giving, warn } = this.#parts
    const { queue, ...queueOptions } = names.questions(topic)
    const consumer = takes.connection.createConsumer(
      { queue, queueOptions, qos: { prefetchCount: answersAtOnceMax }, concurrency: answersAtOnceMax },
      async ({ body, replyTo, correlationId }) => {
        if (replyTo === undefined || correlationId === undefined) return
        const envelope = { routingKey: replyTo, correlationId }
        try {
          giving.send(envelope, { answer: await reply(body) })
        } catch (thrown) {
          giving.send(envelope, { refusal: refusalFrom(thrown) })
        }
      },
    )
    consumer.on('error', (error: unknown) => warn('trouble with answering', { topic, why: messageOf(error) }))
    const stop = async () => {
      this.#stops.delete(stop)
      await closeConsumer(consumer)
    }
    this.#stops.add(stop)
    return stop
  }

  /** A reply to one of ours. */
  take({ correlationId, body }: AsyncMessage): void {
    const question = this.#open.get(correlationId ?? '')
    if (!question) return
    const reply: Reply = typeof body === 'object' && body !== null ? body : { answer: undefined }
    if ('refusal' in reply) question.reject(errorOf(reply.refusal))
    else question.resolve(reply.answer)
  }

  /** Open questions are refused, and nothing more is answered. An answer under way may take for ever: nobody waits for it. */
  close(): void {
    for (const { topic, reject } of this.#open.values()) reject(stoppedUnanswered(topic))
    for (const stop of this.#stops) void stop()
  }

  async #send({
    id,
    topic,
    request,
    timeoutMs,
    inbox,
  }: {
    id: string
    topic: string
    request: unknown
    timeoutMs: number
    inbox: OwnQueue
  }): Promise<void> {
    const { giving, names } = this.#parts
    await inbox.whenReady()
    if (!this.#open.has(id)) return
    const queue = names.questions(topic)
    const envelope = { routingKey: queue.queue, replyTo: inbox.name, correlationId: id, expiration: `${timeoutMs}` }
    const full = () => queueFull(topic, waitingMax)
    await giving.publish(envelope, request, { queues: [queue], full, limitMs: timeoutMs })
  }
}

function refusalFrom(thrown: unknown): Refusal {
  if (thrown instanceof TscalerError)
    return { code: thrown.code, message: thrown.message, retryable: thrown.retryable, findings: [...thrown.findings] }
  return { code: 'internal', message: messageOf(thrown), retryable: false, findings: [] }
}

function errorOf({ code, message, retryable, findings }: Refusal): TscalerError {
  const known = problemCodes.find((one) => one === code) ?? 'internal'
  return new TscalerError(known, message, { retryable, findings })
}
