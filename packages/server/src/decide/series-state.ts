import { type FailureKind, failureKinds, type SeriesId } from '../model/sample.ts'
import { unspentHits } from './fires.ts'
import { type Group, isInService, type Link, type Watched, type Watching } from './watched.ts'

/** How far one series (or aggregate) of a trigger is. */
export interface SeriesState {
  seriesId: SeriesId | null
  counterId: number
  nodeId: number | null
  hits: number
  hitsNeeded: number
  /** null while it is not in breach. */
  breachSinceAt: number | null
  value: number | null
  /** Of the latest sample; null before the first. */
  at: number | null
  failure: FailureKind | null
}

/** Where each series of the trigger stands, those of nodes in service, and each of its aggregates. */
export function statesOf({ links, groups }: Watching): SeriesState[] {
  const ofSeries = links.flatMap((link) =>
    link.watched && isInService(link.watched) ? [seriesState(link, link.watched)] : [],
  )
  return [...ofSeries, ...groups.map(groupState)]
}

function seriesState(link: Link, watched: Watched): SeriesState {
  const failed = watched.latestCode > 0
  return {
    ...standing(link),
    seriesId: watched.id,
    nodeId: watched.series.node,
    value: failed || Number.isNaN(watched.value) ? null : watched.value,
    at: Number.isFinite(watched.latestAt) ? watched.latestAt : null,
    failure: failed ? (failureKinds[watched.latestCode - 1] ?? 'internal') : null,
  }
}

function groupState({ link, value, valueAt }: Group): SeriesState {
  const judged = Number.isFinite(valueAt)
  return {
    ...standing(link),
    seriesId: null,
    nodeId: null,
    value: judged ? value : null,
    at: judged ? valueAt : null,
    failure: null,
  }
}

function standing({ counter, hitsNeeded, spent, followed }: Link) {
  const { hits, breachSinceAt } = followed.track
  return {
    counterId: counter.id,
    hits: unspentHits(spent, hits, breachSinceAt),
    hitsNeeded,
    breachSinceAt: hits > 0 ? breachSinceAt : null,
  }
}
