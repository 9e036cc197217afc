import { formatInstant } from '../../decide/guards/guard.ts'
import type { Refusal, Verdict } from '../../model/verdict.ts'
import type { ExplainedSeries } from '../../wire/explain.ts'
import { isInForce } from './verdicts.ts'

/** What the answer is made from. */
export interface Known {
  at: number
  series: readonly ExplainedSeries[]
  /** The newest decision up to the moment. */
  verdict: Verdict | undefined
  /** The guard that would hold a fire back now; only where the moment is now. */
  heldBackBy: Refusal | null
}

/** A fire answers for the moments just after it: whoever asks about 12:04 means the fire of 12:03:55. */
const afterFireMs = 60_000

/** One sentence or two: why it fired at the moment, or why not. */
export function answerOf(known: Known): string {
  const { at, series, verdict, heldBackBy } = known
  if (verdict && isFire(verdict) && at - verdict.lastAt <= afterFireMs) return fireWords(verdict, at)
  const nearest = nearestOf(series)
  if (verdict && isInForce(verdict, at) && nearest && nearest.hits >= nearest.hitsNeeded)
    return `It was ready (${hitsWords(nearest, at)}), but: ${verdict.reason}`
  const would = heldBackBy ? ` Were it ready: ${heldBackBy.reason}` : ''
  return `${notReady(known, nearest)}${would}`
}

function notReady({ at, series, verdict }: Known, nearest: ExplainedSeries | undefined): string {
  if (series.length === 0) return 'It judged nothing: no node of its cluster was in service.'
  if (series.every(({ latest }) => latest === null)) return 'Nothing of it was recorded in that time.'
  if (nearest && nearest.hits >= nearest.hitsNeeded)
    return `It was ready (${hitsWords(nearest, at)}), but no decision of that time is kept: it may have been off, or set otherwise.`
  if (nearest) return `It did not fire: the nearest was ${hitsWords(nearest, at)}.`
  const silent = series.filter(({ latest }) => latest === null || 'failure' in latest).length
  const missing = silent === 0 ? '' : `; ${silent} gave no value`
  const before = verdict && isFire(verdict) ? ` It had fired at ${formatInstant(verdict.lastAt, at)}.` : ''
  return `It did not fire: none of its ${series.length} series was in breach${missing}.${before}`
}

function fireWords({ outcome, at: firedAt, lastAt, reason, runId }: Verdict, at: number): string {
  if (outcome === 'watched') return `${reason.replace(/\.$/, '')} (at ${formatInstant(lastAt, at)}).`
  return `It fired at ${formatInstant(firedAt, at)}: ${reason}${runId === null ? '' : ` (run ${runId})`}.`
}

function hitsWords({ node, jvm, counter, hits, hitsNeeded, breachSince }: ExplainedSeries, at: number): string {
  const where = node === null ? 'the cluster' : [node.name, jvm?.name].filter(Boolean).join(' ')
  const since = breachSince === null ? '' : `, in breach since ${formatInstant(Date.parse(breachSince), at)}`
  return `${counter.name} on ${where}, ${hits} of ${hitsNeeded} hits${since}`
}

function nearestOf(series: readonly ExplainedSeries[]): ExplainedSeries | undefined {
  const share = ({ hits, hitsNeeded }: ExplainedSeries) => hits / Math.max(1, hitsNeeded)
  return series
    .filter(({ hits }) => hits > 0)
    .reduce<ExplainedSeries | undefined>((best, one) => (best && share(best) >= share(one) ? best : one), undefined)
}

function isFire({ outcome }: Verdict): boolean {
  return outcome === 'fired' || outcome === 'watched'
}
