import type { Effect } from '../model/action.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Counter } from '../model/counter.ts'
import type { Node } from '../model/node.ts'
import { type Series, type SeriesId, seriesId } from '../model/sample.ts'
import { formatThreshold, type Threshold } from '../model/threshold.ts'
import type { Trigger } from '../model/trigger.ts'
import type { ClusterAggregate } from './aggregate.ts'
import { type BreachRule, breachRule, newTrack, type Track } from './breach.ts'
import { hitsNeeded, newSpent, type Spent } from './fires.ts'
import {
  type Followed,
  type Group,
  isInService,
  type Link,
  type Watched,
  type Watching,
  type WatchList,
} from './watched.ts'

/** Everything that says what is judged and how. */
export interface Configuration {
  triggers: readonly Trigger[]
  clusters: readonly Cluster[]
  counters: readonly Counter[]
  nodes: readonly Node[]
  /** The effect of each action, by its id. */
  effects: ReadonlyMap<number, Effect>
  /** Every series that is collected; the JVMs of a node are known to its profiles only, so they can't be derived here. */
  series: readonly Series[]
}

/**
 * The watch list of a new configuration. Latest samples, hits and spent hits go over from `previous`, but hits where the
 * counter's source, fields or period, or the threshold, have changed, or the node has left service. Series that are no
 * longer collected, and those of unknown nodes and counters, are gone.
 */
export function nextWatchList(configuration: Configuration, previous: WatchList): WatchList {
  const counters = new Map(configuration.counters.map((counter) => [counter.id, counter]))
  const series = watchedSeries(configuration, counters, previous)
  const watching = new Map<number, Watching>()
  const byCounter = Map.groupBy(series.values(), ({ clusterId, series: { counter } }) => `${clusterId} ${counter}`)
  for (const trigger of configuration.triggers) {
    if (trigger.state === 'off') continue
    const membersOf = (counterId: number) => byCounter.get(`${trigger.clusterId} ${counterId}`) ?? []
    watching.set(trigger.id, watchingOf(trigger, configuration.effects, counters, membersOf, previous))
  }
  for (const [counterId, members] of Map.groupBy(series.values(), ({ series }) => series.counter)) {
    followOwn(counters.get(counterId) as Counter, members, previous)
  }
  return { series, watching, groups: [...watching.values()].flatMap(({ groups }) => groups), counters }
}

function watchedSeries(
  configuration: Configuration,
  counters: ReadonlyMap<number, Counter>,
  previous: WatchList,
): Map<SeriesId, Watched> {
  const nodes = new Map(configuration.nodes.map((node) => [node.id, node]))
  const clusters = new Map(configuration.clusters.map((cluster) => [cluster.id, cluster]))
  const same = new Set([...counters.values()].filter((one) => sameSource(one, previous.counters.get(one.id))))
  const list = new Map<SeriesId, Watched>()
  for (const series of configuration.series) {
    const [counter, node] = [counters.get(series.counter), nodes.get(series.node)]
    const cluster = clusters.get(node?.clusterId ?? -1)
    if (!counter || !node || !cluster) continue
    const id = seriesId(series)
    const before = same.has(counter) ? previous.series.get(id) : undefined
    list.set(id, {
      id,
      series,
      clusterId: cluster.id,
      site: node.site,
      periodMs: counter.periodMs,
      judgedFromAt: judgedFromAt(node, cluster),
      latestAt: before?.latestAt ?? Number.NEGATIVE_INFINITY,
      latestCode: before?.latestCode ?? 0,
      value: before?.value ?? Number.NaN,
      valueAt: before?.valueAt ?? Number.NEGATIVE_INFINITY,
      followed: [],
      own: null,
    })
  }
  return list
}

function judgedFromAt(node: Node, cluster: Cluster): number {
  if (node.state !== 'in-service') return Number.POSITIVE_INFINITY
  return (node.inServiceAt ?? 0) + cluster.warmUpMs
}

function watchingOf(
  trigger: Trigger,
  effects: ReadonlyMap<number, Effect>,
  counters: ReadonlyMap<number, Counter>,
  membersOf: (counterId: number) => readonly Watched[],
  previous: WatchList,
): Watching {
  const has = (effect: Effect) => trigger.actions.some(({ actionId }) => effects.get(actionId) === effect)
  const before = previous.watching.get(trigger.id)
  const acceptedAt = before?.acceptedAt ?? Number.NEGATIVE_INFINITY
  const watching: Watching = { trigger, grows: has('grow'), removes: has('remove'), acceptedAt, links: [], groups: [] }
  for (const { counterId, threshold: own } of trigger.counters) {
    const counter = counters.get(counterId)
    const threshold = own ?? counter?.threshold
    if (!counter || !threshold) continue
    const interest = interestOf(watching, counter, threshold, previous)
    if (trigger.aggregate === null || trigger.aggregate === 'any') {
      follow(interest, membersOf(counterId), previous)
    } else {
      watching.groups.push(group(interest, trigger.aggregate, membersOf(counterId), previous))
    }
  }
  return watching
}

