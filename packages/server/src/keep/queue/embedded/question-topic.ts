import type { Clock } from '../../../model/clock.ts'
import { nobodyAnswered, stoppedUnanswered } from '../refusals.ts'

type Reply = (request: unknown) => Promise<unknown>

interface Question {
  text: string
  /** Whether somebody is at its answer. */
  isHeard: boolean
  resolve: (answer: unknown) => void
  reject: (reason: unknown) => void
}

/** Questions of one topic, each answered by one of those who answer it, in turns. */
export class QuestionTopic {
  readonly #topic: string
  readonly #clock: Clock
  readonly #replies: Reply[] = []
  readonly #open = new Set<Question>()

  constructor(topic: string, clock: Clock) {
    this.#topic = topic
    this.#clock = clock
  }

  /** A question that nobody hears yet waits for somebody, as it would in a broker. */
  async ask(request: unknown, timeoutMs: number): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const question = { text: JSON.stringify(request), isHeard: false, resolve, reject }
    const cancel = this.#clock.after(timeoutMs, () => reject(nobodyAnswered(this.#topic, timeoutMs)))
    this.#open.add(question)
    const reply = this.#replies.shift()
    if (reply) {
      this.#replies.push(reply)
      give(question, reply)
    }
    try {
      return await promise
    } finally {
      cancel()
      this.#open.delete(question)
    }
  }

  /** The answer stops answering; questions that were given already are still answered. */
  answer(reply: Reply): () => void {
    const own: Reply = (request) => reply(request)
    this.#replies.push(own)
    for (const question of this.#open) if (!question.isHeard) give(question, own)
    return () => {
      const place = this.#replies.indexOf(own)
      if (place !== -1) this.#replies.splice(place, 1)
    }
  }

  close(): void {
    this.#replies.length = 0
    for (const { reject } of this.#open) reject(stoppedUnanswered(this.#topic))
  }
}

/** Both ways it is plain JSON, so that neither side sees what the other changes later. */
async function give(question: Question, reply: Reply): Promise<void> {
  question.isHeard = true
  try {
    const answer = await reply(JSON.parse(question.text))
    question.resolve(answer === undefined ? undefined : JSON.parse(JSON.stringify(answer)))
  } catch (thrown) {
    question.reject(thrown)
  }
}
