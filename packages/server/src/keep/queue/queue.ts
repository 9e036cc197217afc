/** Work and events between the parts of tscaler. A message is plain JSON. */
export interface Queue {
  /** Durable work for exactly one consumer; a wake-up, the store is the truth. */
  publish(topic: string, message: unknown): Promise<void>
  /**
   * Takes work; a message is acknowledged when `work` resolves, given again (later) when it rejects. In order of publishing,
   * at most `atOnceMax` (default 1) at a time. The answer stops taking and resolves when what is under way has ended.
   */
  consume(
    topic: string,
    work: (message: unknown) => Promise<void>,
    options?: { atOnceMax?: number },
  ): Promise<() => Promise<void>>
  /**
   * Asks whoever answers the topic; rejects with `cannot-reach-server` after `timeoutMs` without an answer, and with what
   * the reply rejected with.
   */
  ask(topic: string, request: unknown, options: { timeoutMs: number }): Promise<unknown>
  answer(topic: string, reply: (request: unknown) => Promise<unknown>): Promise<() => Promise<void>>
  /** Tells everybody who listens now; nobody keeps it. */
  tell(topic: string, message: unknown): void
  listen(topic: string, hear: (message: unknown) => void): () => void
  close(): Promise<void>
}
