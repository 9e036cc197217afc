import { AsyncLocalStorage } from 'node:async_hooks'

type Work<Result> = () => Promise<Result>

/** Who may use the store now: not the code of one of its transactions, which would wait for itself, and nobody once it is closed. */
export class Entrance {
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>()
  readonly #begun = new Set<Promise<unknown>>()
  #closed = false

  /** Rejects where the caller may not enter. */
  enter<Result>(work: Work<Result>): Promise<Result> {
    if (this.#inside.getStore()?.open) return refuse('the store was used inside a transaction: use the tables it gives')
    if (this.#closed) return refuse('the store is closed')
    const result = work()
    this.#begun.add(result)
    const end = () => this.#begun.delete(result)
    result.then(end, end)
    return result
  }

  /** Runs the work of a transaction; what it does by `checked` is refused once that work has ended. */
  async stayInside<Result>(
    work: (checked: <Step>(step: Work<Step>) => Promise<Step>) => Promise<Result>,
  ): Promise<Result> {
    const stay = { open: true }
    try {
      return await this.#inside.run(stay, () =>
        work((step) => (stay.open ? step() : refuse('a table of a transaction was used after its end'))),
      )
    } finally {
      stay.open = false
    }
  }

  /** Nobody enters any more; resolves when all have left. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#begun)
  }
}

function refuse(message: string): Promise<never> {
  return Promise.reject(new Error(message))
}
