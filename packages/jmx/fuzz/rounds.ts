import { type Capture, readCaptures } from './captures.ts'
import { check, type Tally } from './check.ts'
import { mutate } from './mutate.ts'
import { SeededRandom } from './random.ts'

/** Mutated replies, checked one by one. */
export class Fuzz {
  readonly tally: Tally = { value: 0, error: 0, more: 0, template: 0 }
  readonly #captures: readonly Capture[] = readCaptures()
  readonly #seed: number
  #round = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  get rounds(): number {
    return this.#round
  }

  /** Checks one more; throws with what repeats it. */
  next(): void {
    const round = this.#round++
    const random = new SeededRandom(Math.imul(this.#seed, 0x9e3779b1) + round)
    const capture = random.pick(this.#captures)
    // Every fourth keeps its shape, so that the template has something to read.
    const bytes =
      round % 4 === 0 && capture.answers ? numbersChanged(capture, random) : mutate(capture, this.#captures, random)
    try {
      check(bytes, capture, random, this.tally)
    } catch (thrown) {
      const text = `seed ${this.#seed}, round ${round}, ${capture.name}: ${thrown instanceof Error ? thrown.message : thrown}`
      throw new Error(`${text}\n${bytes.toString('hex').slice(0, 4_000)}`, { cause: thrown })
    }
  }
}

/** Changes a few bytes near the end, where the last value's number stands, and the reply's own id. */
function numbersChanged({ bytes }: Capture, random: SeededRandom): Buffer {
  const changed = Buffer.from(bytes)
  for (let at = 8; at < Math.min(22, changed.length); at++) changed[at] = random.below(256)
  for (let count = 1 + random.below(8); count > 0; count--) {
    const at = changed.length - 1 - random.below(Math.min(8, changed.length))
    changed[at] = random.below(256)
  }
  return changed
}
