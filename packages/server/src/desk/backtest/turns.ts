import { TscalerError } from '../../model/problem.ts'

/** Backtests that wait for the one under way: each may take seconds, and nobody waits for more than a few. */
const waitingMax = 8

/** Lets one backtest go at a time, so that pages that ask for many take neither the memory nor the processor from the loop. */
export class BacktestTurns {
  #last: Promise<unknown> = Promise.resolve()
  #count = 0

  /** Throws `too-many-tries` where too many wait already. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#count > waitingMax) {
      const message = `${this.#count} backtests are under way or wait. Try again in a few seconds.`
      throw new TscalerError('too-many-tries', message, { retryable: true })
    }
    this.#count++
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    try {
      return await turn
    } finally {
      this.#count--
    }
  }
}
