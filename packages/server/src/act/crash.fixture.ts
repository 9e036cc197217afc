import type { Store, Tables } from '../keep/store/store.ts'

/** Where a process dies: before its `at`th step outside of itself, or right after it, before it hears of it. */
export interface CrashPoint {
  at: number
  when: 'before' | 'after'
}

/** A process' way to the outside: counts its steps, and dies where it is told to. Of a dead one nothing comes back. */
export class Mortal {
  readonly #point: CrashPoint
  #count = 0
  #isDead = false
  readonly died: Promise<void>
  #tellDeath: () => void

  constructor(point: CrashPoint) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#point = point
    this.died = promise
    this.#tellDeath = resolve
  }

  /** Dies now, whatever it is about. */
  kill(): void {
    this.#isDead = true
    this.#tellDeath()
  }

  get isDead(): boolean {
    return this.#isDead
  }

  async step<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isDead) return forever()
    const isIt = this.#count++ === this.#point.at
    if (isIt && this.#point.when === 'before') return this.#die()
    const result = await work()
    if (isIt) return this.#die()
    return this.#isDead ? forever() : result
  }

  /** A step inside a transaction, whose death takes the whole transaction back. */
  async inner<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isDead || this.#count++ === this.#point.at) {
      this.#isDead = true
      throw new Death()
    }
    return work()
  }

  #die(): Promise<never> {
    this.#isDead = true
    this.#tellDeath()
    return forever()
  }

  /** The store as this process has it. */
  storeOf(store: Store): Store {
    const transaction: Store['transaction'] = async (work) => {
      try {
        return await this.step(() => store.transaction((tx) => work(around(tx, (call) => this.inner(call)))))
      } catch (thrown) {
        return thrown instanceof Death ? this.#die() : Promise.reject(thrown)
      }
    }
    const outside = around(store, (call) => this.step(call))
    const leases = methodsAround(store.leases, (call) => this.step(call))
    return new Proxy(outside, {
      get: (target, name, receiver) => {
        if (name === 'transaction') return transaction
        return name === 'leases' ? leases : Reflect.get(target, name, receiver)
      },
    })
  }
}

class Death extends Error {}

type Around = (call: () => Promise<unknown>) => Promise<unknown>

/** Every method of every table, and every method beside them. */
function around<Target extends Tables>(target: Target, each: Around): Target {
  return new Proxy(target, {
    get(inner, name, receiver) {
      const value: unknown = Reflect.get(inner, name, receiver)
      if (typeof value === 'function')
        return (...args: unknown[]) => each(async () => Reflect.apply(value, inner, args))
      return typeof value === 'object' && value !== null ? methodsAround(value, each) : value
    },
  })
}

function methodsAround<Target extends object>(target: Target, each: Around): Target {
  return new Proxy(target, {
    get(inner, name) {
      const value: unknown = Reflect.get(inner, name, inner)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => each(async () => Reflect.apply(value, inner, args))
    },
  })
}

function forever(): Promise<never> {
  return new Promise(() => {})
}
