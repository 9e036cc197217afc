import type { WorldSummary } from '../../decide/backtest/world.ts'
import type { Counter } from '../../model/counter.ts'
import type { Finding } from '../../model/problem.ts'
import type * as wire from '../../wire/backtest.ts'
import { timing } from '../../wire/convert/show.ts'
import { changed, type Setting, settingAnswer } from './settings.ts'

/** Each has a picture of the cluster of its own; more in one table nobody reads. */
const combinationsMax = 64

/** One combination of a sweep. */
export interface Swept extends Setting {
  threshold: string | null
  timing: number | string | null
}

/** Every threshold with every Timing, in the order given; what is not swept stays as it is set. */
export function combinations(
  main: Setting,
  counters: ReadonlyMap<number, Counter>,
  sweep: NonNullable<wire.BacktestBody['sweep']>,
  findings: Finding[],
): Swept[] {
  const [thresholds, timings] = [sweep.threshold ?? [undefined], sweep.timing ?? [undefined]]
  const count = thresholds.length * timings.length
  if (count > combinationsMax) {
    findings.push({ path: 'sweep', message: `makes ${count} combinations, expected at most ${combinationsMax}` })
    return []
  }
  return thresholds.flatMap((threshold) =>
    timings.map((given) => {
      const set = {
        ...(threshold === undefined ? {} : { threshold }),
        ...(given === undefined ? {} : { timing: given }),
      }
      const setting = changed(main, counters, set, { path: 'sweep', findings })
      const words = [...new Set(Object.values(settingAnswer(setting, counters).thresholds))].join(', ')
      return {
        ...setting,
        threshold: threshold === undefined ? null : words,
        timing: given === undefined ? null : timing(setting.trigger.timingMs),
      }
    }),
  )
}

/** A row of the sweep's table. */
export function sweepRow(one: Swept, summary: WorldSummary): NonNullable<wire.Backtest['sweep']>[number] {
  const { fires, refused, added, removed, mostNodes, marks } = summary
  const first = marks.find(({ verdict }) => verdict.outcome === 'fired')
  return {
    threshold: one.threshold,
    timing: one.timing,
    fires,
    refused,
    added,
    removed,
    mostNodes,
    firstAt: first?.verdict.at ?? null,
  }
}
