import { drawn } from '@tscaler/rehearsal/cloud/random.ts'

/** Draws that follow from a seed; those of one name are the same whatever is drawn by others. */
export class Draw {
  readonly #seed: number
  readonly #name: string
  #count = 0

  constructor(seed: number, name: string) {
    this.#seed = seed
    this.#name = name
  }

  /** 0 ≤ share < 1. */
  share(): number {
    this.#count += 1
    return drawn(this.#seed, this.#name, this.#count)
  }

  /** Whether something happens that happens in this share of all cases. */
  isLucky(share: number): boolean {
    return this.share() < share
  }

  /** Whole, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.share() * (most - least + 1))
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.between(0, values.length - 1)] ?? values[0]
  }
}
