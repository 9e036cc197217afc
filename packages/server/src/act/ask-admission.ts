import type { Candidate } from '../decide/candidate.ts'
import type { Clock } from '../model/clock.ts'

/** What became of a candidate. `spent`: its hits count no more (it began a run, or was watched). */
export interface Asked {
  spent: boolean
  at: number
}

/** A refused trigger is not asked about again before this: a hundred nodes in breach would each ask every period. */
const refusedPauseMs = 1_000

/**
 * Brings candidates to admission, one at a time for each trigger: while one is being admitted, the others of the same trigger wait as one,
 * the newest, and are asked only if the first was refused.
 */
export class AskAdmission {
  readonly #clock: Clock
  readonly #admit: (candidate: Candidate) => Promise<Asked>
  readonly #spent: (triggerId: number, at: number) => void
  readonly #asking = new Map<number, Candidate | null>()
  readonly #refusedAt = new Map<number, number>()

  constructor(parts: {
    clock: Clock
    admit: (candidate: Candidate) => Promise<Asked>
    /** Called as soon as a trigger's hits are spent. */
    spent: (triggerId: number, at: number) => void
  }) {
    this.#clock = parts.clock
    this.#admit = parts.admit
    this.#spent = parts.spent
  }

  /** Rejects where admission does (a full disk); the candidate's series asks again with its next hit. */
  async ask(candidate: Candidate): Promise<void> {
    const { triggerId } = candidate
    if (this.#asking.has(triggerId)) {
      this.#asking.set(triggerId, candidate)
      return
    }
    if (this.#clock.monotonic() - (this.#refusedAt.get(triggerId) ?? Number.NEGATIVE_INFINITY) < refusedPauseMs) return
    this.#asking.set(triggerId, null)
    try {
      const { spent, at } = await this.#admit(candidate)
      if (spent) this.#spent(triggerId, at)
      else this.#refusedAt.set(triggerId, this.#clock.monotonic())
    } finally {
      this.#asking.delete(triggerId)
    }
  }
}
