import type { ReplayedSeries } from '../../decide/backtest/replay.ts'
import type { Mark } from '../../decide/backtest/world.ts'
import { formatDuration } from '../../model/duration.ts'
import { parseSeriesId, type SeriesId } from '../../model/sample.ts'
import type * as wire from '../../wire/backtest.ts'
import type { Scene } from './scene.ts'
import { type Setting, settingAnswer } from './settings.ts'
import type { Trials } from './trials.ts'

/** What answers are made with. */
export interface AnswerMeans {
  scene: Scene
  trials: Trials
  settings: readonly Setting[]
  fromAt: number
  toAt: number
  pricePerHour: number | null
  /** Samples were given: their nodes are of no store. */
  isGiven: boolean
}

const hourMs = 3_600_000

/** What came of the setting at this place. */
export function resultOf(means: AnswerMeans, index: number): wire.BacktestResult {
  const { scene, trials, settings, fromAt, toAt, pricePerHour } = means
  const summary = trials.summaryOf(index, toAt)
  const start = summary.sizes[0]?.nodes ?? 0
  const price = (nodeMs: number) => (pricePerHour === null ? null : round((nodeMs / hourMs) * pricePerHour))
  return {
    settings: settingAnswer(settings[index] as Setting, scene.counters),
    fires: summary.fires,
    refused: summary.refused,
    refusedBy: { ...summary.refusedBy },
    marks: summary.marks.map((mark) => markAnswer(means, mark)),
    marksLeftOut: summary.marksLeftOut,
    series: trials.seriesOf(index).map((one) => seriesAnswer(means, one)),
    added: summary.added,
    removed: summary.removed,
    nodes: { start, end: summary.sizes.at(-1)?.nodes ?? start, least: summary.leastNodes, most: summary.mostNodes },
    sizes: summary.sizes.map(({ at, nodes }) => ({ at, nodes })),
    nodeHours: round(summary.nodeMs / hourMs),
    cost: price(summary.nodeMs),
    costUnchanged: price(start * (toAt - fromAt)),
  }
}

function markAnswer(means: AnswerMeans, { verdict, candidate, nodes }: Mark): wire.BacktestMark {
  const place = placeOf(means, candidate.seriesId)
  const counter = counterOf(means.scene, candidate.counterId)
  const where = place.node === null ? 'the cluster' : [place.node.name, place.jvm?.name].filter(Boolean).join(' ')
  const seen = candidate.value === null ? 'gave no value' : `was ${candidate.value} ${candidate.threshold}`
  const lasted = formatDuration(candidate.hits * (means.scene.counters.get(candidate.counterId)?.periodMs ?? 0))
  const isFire = verdict.outcome !== 'refused'
  return {
    kind: isFire ? 'fired' : 'refused',
    run: verdict.runId,
    at: verdict.at,
    lastAt: verdict.lastAt,
    repeats: verdict.repeats,
    series: candidate.seriesId,
    ...place,
    counter,
    value: candidate.value,
    hits: candidate.hits,
    breachSince: candidate.breachSinceAt,
    guard: verdict.guard,
    reason: isFire ? `${where} ${counter.name} ${seen} for ${lasted}` : verdict.reason,
    until: verdict.until,
    nodes,
  }
}

function seriesAnswer(means: AnswerMeans, one: ReplayedSeries): wire.BacktestSeries {
  return {
    id: one.seriesId,
    ...placeOf(means, one.seriesId),
    counter: counterOf(means.scene, one.link.counter.id),
    threshold: one.link.thresholdText,
    hitsNeeded: one.link.hitsNeeded,
    samples: one.samples,
    failures: one.failures,
    breaches: one.intervals.map(({ fromAt, toAt, hits, ended }) => ({ from: fromAt, to: toAt, hits, ended })),
    breachesLeftOut: one.intervalsLeftOut,
  }
}

function placeOf({ scene, isGiven }: AnswerMeans, id: SeriesId | null): Pick<wire.BacktestMark, 'node' | 'jvm'> {
  const series = id === null ? undefined : parseSeriesId(id)
  if (!series) return { node: null, jvm: null }
  const name = scene.nodes.find((node) => node.id === series.node)?.name ?? `${series.node}`
  const jvm =
    series.jvm === undefined ? null : { id: series.jvm, name: scene.jvmNames.get(series.jvm) ?? `${series.jvm}` }
  return { node: { id: isGiven ? null : series.node, name }, jvm }
}

function counterOf({ counters }: Scene, id: number) {
  return { id, name: counters.get(id)?.name ?? `${id}` }
}

/** To the cent, and node-hours to the hundredth. */
function round(value: number): number {
  return Math.round(value * 100) / 100
}
