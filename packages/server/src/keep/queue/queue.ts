import type { Slots } from './slots.ts'

/** Work and events between the parts of tscaler. A message is plain JSON. */
export interface Queue {
  /** Durable work for exactly one consumer; a wake-up, the store is the truth. Rejects where it could not be kept in time. */
  publish(topic: string, message: unknown): Promise<void>
  /**
   * Takes work; a message is acknowledged when `work` resolves, given again (later) when it rejects, and set aside after
   * `triesMax` tries. In order of publishing, at most `atOnceMax` (default 1) at a time; now and then a message comes twice.
   * The answer stops taking and resolves when what is under way has ended.
   */
  consume(
    topic: string,
    work: (message: unknown) => Promise<void>,
    options?: { atOnceMax?: number },
  ): Promise<() => Promise<void>>
  /** How much work of a topic is with nobody now. */
  backlog(topic: string): Promise<Backlog>
  /**
   * Asks whoever answers the topic; rejects with `cannot-reach-server` after `timeoutMs` without an answer, and with what
   * the reply rejected with.
   */
  ask(topic: string, request: unknown, options: { timeoutMs: number }): Promise<unknown>
  answer(topic: string, reply: (request: unknown) => Promise<unknown>): Promise<() => Promise<void>>
  /** Tells everybody who listens now; nobody keeps it, and between processes it may be lost. Listeners of this process hear it at once. */
  tell(topic: string, message: unknown): void
  listen(topic: string, hear: (message: unknown) => void): () => void
  /** Rounds, by slot. */
  readonly slots: Slots
  /** What keeps the queue from its work now, for the status page; null: nothing. */
  trouble(): string | null
  close(): Promise<void>
}

/** Work that nobody has in hand. */
export interface Backlog {
  /** Waits for a consumer, or for its next try. */
  waiting: number
  /** Failed `triesMax` times and is given to nobody any more. */
  setAside: number
}
