import type { SeriesId } from '../model/sample.ts'
import type { Breach } from './breach.ts'
import { hitsAfter } from './fires.ts'
import type { Followed, Link } from './watched.ts'

/** A trigger whose Timing is reached asks to fire. */
export interface Candidate {
  triggerId: number
  clusterId: number
  /** null: an aggregate. */
  seriesId: SeriesId | null
  counterId: number
  nodeId: number | null
  /** null where a failure was taken as the breach. */
  value: number | null
  /** As text, `> 4`. */
  threshold: string
  /** Since the last accepted fire. */
  hits: number
  breachSinceAt: number
  at: number
}

/** Stage two for one hit: a candidate for every trigger of the track whose Timing is reached, at the end of `before`. */
export function candidatesOf(
  { links }: Followed,
  breach: Breach,
  at: number,
  value: number,
  before: Candidate[] | undefined,
): Candidate[] | undefined {
  let candidates = before
  for (let i = 0; i < links.length; i++) {
    const link = links[i] as Link
    const hits = hitsAfter(link.spent, breach.hits, breach.startAt, at, link.watching.acceptedAt)
    if (hits < link.hitsNeeded) continue
    candidates ??= []
    candidates.push(candidateOf(link, hits, breach.startAt, at, value))
  }
  return candidates
}

/** The candidate of a link whose Timing is reached at this sample; `value` NaN where a failure was taken as the breach. */
export function candidateOf(link: Link, hits: number, breachSinceAt: number, at: number, value: number): Candidate {
  return {
    triggerId: link.watching.trigger.id,
    clusterId: link.watching.trigger.clusterId,
    seriesId: link.watched?.id ?? null,
    counterId: link.counter.id,
    nodeId: link.watched?.series.node ?? null,
    value: Number.isNaN(value) ? null : value,
    threshold: link.thresholdText,
    hits,
    breachSinceAt,
    at,
  }
}
