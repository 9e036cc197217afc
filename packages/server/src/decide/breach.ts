import { failureKinds } from '../model/sample.ts'
import type { Threshold } from '../model/threshold.ts'

/** Samples of one series in time order, as history keeps them; those from `from` up to, but not at, `to` are meant. */
export interface Column {
  /** Epoch ms. */
  times: Float64Array
  /** NaN where the sample failed. */
  values: Float64Array
  /** 0: a value; else the failure's index in `failureKinds` plus one. */
  failures: Uint8Array
  from: number
  to: number
}

/** What makes a hit, made ready for the loop by `breachRule`: every comparison has become one band of values. */
export interface BreachRule {
  low: number
  high: number
  /** Values outside the band are in breach (`!=`). */
  inverted: boolean
  /** Samples with this failure code or a lower one are judged; 0: values only. */
  judgedCodeMax: number
  gapMsMax: number
}

/** What stage one remembers of a series between chunks. Changed in place, as it is touched by every sample. */
export interface Track {
  /** Samples in breach in a row; never negative. */
  hits: number
  /** The last sample that could change the hits; -Infinity before the first. */
  lastJudgedAt: number
  /** The first and the last hit of the breach under way, or else of the one before; -Infinity before the first. */
  breachSinceAt: number
  lastHitAt: number
}

/** A stretch of hits in one chunk. One that lasts over chunks is told once in each, with the same `startAt`. */
export interface Breach {
  startAt: number
  /** The last hit. */
  endAt: number
  /** At its end, hits from earlier chunks included. */
  hits: number
  /** Hits from earlier chunks. */
  hitsBefore: number
  /** Its samples in the column: from the first hit in this chunk up to, but not at, `to`. Failures may lie between. */
  from: number
  to: number
  /** `clean`: a clean sample ended it; `stale`: a gap did; null: it goes on. */
  ended: 'clean' | 'stale' | null
}

/** The failures that may be taken as a breach come first among the kinds; these are their codes' upper end. */
const breachCodeMax = failureKinds.indexOf('unreachable') + 1

/** Silence shorter than this never zeroes hits: a quick counter may miss a few rounds. */
const silenceMsMin = 45_000
/** Growth is not to be lost because sensors fail under the very load it is for. */
const growthHoldMs = 300_000

/** Before the first sample. */
export function newTrack(): Track {
  return {
    hits: 0,
    lastJudgedAt: Number.NEGATIVE_INFINITY,
    breachSinceAt: Number.NEGATIVE_INFINITY,
    lastHitAt: Number.NEGATIVE_INFINITY,
  }
}

/** The longest time between judged samples that leaves hits alone. `growTimingMs`: the Timing of a growing trigger, which holds them longer. */
export function gapMsMax(periodMs: number, growTimingMs?: number): number {
  const usual = Math.max(3 * periodMs, silenceMsMin)
  return growTimingMs === undefined ? usual : Math.max(usual, growTimingMs, growthHoldMs)
}

/** The rule of a threshold. `missing: 'breach'` takes `timeout` and `unreachable` as hits; `growTimingMs` as in `gapMsMax`. */
export function breachRule(rule: {
  threshold: Threshold
  periodMs: number
  missing: 'hold' | 'breach'
  growTimingMs?: number | undefined
}): BreachRule {
  return {
    ...bandOf(rule.threshold),
    judgedCodeMax: rule.missing === 'breach' ? breachCodeMax : 0,
    gapMsMax: gapMsMax(rule.periodMs, rule.growTimingMs),
  }
}

/**
 * Stage one: goes through the column, moves the track on and appends the breaches it meets to `found`, in order.
 * Live gives it one sample, backtest chunks of any size; the sum is the same. This loop is the hottest of tscaler.
 */
export function breaches(column: Column, rule: BreachRule, track: Track, found: Breach[]): void {
  const { times, values, failures, to } = column
  const { low, high, inverted, judgedCodeMax, gapMsMax } = rule
  let { hits, lastJudgedAt, breachSinceAt, lastHitAt } = track
  let hitsBefore = hits
  let start = column.from
  let end = column.from
  for (let i = column.from; i < to; i++) {
    const code = failures[i] as number
    if (code > judgedCodeMax) continue
    const at = times[i] as number
    if (hits > 0 && at - lastJudgedAt > gapMsMax) {
      found.push(breach(breachSinceAt, lastHitAt, hits, hitsBefore, start, end, 'stale'))
      hits = 0
    }
    lastJudgedAt = at
    const value = values[i] as number
    if (code !== 0 || (value >= low && value <= high) !== inverted) {
      if (hits === 0) {
        breachSinceAt = at
        hitsBefore = 0
        start = i
      } else if (end === column.from) {
        start = i
      }
      hits++
      lastHitAt = at
      end = i + 1
    } else if (hits > 0) {
      found.push(breach(breachSinceAt, lastHitAt, hits, hitsBefore, start, end, 'clean'))
      hits = 0
    }
  }
  if (hits > hitsBefore) {
    found.push(breach(breachSinceAt, lastHitAt, hits, hitsBefore, start, end, null))
  }
  track.hits = hits
  track.lastJudgedAt = lastJudgedAt
  // Most single samples are clean and change neither; a store of a double costs as much as the judgement.
  if (breachSinceAt !== track.breachSinceAt) track.breachSinceAt = breachSinceAt
  if (lastHitAt !== track.lastHitAt) track.lastHitAt = lastHitAt
}

function breach(
  startAt: number,
  endAt: number,
  hits: number,
  hitsBefore: number,
  from: number,
  to: number,
  ended: Breach['ended'],
): Breach {
  return { startAt, endAt, hits, hitsBefore, from, to, ended }
}

/** The values in breach as a closed band, so that the loop compares in one way whatever the comparison. */
function bandOf({ comparison, limit }: Threshold): { low: number; high: number; inverted: boolean } {
  const [lowest, highest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  switch (comparison) {
    case '<':
      return { low: lowest, high: -nextAbove(-limit), inverted: false }
    case '<=':
      return { low: lowest, high: limit, inverted: false }
    case '=':
      return { low: limit, high: limit, inverted: false }
    case '!=':
      return { low: limit, high: limit, inverted: true }
    case '>=':
      return { low: limit, high: highest, inverted: false }
    case '>':
      return { low: nextAbove(limit), high: highest, inverted: false }
    default:
      return comparison satisfies never
  }
}

/** The smallest double above a finite one: doubles of one sign are ordered like their bits. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  const bits = new BigInt64Array(new Float64Array([value]).buffer)
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n)
  return new Float64Array(bits.buffer)[0] as number
}
