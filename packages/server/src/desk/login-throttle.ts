import type { Clock } from '../model/clock.ts'
import { TscalerError } from '../model/problem.ts'

/** Wrong tries that cost nothing: people mistype … */
const freeTriesOfName = 5
/** … and an office stands behind one address. */
const freeTriesOfAddress = 20
/** After them each wrong try doubles the wait, from this … */
const firstWaitMs = 2_000
/** … up to this: a guesser gets four tries an hour, the true owner waits no longer than a coffee. */
const waitMsMax = 900_000
/** Wrong tries are forgotten when this long no other came: twice the longest wait, so that nobody gains by waiting. */
const forgottenMs = 2 * waitMsMax
/** Keys remembered; the oldest go first, so that no attacker can fill the memory. */
const keysMax = 10_000

/** Who tries: a name, and the address that the try comes from. */
export interface Trier {
  name: string
  address: string
}

interface Tries {
  wrong: number
  until: number
  lastAt: number
}

/** Slows down guessing of passwords and codes, for a name and for an address. */
export class LoginThrottle {
  readonly #clock: Clock
  readonly #tries = new Map<string, Tries>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Begins a try: 0, or how long to wait first, ms. A try that was begun counts as wrong until `right` or `neither` says otherwise, so
   * that a hundred guesses at once are no better than one after the other.
   */
  begin(trier: Trier): number {
    const now = this.#clock.monotonic()
    const keys = keysOf(trier)
    const waitMs = Math.max(0, ...keys.map(({ key }) => (this.#known(key, now)?.until ?? 0) - now))
    if (waitMs > 0) return waitMs
    for (const { key, freeTries } of keys) {
      const wrong = (this.#known(key, now)?.wrong ?? 0) + 1
      this.#set(key, { wrong, until: now + waitMsAfter(wrong, freeTries), lastAt: now })
    }
    return 0
  }

  /** The try was right: the name starts anew. The address only gets this try back: its owner may guess other names meanwhile. */
  right(trier: Trier): void {
    const [name, address] = keysOf(trier)
    this.#tries.delete(name.key)
    this.#giveBack(address)
  }

  /** The try was neither right nor wrong: it does not count. */
  neither(trier: Trier): void {
    for (const key of keysOf(trier)) this.#giveBack(key)
  }

  #giveBack({ key, freeTries }: Key): void {
    const tries = this.#tries.get(key)
    if (!tries) return
    const wrong = tries.wrong - 1
    if (wrong <= 0) this.#tries.delete(key)
    // What the tries before it earned stays; only this one's own wait ends.
    else if (wrong < freeTries) this.#tries.set(key, { ...tries, wrong, until: 0 })
    else this.#tries.set(key, { ...tries, wrong })
  }

  #known(key: string, now: number): Tries | undefined {
    const tries = this.#tries.get(key)
    return tries && now - tries.lastAt < forgottenMs ? tries : undefined
  }

  #set(key: string, tries: Tries): void {
    this.#tries.delete(key)
    this.#tries.set(key, tries)
    for (const oldest of this.#tries.keys()) {
      if (this.#tries.size <= keysMax) break
      this.#tries.delete(oldest)
    }
  }
}

/** Begins a try; throws `too-many-tries` where there is to wait first. */
export function beginTry(throttle: LoginThrottle, trier: Trier): void {
  const waitMs = throttle.begin(trier)
  if (waitMs <= 0) return
  const message = `Too many wrong tries. Wait ${Math.ceil(waitMs / 1_000)} s and try again.`
  throw new TscalerError('too-many-tries', message, { retryable: true })
}

interface Key {
  key: string
  freeTries: number
}

function keysOf({ name, address }: Trier): [Key, Key] {
  return [
    { key: `name ${name.toLowerCase()}`, freeTries: freeTriesOfName },
    { key: `address ${networkOf(address)}`, freeTries: freeTriesOfAddress },
  ]
}

function waitMsAfter(wrong: number, freeTries: number): number {
  return wrong < freeTries ? 0 : Math.min(waitMsMax, firstWaitMs * 2 ** (wrong - freeTries))
}

/** An IPv6 address by its first 64 bits: whoever has one has 2^64 of them. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  return [...first, ...Array<string>(gap).fill('0'), ...last].slice(0, 4).join(':')
}
