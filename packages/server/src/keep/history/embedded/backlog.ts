/** Things that wait their turn, with a bound on the samples among them: the oldest go first, and are counted. */
export class Backlog<Waiting extends { count: number }> {
  readonly #samplesMax: number
  readonly #waiting: Waiting[] = []
  #samples = 0
  #dropped = 0

  constructor(samplesMax: number) {
    this.#samplesMax = samplesMax
  }

  /** Samples lost so far because too many waited. */
  get dropped(): number {
    return this.#dropped
  }

  get length(): number {
    return this.#waiting.length
  }

  /** Oldest first. */
  get all(): readonly Waiting[] {
    return this.#waiting
  }

  /** The newest is always taken, whatever its size: what came last is worth most. */
  push(one: Waiting): void {
    this.#waiting.push(one)
    this.#samples += one.count
    while (this.#samples > this.#samplesMax && this.#waiting.length > 1) this.#dropped += this.shift()?.count ?? 0
  }

  first(): Waiting | undefined {
    return this.#waiting[0]
  }

  shift(): Waiting | undefined {
    const first = this.#waiting.shift()
    this.#samples -= first?.count ?? 0
    return first
  }
}
