import { messageOf } from '../../../model/problem.ts'
import type { Link, Warn } from './link.ts'

/** The keys under which one queue of this process hears an exchange. They are made again whenever the queue is. */
export class KeptBindings {
  readonly #link: Link
  readonly #exchange: string
  readonly #warn: Warn
  #wanted = new Set<string>()
  readonly #bound = new Set<string>()
  #queue = ''
  #running: Promise<void> | undefined

  constructor(link: Link, exchange: string, warn: Warn) {
    this.#link = link
    this.#exchange = exchange
    this.#warn = warn
  }

  /** Exactly these from now on. Resolves when the broker knows, or at once while there is no queue. */
  async set(keys: Iterable<string>): Promise<void> {
    this.#wanted = new Set(keys)
    await this.#settle()
  }

  /** The queue was made, with nothing bound to it yet; `''`: it is gone. */
  renew(queue: string): void {
    this.#queue = queue
    this.#bound.clear()
    void this.#settle()
  }

  /** One at a time; who comes while it runs waits for the same end, and what is wanted by then is done. */
  #settle(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  async #run(): Promise<void> {
    await undefined // so that it is known to run before it can end
    let next = this.#next()
    while (next !== undefined && (await this.#bindOne(next))) next = this.#next()
    this.#running = undefined
  }

  /** False: not now. The connection or the queue is gone, and all is bound again when it is back. */
  async #bindOne(next: { key: string; isWanted: boolean }): Promise<boolean> {
    const queue = this.#queue
    const binding = { queue, exchange: this.#exchange, routingKey: next.key }
    try {
      if (next.isWanted) await this.#link.connection.queueBind(binding)
      else await this.#link.connection.queueUnbind(binding)
    } catch (thrown) {
      this.#warn('trouble with the message broker', { exchange: this.#exchange, why: messageOf(thrown) })
      return queue !== this.#queue
    }
    if (queue !== this.#queue) return true
    if (next.isWanted) this.#bound.add(next.key)
    else this.#bound.delete(next.key)
    return true
  }

  /** What is to be done next; undefined: nothing, or nothing now. */
  #next(): { key: string; isWanted: boolean } | undefined {
    if (this.#queue === '' || !this.#link.ready) return undefined
    for (const key of this.#bound) if (!this.#wanted.has(key)) return { key, isWanted: false }
    for (const key of this.#wanted) if (!this.#bound.has(key)) return { key, isWanted: true }
    return undefined
  }
}
