import type { Counter } from '../model/counter.ts'
import type { Series, SeriesId } from '../model/sample.ts'
import type { Threshold } from '../model/threshold.ts'
import type { Trigger } from '../model/trigger.ts'
import type { ClusterAggregate } from './aggregate.ts'
import type { BreachRule, Track } from './breach.ts'
import type { Spent } from './fires.ts'

/** A series with its latest sample and the tracks that follow it. */
export interface Watched {
  id: SeriesId
  series: Series
  clusterId: number
  site: string | null
  periodMs: number
  /** When the node came into service plus the warm-up; Infinity while it is not in service. */
  judgedFromAt: number
  /** The latest sample: its instant (-Infinity: none yet), and its failure's code, 0 for a value. */
  latestAt: number
  latestCode: number
  /** The latest value, which a failure after it leaves. */
  value: number
  valueAt: number
  followed: Followed[]
  /** By the counter's own threshold; null where it has none. */
  own: Followed | null
}

/** One track: a distinct rule on a series or on an aggregate, shared by the triggers that have it. */
export interface Followed {
  key: string
  rule: BreachRule
  track: Track
  links: Link[]
}

/** A trigger's interest in one track. */
export interface Link {
  watching: Watching
  /** null: an aggregate. */
  watched: Watched | null
  counter: Counter
  threshold: Threshold
  /** As candidates say it. */
  thresholdText: string
  hitsNeeded: number
  spent: Spent
  followed: Followed
}

/** A counter of a trigger that is judged over the cluster, at period ends. */
export interface Group {
  aggregate: ClusterAggregate
  members: readonly Watched[]
  link: Link
  /** null: the first tick sets it, so that a full period is seen before the first judgement. */
  nextEndAt: number | null
  value: number
  valueAt: number
}

/** A trigger that is judged: on, or in watch. */
export interface Watching {
  trigger: Trigger
  grows: boolean
  removes: boolean
  acceptedAt: number
  links: Link[]
  groups: Group[]
}

/** What is watched, ready for the hot path. */
export interface WatchList {
  series: ReadonlyMap<SeriesId, Watched>
  watching: ReadonlyMap<number, Watching>
  groups: readonly Group[]
  counters: ReadonlyMap<number, Counter>
}

/** Nothing is watched. */
export const emptyWatchList: WatchList = { series: new Map(), watching: new Map(), groups: [], counters: new Map() }

/** The trigger's links to series and to aggregates. */
export function linksOf({ links, groups }: Watching): Link[] {
  return [...links, ...groups.map(({ link }) => link)]
}

/** Whether the node is in service; in warm-up it is, though it is not judged yet. */
export function isInService({ judgedFromAt }: Watched): boolean {
  return judgedFromAt !== Number.POSITIVE_INFINITY
}
