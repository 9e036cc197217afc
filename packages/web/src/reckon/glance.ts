import type * as resources from '../../../server/src/wire/resources.ts'
import type * as watching from '../../../server/src/wire/watching.ts'
import { timingMs } from './duration.ts'
import { badness, isBreach, parseThreshold } from './threshold.ts'

/** One counter of a cluster at a glance: its worst value now, and how near it is to firing. */
export interface Glance {
  counter: watching.Series['counter']
  unit: string
  threshold: string | null
  /** The worst value and where; null: no node has one now. */
  worst: { value: number; node: watching.Series['node']; jvm: watching.Series['jvm'] } | null
  /** Nodes (or JVMs of them) in breach, those whose newest sample is a failure, and all. */
  inBreach: number
  failing: number
  nodes: number
  /** The most hits of any node, out of those that a trigger needs and never more; null: no trigger judges it. */
  hits: { hits: number; needed: number } | null
  /** Of the newest sample, epoch ms; null: none yet. */
  lastAt: number | null
}

/** A cluster's counters at a glance: those in breach first, then failing ones, then those that are judged. */
export function glances(series: readonly watching.Series[], triggers: readonly resources.Trigger[]): Glance[] {
  const byCounter = Map.groupBy(series, ({ counter }) => counter.id)
  return [...byCounter.values()]
    .flatMap((own) => (own[0] ? [glanceOf(own, own[0], triggers)] : []))
    .sort((a, b) => urgency(b) - urgency(a) || a.counter.id - b.counter.id)
}

function urgency({ inBreach, failing, hits, threshold }: Glance): number {
  return (inBreach > 0 ? 8 : 0) + (failing > 0 ? 4 : 0) + (hits !== null ? 2 : 0) + (threshold !== null ? 1 : 0)
}

function glanceOf(
  own: readonly watching.Series[],
  first: watching.Series,
  triggers: readonly resources.Trigger[],
): Glance {
  const { counter, unit, periodMs } = first
  const judging = triggers.filter(
    ({ state, counters }) => state !== 'off' && counters.some((one) => one.counter.id === counter.id),
  )
  const threshold =
    first.threshold ??
    judging.flatMap(({ counters }) => counters).find((one) => one.counter.id === counter.id)?.threshold ??
    null
  const limit = parseThreshold(threshold)
  const values = own.flatMap(({ latest, node, jvm }) =>
    latest !== null && 'value' in latest ? [{ value: latest.value, node, jvm }] : [],
  )
  const worst = values.toSorted((a, b) => badness(b.value, limit) - badness(a.value, limit))[0] ?? null
  const needed = judging.map(({ timing }) => hitsNeeded(timing, periodMs))
  const at = own.flatMap(({ latest }) => (latest === null ? [] : [Date.parse(latest.at)]))
  return {
    counter,
    unit,
    threshold,
    worst,
    inBreach: values.filter(({ value }) => isBreach(value, limit)).length,
    failing: own.filter(({ latest }) => latest !== null && 'failure' in latest).length,
    nodes: own.length,
    hits:
      needed.length === 0
        ? null
        : {
            hits: Math.min(Math.min(...needed), Math.max(0, ...own.map(({ hits }) => hits))),
            needed: Math.min(...needed),
          },
    lastAt: at.length === 0 ? null : Math.max(...at),
  }
}

/** How many samples in breach in a row reach a timing: `hits × period ≥ timing`, and the first hit where the timing is 0. */
export function hitsNeeded(timing: number | string, periodMs: number): number {
  return Math.max(1, Math.ceil(timingMs(timing) / periodMs))
}
