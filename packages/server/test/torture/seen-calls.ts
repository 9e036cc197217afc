import type { Cloud } from '@tscaler/rehearsal/cloud/cloud.ts'

type Call = Cloud['calls'][number]

/** All calls that a cloud has seen. It keeps the last ones only, so they are taken from it as they come. */
export class SeenCalls {
  readonly asked: { token: string; at: number }[] = []
  readonly faults = new Map<string, number>()
  readonly actions = new Map<string, number>()
  count = 0
  readonly #cloud: Cloud
  readonly #waiting = new Set<() => void>()
  readonly #timer: NodeJS.Timeout
  #last: Call | undefined

  constructor(cloud: Cloud) {
    this.#cloud = cloud
    // It tells nobody of a call; a millisecond is what a kill may be late.
    this.#timer = setInterval(() => this.look(), 1)
  }

  /** Takes what has come since it last looked. */
  look(): void {
    const { calls } = this.#cloud
    if (calls.at(-1) === this.#last) return
    const from = this.#last === undefined ? 0 : calls.lastIndexOf(this.#last) + 1
    for (const call of calls.slice(from)) this.#take(call)
    this.#last = calls.at(-1)
    for (const check of this.#waiting) check()
  }

  /** Resolves once so many more calls have come (of that action; null: of any), or after `limitMs`. */
  more(calls: number, action: string | null, limitMs: number): Promise<void> {
    const counted = () => (action === null ? this.count : (this.actions.get(action) ?? 0))
    const wanted = counted() + calls
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve()
      }
      const check = () => {
        if (counted() >= wanted) finish()
      }
      const timer = setTimeout(finish, limitMs)
      this.#waiting.add(check)
    })
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #take({ action, fault, parameters, at }: Call): void {
    this.count += 1
    this.actions.set(action, (this.actions.get(action) ?? 0) + 1)
    if (fault !== undefined) this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1)
    if (action === 'RunInstances') this.asked.push({ token: parameters.ClientToken ?? '', at })
  }
}
