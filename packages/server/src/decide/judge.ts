import { failureKinds, type Sample, type SeriesId } from '../model/sample.ts'
import { aggregateOf, countsAt, firstEndAt } from './aggregate.ts'
import { type Breach, breaches, type Column, type Track } from './breach.ts'
import { type Candidate, candidatesOf } from './candidate.ts'
import { spend, unspentHits } from './fires.ts'
import { type Health, healthOf } from './health.ts'
import { type GrowingSeries, growingOf, type MissingSeries, missingOf } from './outlook.ts'
import { type SeriesState, statesOf } from './series-state.ts'
import { type Configuration, nextWatchList } from './watch-list.ts'
import {
  emptyWatchList,
  type Followed,
  type Group,
  type Link,
  linksOf,
  type Watched,
  type WatchList,
} from './watched.ts'

/** Hits of a trigger went back to zero: a `stale` gap, or a clean sample after Timing had been reached (`reset`). */
export interface HitsLost {
  triggerId: number
  seriesId: SeriesId | null
  outcome: 'stale' | 'reset'
  hits: number
  at: number
}

const none: readonly Candidate[] = Object.freeze([])

/** Losses are taken every second; past this many the oldest go, so that nobody's forgetting eats the memory. */
const lostMax = 10_000

/** The live state of all triggers: latest samples, hits, and what each trigger waits for. Time is always an argument. */
export class Judge {
  #list: WatchList = emptyWatchList
  /** By handle; undefined where the series is gone. Handles are never given to another series. */
  readonly #byHandle: (Watched | undefined)[] = []
  readonly #handles = new Map<SeriesId, number>()
  /** Also of triggers that are off, so that switching one on again knows its last fire. */
  readonly #acceptedAt = new Map<number, number>()
  #lost: HitsLost[] = []
  readonly #found: Breach[] = []
  /** The one sample that is judged, as a column. */
  readonly #sample: Column = {
    times: new Float64Array(1),
    values: new Float64Array(1),
    failures: new Uint8Array(1),
    from: 0,
    to: 1,
  }

  /** Takes a new configuration; `nextWatchList` says what goes over from the one before. */
  configure(configuration: Configuration): void {
    this.#list = nextWatchList(configuration, this.#list)
    for (const [id, handle] of this.#handles) {
      this.#byHandle[handle] = this.#list.series.get(id)
      if (!this.#byHandle[handle]) this.#handles.delete(id)
    }
    for (const [id, watched] of this.#list.series) {
      if (!this.#handles.has(id)) this.#handles.set(id, this.#byHandle.push(watched) - 1)
    }
    for (const [id, watching] of this.#list.watching) {
      watching.acceptedAt = this.#acceptedAt.get(id) ?? Number.NEGATIVE_INFINITY
      linksOf(watching).forEach(spendUnknown)
    }
  }

  /** A small whole number for `judge`, good for as long as the series is collected; undefined where it is not. */
  handleOf(id: SeriesId): number | undefined {
    return this.#handles.get(id)
  }

  /** Judges one sample the moment it arrives. Samples of series that are gone are dropped. The hot path. */
  judge(handle: number, sample: Sample): readonly Candidate[] {
    const watched = this.#byHandle[handle]
    if (!watched) return none
    return sample.kind === 'value'
      ? this.#take(watched, sample.at, sample.value, 0)
      : this.#take(watched, sample.at, Number.NaN, failureKinds.indexOf(sample.failure) + 1)
  }

  /** Judges the aggregates whose period has ended since the last tick; a period end that was slept through is dropped. */
  tick(now: number): readonly Candidate[] {
    const candidates: Candidate[] = []
    for (const group of this.#list.groups) {
      const { periodMs } = group.link.counter
      if (group.nextEndAt === null) group.nextEndAt = firstEndAt(now, periodMs)
      if (now >= group.nextEndAt) candidates.push(...this.#judgeGroup(group, now - (now % periodMs)))
    }
    return candidates.length === 0 ? none : candidates
  }

  /** The trigger fired; `at` is the instant of its admission. All hits up to then are spent. */
  accepted(triggerId: number, at: number): void {
    const latestAt = Math.max(at, this.#acceptedAt.get(triggerId) ?? Number.NEGATIVE_INFINITY)
    this.#acceptedAt.set(triggerId, latestAt)
    const watching = this.#list.watching.get(triggerId)
    if (!watching) return
    watching.acceptedAt = latestAt
    for (const { followed, spent } of linksOf(watching)) {
      const { hits, breachSinceAt, lastHitAt } = followed.track
      // A sample may have come between the admission and this call: that one hit already counts towards the next Timing.
      spend(spent, lastHitAt > latestAt ? Math.max(0, hits - 1) : hits, breachSinceAt)
    }
  }

  /**
   * Replays the recorded samples of whole clusters after a start, oldest first, before the first live sample. Tell of
   * accepted fires first: samples up to them do not count. Nothing fires: what is armed asks again at its next hit.
   */
  restore(columns: ReadonlyMap<SeriesId, Column>): void {
    const clusterIds = new Set([...columns.keys()].map((id) => this.#list.series.get(id)?.clusterId))
    const groups = this.#list.groups.filter(({ link }) => clusterIds.has(link.watching.trigger.clusterId))
    for (const { id, at, value, code } of samplesInTimeOrder(columns)) {
      for (const group of groups) this.#replayGroup(group, at)
      const watched = this.#list.series.get(id)
      if (watched) this.#take(watched, at, value, code)
    }
    this.#lost = []
  }

  /**
   * The wall clock stepped: moves every kept instant along, so that the step is taken neither for a silence nor, when
   * it goes back, for samples from before the last fire.
   */
  clockStepped(byMs: number): void {
    for (const [triggerId, at] of this.#acceptedAt) this.#acceptedAt.set(triggerId, at + byMs)
    for (const watching of this.#list.watching.values()) {
      watching.acceptedAt += byMs
      for (const { spent } of linksOf(watching)) spent.breachSinceAt += byMs
    }
    for (const watched of this.#list.series.values()) {
      watched.judgedFromAt += byMs
      watched.latestAt += byMs
      watched.valueAt += byMs
      for (const { track } of watched.followed) moveTrack(track, byMs)
    }
    for (const group of this.#list.groups) {
      moveTrack(group.link.followed.track, byMs)
      group.valueAt += byMs
      group.nextEndAt = null
    }
  }

  /** Where each series of the trigger stands, those of nodes in service; none for a trigger that is off or unknown. */
  stateOf(triggerId: number): SeriesState[] {
    const watching = this.#list.watching.get(triggerId)
    return watching ? statesOf(watching) : []
  }

  /** The hits of a series by its counter's own threshold; 0 where it has none. */
  hitsOf(id: SeriesId): number {
    return this.#list.series.get(id)?.own?.track.hits ?? 0
  }

  /** Which nodes' sensors fail, by their latest samples of these counters (all counters where none are named). */
  sensorHealth(counterIds?: readonly number[]): Health[] {
    return healthOf(this.#list, counterIds)
  }

  /** The trigger's series of nodes in service without a fresh value: failing, silent, or never sampled. */
  missingOf(triggerId: number, now: number): MissingSeries[] {
    return missingOf(this.#list, triggerId, now)
  }

  /** What the growing triggers of a cluster see; the removal-safety guard judges it. */
  growingOf(clusterId: number, now: number): GrowingSeries[] {
    return growingOf(this.#list, clusterId, now)
  }

  /** Hits that were lost since the last call, in order. */
  takeLost(): HitsLost[] {
    const lost = this.#lost
    this.#lost = []
    return lost
  }

  #take(watched: Watched, at: number, value: number, code: number): readonly Candidate[] {
    watched.latestAt = at
    watched.latestCode = code
    if (code === 0) {
      watched.value = value
      watched.valueAt = at
    }
    if (at < watched.judgedFromAt) return none
    const { followed } = watched
    let candidates: Candidate[] | undefined
    for (let i = 0; i < followed.length; i++)
      candidates = this.#follow(followed[i] as Followed, at, value, code, candidates)
    return candidates ?? none
  }

  #judgeGroup(group: Group, endAt: number): readonly Candidate[] {
    group.nextEndAt = endAt + group.link.counter.periodMs
    const fresh = group.members.filter((member) => countsAt(member, endAt))
    const value = aggregateOf(
      group.aggregate,
      fresh.map((watched) => watched.value),
    )
    if (value === undefined) return none
    group.value = value
    group.valueAt = endAt
    return this.#follow(group.link.followed, endAt, value, 0, undefined) ?? none
  }

  #replayGroup(group: Group, at: number): void {
    const { periodMs } = group.link.counter
    group.nextEndAt ??= firstEndAt(at, periodMs)
    // Ends within one silence are all the same judgement; only the last can count.
    if (at > group.nextEndAt) this.#judgeGroup(group, Math.ceil(at / periodMs) * periodMs - periodMs)
  }

  /** Stage one and stage two for one sample; candidates go to the end of `before`, which is made when it is needed. */
  #follow(
    followed: Followed,
    at: number,
    value: number,
    code: number,
    before: Candidate[] | undefined,
  ): Candidate[] | undefined {
    const sample = this.#sample
    const found = this.#found
    sample.times[0] = at
    sample.values[0] = value
    sample.failures[0] = code
    if (found.length > 0) found.length = 0
    breaches(sample, followed.rule, followed.track, found)
    let candidates = before
    for (let i = 0; i < found.length; i++) {
      const breach = found[i] as Breach
      if (breach.ended !== null) this.#lose(followed, breach, at)
      else candidates = candidatesOf(followed, breach, at, value, candidates)
    }
    return candidates
  }

  #lose(followed: Followed, breach: Breach, at: number): void {
    for (const link of followed.links) {
      const hits = unspentHits(link.spent, breach.hits, breach.startAt)
      const [triggerId, seriesId] = [link.watching.trigger.id, link.watched?.id ?? null]
      if (breach.ended === 'stale' && hits > 0) this.#lost.push({ triggerId, seriesId, outcome: 'stale', hits, at })
      if (breach.ended === 'clean' && hits >= link.hitsNeeded) {
        this.#lost.push({ triggerId, seriesId, outcome: 'reset', hits, at })
      }
    }
    if (this.#lost.length > lostMax) this.#lost = this.#lost.slice(-lostMax / 2)
  }
}

/**
 * A trigger that takes up a track in the middle of a breach older than its last fire (it was off, or watched something
 * else) can't tell which hits came after that fire. All are spent: it may be late, never early.
 */
function spendUnknown({ watching, spent, followed }: Link): void {
  const { hits, breachSinceAt } = followed.track
  if (breachSinceAt <= watching.acceptedAt && spent.breachSinceAt !== breachSinceAt) spend(spent, hits, breachSinceAt)
}

function moveTrack(track: Track, byMs: number): void {
  track.lastJudgedAt += byMs
  track.breachSinceAt += byMs
  track.lastHitAt += byMs
}

/** The samples of all columns, oldest first. */
function samplesInTimeOrder(columns: ReadonlyMap<SeriesId, Column>) {
  const samples: { id: SeriesId; at: number; value: number; code: number }[] = []
  for (const [id, { times, values, failures, from, to }] of columns) {
    for (let i = from; i < to; i++) {
      samples.push({ id, at: times[i] as number, value: values[i] as number, code: failures[i] as number })
    }
  }
  return samples.sort((a, b) => a.at - b.at)
}
