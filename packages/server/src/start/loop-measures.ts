import type { Cycle } from '../cycle.ts'
import { Histogram, type Measure } from '../desk/measure.ts'
import type { Round } from '../observe/rounds/round.ts'

/** From a round on loopback to one that takes its full time at the default period. */
const secondsBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What the loop measures of itself, for /metrics. */
export class LoopMeasures {
  readonly #took = new Histogram(secondsBounds)
  readonly #lag = new Histogram(secondsBounds)

  /** Takes one round into account. */
  watch({ tookMs, lagMs }: Round): void {
    this.#took.observe(tookMs / 1_000)
    this.#lag.observe(lagMs / 1_000)
  }

  read({ counts }: Pick<Cycle, 'counts'>): Measure[] {
    const rounds = [
      { labels: { outcome: 'done' }, value: counts.done },
      { labels: { outcome: 'skipped' }, value: counts.skipped },
    ]
    return [
      {
        name: 'tscaler_collect_seconds',
        help: 'How long a round took.',
        type: 'histogram',
        values: this.#took.values(),
      },
      {
        name: 'tscaler_round_lag_seconds',
        help: 'How late a round began.',
        type: 'histogram',
        values: this.#lag.values(),
      },
      {
        name: 'tscaler_rounds_total',
        help: 'Rounds done, and skipped as the one before still ran.',
        type: 'counter',
        values: rounds,
      },
    ]
  }
}
