import type { SeriesId } from '../../model/sample.ts'
import { type Breach, breaches, type Column } from '../breach.ts'
import { type Candidate, candidateOf } from '../candidate.ts'
import { fires, type Judged, newSpent, spendAll } from '../fires.ts'
import { type SeriesState, statesOf } from '../series-state.ts'
import { type Configuration, nextWatchList } from '../watch-list.ts'
import { emptyWatchList, type Followed, type Group, type Link, type Watched, type Watching } from '../watched.ts'
import { AggregateColumn, type Columns } from './aggregate-column.ts'
import { emptyColumn, placeOf, takeLatest, windowOf } from './column.ts'
import { type Interval, Intervals } from './intervals.ts'

/** One series, or aggregate, of a trigger as the replay found it. */
export interface ReplayedSeries {
  /** null: an aggregate. */
  seriesId: SeriesId | null
  link: Link
  samples: number
  failures: number
  intervals: readonly Interval[]
  intervalsLeftOut: number
}

/** A track that is followed through the recorded samples, and what stage one found in the window just read. */
interface Followable {
  followed: Followed
  watched: Watched | null
  group: { group: Group; column: AggregateColumn } | null
  column: Column
  found: Breach[]
  intervals: Intervals
  samples: number
  failures: number
}

interface Trial {
  watching: Watching
  judged: (Judged & { link: Link; source: Followable })[]
}

/**
 * Recorded samples through the two stages that live uses, all triggers of the configuration at once: a track that several of them share
 * goes through stage one once. Windows of time follow one another.
 */
export class Replay {
  readonly #series: ReadonlyMap<SeriesId, Watched>
  readonly #followables = new Map<Followed, Followable>()
  readonly #trials = new Map<number, Trial>()

  /** `intervalsMax`: breaches kept of each series. */
  constructor(configuration: Configuration, intervalsMax: number) {
    const list = nextWatchList(configuration, emptyWatchList)
    this.#series = list.series
    for (const [id, watching] of list.watching) this.#trials.set(id, this.#trialOf(watching, intervalsMax))
  }

  /** The series whose samples are wanted. */
  get seriesIds(): SeriesId[] {
    return [...this.#series.keys()]
  }

  /** Judges the samples with `fromAt <= at < toAt`; `ask` answers for a trigger whose Timing is reached whether its fire was accepted. */
  read(columns: Columns, fromAt: number, toAt: number, ask: (candidate: Candidate) => boolean): void {
    for (const one of this.#followables.values()) readOne(one, columns, fromAt, toAt)
    for (const { watching, judged } of this.#trials.values()) {
      for (const one of judged) {
        one.column = one.source.column
        one.breaches = one.source.found
      }
      watching.acceptedAt = fires(judged, watching.acceptedAt, ({ index, at, value, hits, breachSinceAt }) =>
        ask(candidateOf((judged[index] as (typeof judged)[number]).link, hits, breachSinceAt, at, value)),
      )
    }
    for (const watched of this.#series.values())
      takeLatest(watched, windowOf(columns.get(watched.id) ?? emptyColumn, fromAt, toAt))
  }

  /** The trigger is known to have fired at `at`; everything before that must have been read, and nothing after. */
  accepted(triggerId: number, at: number): void {
    const trial = this.#trials.get(triggerId)
    if (!trial) return
    trial.watching.acceptedAt = Math.max(trial.watching.acceptedAt, at)
    spendAll(trial.judged)
  }

  /** Where each series of the trigger stands after what has been read. */
  statesOf(triggerId: number): SeriesState[] {
    const trial = this.#trials.get(triggerId)
    return trial ? statesOf(trial.watching) : []
  }

  /** The trigger's series with their breaches. */
  seriesOf(triggerId: number): ReplayedSeries[] {
    return (this.#trials.get(triggerId)?.judged ?? []).map(({ link, source: { samples, failures, intervals } }) => ({
      seriesId: link.watched?.id ?? null,
      link,
      samples,
      failures,
      intervals: intervals.kept,
      intervalsLeftOut: intervals.leftOut,
    }))
  }

  #trialOf(watching: Watching, intervalsMax: number): Trial {
    const links = [
      ...watching.links.map((link) => ({ link, group: null })),
      ...watching.groups.map((group) => ({ link: group.link, group })),
    ]
    const judged = links.map(({ link, group }) => ({
      link,
      source: this.#followableOf(link, group, intervalsMax),
      column: emptyColumn,
      breaches: [],
      judgedCodeMax: link.followed.rule.judgedCodeMax,
      hitsNeeded: link.hitsNeeded,
      spent: link.spent,
      passed: newSpent(),
    }))
    return { watching, judged }
  }

  #followableOf({ followed, watched }: Link, group: Group | null, intervalsMax: number): Followable {
    const known = this.#followables.get(followed)
    if (known) return known
    const one = {
      followed,
      watched,
      group: group && { group, column: new AggregateColumn(group) },
      column: emptyColumn,
      found: [],
      intervals: new Intervals(intervalsMax),
      samples: 0,
      failures: 0,
    }
    this.#followables.set(followed, one)
    return one
  }
}

/** Stage one over a window. */
function readOne(one: Followable, columns: Columns, fromAt: number, toAt: number): void {
  one.column = judgedWindow(one, columns, fromAt, toAt)
  one.found.length = 0
  const { times, values, failures, from, to } = one.column
  if (from >= to) return
  breaches(one.column, one.followed.rule, one.followed.track, one.found)
  one.intervals.take(one.found)
  one.samples += to - from
  for (let place = from; place < to; place++) if (failures[place] !== 0) one.failures++
  if (one.group === null) return
  one.group.group.value = values[to - 1] as number
  one.group.group.valueAt = times[to - 1] as number
}

function judgedWindow({ watched, group }: Followable, columns: Columns, fromAt: number, toAt: number): Column {
  if (group) return group.column.read(columns, fromAt, toAt)
  const column = (watched && columns.get(watched.id)) ?? emptyColumn
  const window = windowOf(column, fromAt, toAt)
  // Not yet in service, or warming up.
  return watched && watched.judgedFromAt > fromAt ? { ...window, from: placeOf(window, watched.judgedFromAt) } : window
}
