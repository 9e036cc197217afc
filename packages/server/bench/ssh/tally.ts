import type { Round } from '../../src/observe/rounds/round.ts'
import type { RoundCounts } from '../../src/observe/rounds/rounds.ts'
import type { LoopFigures } from './questions.ts'

/** Counts what the loop gives, from its making on. */
export class Tally {
  readonly #beganAt = performance.now()
  readonly #cpu = process.cpuUsage()
  readonly #skippedBefore: number
  readonly #failures: Record<string, number> = {}
  readonly #whole = new Map<number, number>()
  readonly #tookMs: number[] = []
  #values = 0
  #rounds = 0
  #failedRounds = 0
  #awaited: { nodes: number; rounds: number; reached: () => void } | undefined
  #readyNodes = 0

  constructor({ skipped }: RoundCounts) {
    this.#skippedBefore = skipped
  }

  add({ nodeId, samples, tookMs }: Round): void {
    let failed = false
    for (const sample of samples) {
      if (sample === undefined) continue
      if (sample.kind === 'value') this.#values += 1
      else {
        failed = true
        this.#failures[sample.failure] = (this.#failures[sample.failure] ?? 0) + 1
      }
    }
    this.#rounds += 1
    this.#tookMs.push(tookMs)
    if (failed) this.#failedRounds += 1
    else if (this.#awaited !== undefined) this.#addWhole(nodeId, this.#awaited)
  }

  /** Resolves when `nodes` nodes have given `rounds` rounds each without a failure, or at the limit. */
  whole({ nodes, rounds, limitMs }: { nodes: number; rounds: number; limitMs: number }): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      const reached = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#awaited = { nodes, rounds, reached }
    })
  }

  /** Everything since the making. */
  figures({ skipped }: RoundCounts): LoopFigures {
    const used = process.cpuUsage(this.#cpu)
    const { heapUsed, heapTotal, external } = process.memoryUsage()
    const took = this.#tookMs.sort((a, b) => a - b)
    return {
      wallS: (performance.now() - this.#beganAt) / 1e3,
      cpuS: (used.user + used.system) / 1e6,
      values: this.#values,
      failures: this.#failures,
      rounds: this.#rounds,
      failedRounds: this.#failedRounds,
      skippedRounds: skipped - this.#skippedBefore,
      readyNodes: this.#readyNodes,
      tookMedianMs: took[Math.floor(took.length / 2)] ?? 0,
      tookP95Ms: took[Math.floor(took.length * 0.95)] ?? 0,
      heapUsedMb: heapUsed / 1e6,
      heapTotalMb: heapTotal / 1e6,
      buffersMb: external / 1e6,
    }
  }

  #addWhole(nodeId: number, { nodes, rounds, reached }: { nodes: number; rounds: number; reached: () => void }): void {
    const count = (this.#whole.get(nodeId) ?? 0) + 1
    this.#whole.set(nodeId, count)
    if (count !== rounds) return
    this.#readyNodes += 1
    if (this.#readyNodes === nodes) reached()
  }
}
