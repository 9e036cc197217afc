import type { ReplayedSeries } from '../../decide/backtest/replay.ts'
import type { Run } from '../../model/run.ts'
import type { SeriesId } from '../../model/sample.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { ExplainedEvent } from '../../wire/explain.ts'

/** More than a list on a page bears; the shortest breaches are left out first. */
const eventsMax = 500

/** What happened in the span, in order. `nameOf` says a series in words, such as `shop03 tomcat`. */
export function timelineOf(
  { series, verdicts, runs }: { series: readonly ReplayedSeries[]; verdicts: readonly Verdict[]; runs: readonly Run[] },
  { fromAt, toAt, nameOf }: { fromAt: number; toAt: number; nameOf: (id: SeriesId | null) => string },
): { timeline: ExplainedEvent[]; leftOut: number } {
  const reaches = ({ at, to }: ExplainedEvent) => at < toAt && (to ?? at) >= fromAt
  const decided = [...verdicts.map(verdictEvent), ...runs.flatMap(runEvents)].filter(reaches)
  const breaches = series.flatMap((one) => breachEvents(one, nameOf)).filter(reaches)
  const room = Math.max(0, eventsMax - decided.length)
  const longest = breaches.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, room)
  return {
    timeline: [...decided, ...longest].sort((a, b) => a.at - b.at),
    leftOut: breaches.length - longest.length,
  }
}

const plain = { to: null, series: null, guard: null, run: null }

function breachEvents({ seriesId, link, intervals }: ReplayedSeries, nameOf: (id: SeriesId | null) => string) {
  const what = `${nameOf(seriesId)} ${link.counter.name}`
  return intervals.flatMap(({ fromAt, toAt, hits, ended }): ExplainedEvent[] => {
    const text = `${what} in breach of ${link.thresholdText}: ${hits} of ${link.hitsNeeded} hits`
    const breach = {
      ...plain,
      kind: 'breach' as const,
      at: fromAt,
      to: ended === null ? null : toAt,
      series: seriesId,
      text,
    }
    if (ended === 'stale')
      return [
        breach,
        { ...plain, kind: 'stale', at: toAt, series: seriesId, text: `${what} fell silent: its ${hits} hits are gone` },
      ]
    if (ended === 'clean' && hits >= link.hitsNeeded)
      return [
        breach,
        {
          ...plain,
          kind: 'reset',
          at: toAt,
          series: seriesId,
          text: `${what} was clean again: its ${hits} hits are gone`,
        },
      ]
    return [breach]
  })
}

function verdictEvent({ outcome, guard, reason, runId, seriesId, at, lastAt, repeats }: Verdict): ExplainedEvent {
  const times = repeats === 0 ? '' : ` (${repeats + 1} times)`
  return {
    kind: outcome,
    at,
    to: lastAt > at ? lastAt : null,
    series: seriesId,
    guard,
    run: runId,
    text: `${reason}${times}`,
  }
}

function runEvents({ id, state, startedAt, createdAt, endedAt, cause }: Run): ExplainedEvent[] {
  const by = cause.kind === 'person' ? ', begun by hand' : ''
  return [{ ...plain, kind: 'run', at: startedAt ?? createdAt, to: endedAt, run: id, text: `run ${id}${by}: ${state}` }]
}

function lengthOf({ at, to }: ExplainedEvent): number {
  return to === null ? Number.POSITIVE_INFINITY : to - at
}
