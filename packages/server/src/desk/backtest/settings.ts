import type { Cluster } from '../../model/cluster.ts'
import type { Counter } from '../../model/counter.ts'
import { formatDuration, parseDuration } from '../../model/duration.ts'
import type { Finding } from '../../model/problem.ts'
import { formatThreshold, parseThreshold, type Threshold } from '../../model/threshold.ts'
import type { Trigger } from '../../model/trigger.ts'
import type * as wire from '../../wire/backtest.ts'
import { timing } from '../../wire/convert/show.ts'

/** A trigger with the settings of its cluster that a backtest may change. */
export interface Setting {
  trigger: Trigger
  cluster: Cluster
}

/** The setting with the wanted changes; what makes no sense goes to `findings`, below `path`. */
export function changed(
  { trigger, cluster }: Setting,
  counters: ReadonlyMap<number, Counter>,
  set: wire.BacktestSettings,
  { path, findings }: { path: string; findings: Finding[] },
): Setting {
  const thresholds = thresholdsOf(trigger, counters, set, { path, findings })
  const { aggregate = trigger.aggregate, missing = trigger.missing, min = cluster.min, max = cluster.max } = set
  const cooldownMs =
    set.cooldown === undefined ? cluster.cooldownMs : durationOf(set.cooldown, `${path}.cooldown`, findings)
  const timingMs = set.timing === undefined ? trigger.timingMs : timingMsOf(set.timing, `${path}.timing`, findings)
  return {
    trigger: { ...trigger, aggregate, missing, timingMs, counters: thresholds },
    cluster: { ...cluster, cooldownMs, min, max },
  }
}

/** The setting as answers show it. */
export function settingAnswer(
  { trigger, cluster }: Setting,
  counters: ReadonlyMap<number, Counter>,
): wire.BacktestResult['settings'] {
  const thresholds = trigger.counters.flatMap(({ counterId, threshold }) => {
    const counter = counters.get(counterId)
    const own = threshold ?? counter?.threshold
    return counter && own ? [[counter.name, formatThreshold(own)] as const] : []
  })
  return {
    thresholds: Object.fromEntries(thresholds),
    timing: timing(trigger.timingMs),
    aggregate: trigger.aggregate,
    missing: trigger.missing,
    cooldown: formatDuration(cluster.cooldownMs),
    min: cluster.min,
    max: cluster.max,
  }
}

/** Milliseconds of a Timing as bodies write it: minutes, or a duration. */
export function timingMsOf(given: number | string, path: string, findings: Finding[]): number {
  return typeof given === 'number' ? Math.round(given * 60_000) : durationOf(given, path, findings)
}

/** Milliseconds of a duration's text. */
export function durationOf(given: string, path: string, findings: Finding[]): number {
  const ms = parseDuration(given)
  if (ms === undefined)
    findings.push({ path, message: `got ${JSON.stringify(given)}, expected a duration such as "90s"` })
  return ms ?? 0
}

function thresholdsOf(
  trigger: Trigger,
  counters: ReadonlyMap<number, Counter>,
  { threshold, thresholds = {} }: wire.BacktestSettings,
  { path, findings }: { path: string; findings: Finding[] },
): Trigger['counters'] {
  const names = new Set(trigger.counters.map(({ counterId }) => counters.get(counterId)?.name))
  for (const name of Object.keys(thresholds)) {
    if (!names.has(name)) findings.push({ path: `${path}.thresholds.${name}`, message: 'is no counter of the trigger' })
  }
  return trigger.counters.map((one) => {
    const counter = counters.get(one.counterId)
    const own = counter && Object.hasOwn(thresholds, counter.name) ? thresholds[counter.name] : undefined
    const [given, at] = own === undefined ? [threshold, 'threshold'] : [own, `thresholds.${counter?.name}`]
    if (given === undefined) return one
    const before = one.threshold ?? counter?.threshold ?? undefined
    return { ...one, threshold: limitOf(given, before, `${path}.${at}`, findings) ?? one.threshold }
  })
}

function limitOf(
  given: number | string,
  before: Threshold | undefined,
  path: string,
  findings: Finding[],
): Threshold | undefined {
  const threshold = typeof given === 'string' ? parseThreshold(given) : before && { ...before, limit: given }
  if (threshold) return threshold
  const message = `got ${JSON.stringify(given)}, expected a comparison and a number, such as "> 4", as there is none before`
  findings.push({ path, message })
  return undefined
}
