import { type FailureKind, failureKinds, type SeriesId } from '../model/sample.ts'
import type { Threshold } from '../model/threshold.ts'
import { freshPeriods } from './aggregate.ts'
import type { Group, Link, Watched, Watching, WatchList } from './watched.ts'

/** A series of a trigger that has no fresh value. */
export interface MissingSeries {
  seriesId: SeriesId
  nodeId: number
  /** The last value; null: there was none. */
  sinceAt: number | null
  /** null: silent, no sample at all came. */
  failure: FailureKind | null
}

/** What a growing trigger sees of one series, or of its aggregate: enough to say whether a removal would make it grow again. */
export interface GrowingSeries {
  triggerId: number
  triggerName: string
  timingMs: number
  counterName: string
  nodeId: number | null
  threshold: Threshold
  /** null: no fresh value. */
  value: number | null
  lastBreachAt: number | null
  /** What becomes of the value when nodes go: `per-node` load is shared by those left, `count` loses them, `none` stays. */
  scaling: 'per-node' | 'count' | 'none'
}

/** The trigger's series of nodes in service and past their warm-up that have no fresh value at `now`. */
export function missingOf(list: WatchList, triggerId: number, now: number): MissingSeries[] {
  const watching = list.watching.get(triggerId)
  if (!watching) return []
  const members = [
    ...watching.links.map(({ watched }) => watched),
    ...watching.groups.flatMap(({ members }) => members),
  ]
  return members
    .filter((watched): watched is Watched => watched !== null)
    .filter((watched) => watched.judgedFromAt <= now && !isFresh(watched, now))
    .map((watched) => missing(watched, now))
}

/** Everything that the cluster's growing triggers, on or in watch, look at, those of nodes in service. */
export function growingOf(list: WatchList, clusterId: number, now: number): GrowingSeries[] {
  const growing = [...list.watching.values()].filter(({ grows, trigger }) => grows && trigger.clusterId === clusterId)
  return growing.flatMap((watching) => [
    ...watching.links.flatMap((link) =>
      link.watched && link.watched.judgedFromAt <= now ? [ofSeries(watching, link, link.watched, now)] : [],
    ),
    ...watching.groups.map((group) => ofGroup(watching, group, now)),
  ])
}

function isFresh(watched: Watched, now: number): boolean {
  return watched.latestCode === 0 && now - watched.latestAt <= freshPeriods * watched.periodMs
}

function missing({ id, series, valueAt, latestAt, latestCode, periodMs }: Watched, now: number): MissingSeries {
  const silent = now - latestAt > freshPeriods * periodMs
  return {
    seriesId: id,
    nodeId: series.node,
    sinceAt: Number.isFinite(valueAt) ? valueAt : null,
    failure: silent ? null : (failureKinds[latestCode - 1] ?? null),
  }
}

function ofSeries(watching: Watching, link: Link, watched: Watched, now: number): GrowingSeries {
  const fresh = now - watched.valueAt <= freshPeriods * watched.periodMs
  return {
    ...ofLink(watching, link),
    nodeId: watched.series.node,
    value: fresh ? watched.value : null,
    scaling: link.counter.shared ? 'per-node' : 'none',
  }
}

function ofGroup(watching: Watching, { link, aggregate, value, valueAt }: Group, now: number): GrowingSeries {
  const fresh = now - valueAt <= freshPeriods * link.counter.periodMs
  // A shared load keeps its sum; every other aggregate of it rises as the nodes get fewer.
  const shared = link.counter.shared && aggregate !== 'sum' ? 'per-node' : 'none'
  return {
    ...ofLink(watching, link),
    nodeId: null,
    value: fresh ? value : null,
    scaling: aggregate === 'count' ? 'count' : shared,
  }
}

function ofLink({ trigger }: Watching, { counter, threshold, followed }: Link) {
  const { lastHitAt } = followed.track
  return {
    triggerId: trigger.id,
    triggerName: trigger.name,
    timingMs: trigger.timingMs,
    counterName: counter.name,
    threshold,
    lastBreachAt: Number.isFinite(lastHitAt) ? lastHitAt : null,
  }
}