/** One counter of one trigger: what all its links have in common, worked out once. */
interface Interest {
  watching: Watching
  counter: Counter
  threshold: Threshold
  thresholdText: string
  hitsNeeded: number
  rule: BreachRule
  key: string
  /** Hits of before still count, as the counter measures what it did. */
  keepsHits: boolean
}

function interestOf(watching: Watching, counter: Counter, threshold: Threshold, previous: WatchList): Interest {
  const { trigger, grows } = watching
  const growTimingMs = grows ? trigger.timingMs : undefined
  const rule = breachRule({ threshold, periodMs: counter.periodMs, missing: trigger.missing, growTimingMs })
  return {
    watching,
    counter,
    threshold,
    thresholdText: formatThreshold(threshold),
    hitsNeeded: hitsNeeded(trigger.timingMs, counter.periodMs),
    rule,
    key: keyOf(rule, threshold),
    keepsHits: sameSource(counter, previous.counters.get(counter.id)),
  }
}

/** Links the trigger to each series of the counter. Its own earlier hits count too: a new Timing or `missing` zeroes none. */
function follow(interest: Interest, members: readonly Watched[], previous: WatchList): void {
  const { watching, key, rule, keepsHits } = interest
  const kept = keptLinks(interest, previous)
  for (const watched of members) {
    const before = kept.get(watched.id)
    let followed = watched.followed.find((other) => other.key === key)
    if (!followed) {
      const track = keepsHits ? (trackBefore(watched, key, previous) ?? before?.followed.track) : undefined
      followed = newFollowed(key, rule, isInService(watched) ? track : undefined)
      watched.followed.push(followed)
    }
    watching.links.push(newLink(interest, watched, before?.spent ?? newSpent(), followed))
  }
}

/** The trigger's earlier links by the same threshold, by series. */
function keptLinks(interest: Interest, previous: WatchList): ReadonlyMap<SeriesId, Link> {
  const kept = new Map<SeriesId, Link>()
  if (!interest.keepsHits) return kept
  for (const link of previous.watching.get(interest.watching.trigger.id)?.links ?? []) {
    if (link.watched && isSameInterest(link, interest)) kept.set(link.watched.id, link)
  }
  return kept
}

function group(
  interest: Interest,
  aggregate: ClusterAggregate,
  members: readonly Watched[],
  previous: WatchList,
): Group {
  const before = previous.watching
    .get(interest.watching.trigger.id)
    ?.groups.find((other) => other.aggregate === aggregate && isSameInterest(other.link, interest))
  const same = interest.keepsHits ? before : undefined
  const followed = newFollowed(interest.key, interest.rule, same?.link.followed.track)
  const link = newLink(interest, null, same?.link.spent ?? newSpent(), followed)
  const { nextEndAt, value, valueAt } = same ?? {
    nextEndAt: null,
    value: Number.NaN,
    valueAt: Number.NEGATIVE_INFINITY,
  }
  return { aggregate, members, link, nextEndAt, value, valueAt }
}

/** Follows every series of a counter by the counter's own threshold, which a trigger may do already. */
function followOwn(counter: Counter, members: readonly Watched[], previous: WatchList): void {
  if (!counter.threshold) return
  const rule = breachRule({ threshold: counter.threshold, periodMs: counter.periodMs, missing: 'hold' })
  const key = keyOf(rule, counter.threshold)
  const keepsHits = sameSource(counter, previous.counters.get(counter.id))
  for (const watched of members) {
    let own = watched.followed.find((other) => other.key === key)
    if (!own) {
      own = newFollowed(key, rule, keepsHits && isInService(watched) ? trackBefore(watched, key, previous) : undefined)
      watched.followed.push(own)
    }
    watched.own = own
  }
}

function newFollowed(key: string, rule: BreachRule, track: Track | undefined): Followed {
  return { key, rule, track: track ? { ...track } : newTrack(), links: [] }
}

function newLink(interest: Interest, watched: Watched | null, spent: Spent, followed: Followed): Link {
  const { watching, counter, threshold, thresholdText, hitsNeeded } = interest
  const link = { watching, watched, counter, threshold, thresholdText, hitsNeeded, spent: { ...spent }, followed }
  followed.links.push(link)
  return link
}

function keyOf(rule: BreachRule, threshold: Threshold): string {
  return `${formatThreshold(threshold)} ${rule.judgedCodeMax} ${rule.gapMsMax}`
}

/** The track that followed the series by the same rule. */
function trackBefore(watched: Watched, key: string, previous: WatchList): Track | undefined {
  return previous.series.get(watched.id)?.followed.find((followed) => followed.key === key)?.track
}

function isSameInterest(link: Link, { counter, thresholdText }: Interest): boolean {
  return link.counter.id === counter.id && link.thresholdText === thresholdText
}

function sameSource(counter: Counter, before: Counter | undefined): boolean {
  if (!before) return false
  if (before === counter) return true
  return (
    before.source === counter.source &&
    before.periodMs === counter.periodMs &&
    JSON.stringify(before.fields) === JSON.stringify(counter.fields)
  )
}
