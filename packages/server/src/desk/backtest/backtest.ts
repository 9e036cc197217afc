import { guardsAskedInPart, guardsNotAsked } from '../../decide/backtest/not-asked.ts'
import { formatDuration } from '../../model/duration.ts'
import { TscalerError } from '../../model/problem.ts'
import type { Trigger } from '../../model/trigger.ts'
import type * as wire from '../../wire/backtest.ts'
import { Reader } from '../../wire/convert/read.ts'
import { instant, instantOrNull } from '../../wire/convert/show.ts'
import { triggers } from '../kinds/all.ts'
import { badInput, rowOf } from '../resources.ts'
import { readMeans, viewOf } from '../view.ts'
import { resultOf } from './answer.ts'
import { type Asked, type BacktestDesk, readAsked } from './asked.ts'
import { feed, type SampleSource } from './feed.ts'
import { notesOf } from './notes.ts'
import { sweepRow } from './sweep.ts'
import { Trials } from './trials.ts'

/** Beyond it a backtest takes minutes: 30 days of 400 series at 10 s. */
const samplesMax = 100_000_000
/** Questions to the history at once. */
const seriesAtOnce = 64

/** Backtests a saved trigger; throws `not-found`, `bad-input`, `too-large`. */
export async function backtestSaved(
  desk: BacktestDesk,
  text: string,
  given: wire.BacktestBody,
): Promise<wire.Backtest> {
  const trigger = await rowOf(desk.store, triggers, text)
  return backtest(desk, trigger, trigger.id, given)
}

/** Backtests a trigger that is only a body yet. */
export async function backtestUnsaved(desk: BacktestDesk, given: wire.UnsavedBacktestBody): Promise<wire.Backtest> {
  const view = await viewOf(desk.store, triggers.needs)
  const reader = new Reader(readMeans(desk, view), 'trigger')
  const values = triggers.read(given.trigger, reader, 'trigger', undefined, desk.clock.now())
  if (values === undefined || reader.findings.length > 0) throw badInput('The backtest', reader.findings)
  // An edited trigger has its saved one's name: it is that one, as it would be.
  const saved = await desk.store.triggers.findOne({ name: values.name })
  const row = { ...values, id: saved?.id ?? unsavedId, version: 1, createdAt: 0, updatedAt: 0 }
  return backtest(desk, row, saved?.id ?? null, given)
}

const unsavedId = 0

async function backtest(
  desk: BacktestDesk,
  trigger: Trigger,
  id: number | null,
  given: wire.BacktestBody,
): Promise<wire.Backtest> {
  const asked = await readAsked(desk, trigger, given)
  const { scene, source, settings, fromAt, toAt, run, start } = asked
  const trials = new Trials(scene, settings, { fromAt, runMs: run.ms, nodes: start.nodes })
  const recordedFrom = await oldestOf(source, trials)
  const beginAt = Math.max(fromAt, Math.min(toAt, recordedFrom ?? toAt))
  checkSize(trials, toAt - beginAt)
  await feed(source, { fromAt: beginAt, toAt, periodMs: trials.periodMs }, trials)
  return {
    trigger: { id, name: trigger.name },
    cluster: { id: scene.cluster.id, name: scene.cluster.name },
    from: instant(fromAt),
    to: instant(toAt),
    recordedFrom: instantOrNull(recordedFrom),
    samples: trials.samples,
    failures: trials.failures,
    change: scene.change,
    runLength: formatDuration(run.ms),
    runLengthFrom: run.from,
    nodesFrom: start.from,
    ...resultsOf(asked, trials, given),
    notAsked: [...guardsNotAsked],
    askedInPart: [...guardsAskedInPart],
    notes: notesOf(scene, { fromAt, recordedFrom, isGiven: asked.isGiven }),
  }
}

/** The settings stand in the order: as set, the one to compare, the sweep's. */
function resultsOf(
  { settings, swept, ...asked }: Asked,
  trials: Trials,
  { compare, sweep, pricePerHour }: wire.BacktestBody,
): Pick<wire.Backtest, 'result' | 'compare' | 'sweep'> {
  const means = { ...asked, settings, trials, pricePerHour: pricePerHour ?? null }
  const sweepFrom = settings.length - swept.length
  const rows = swept.map((one, index) => sweepRow(one, trials.summaryOf(sweepFrom + index, asked.toAt)))
  return { result: resultOf(means, 0), compare: compare ? resultOf(means, 1) : null, sweep: sweep ? rows : null }
}

async function oldestOf(source: SampleSource, { periodMs }: Trials): Promise<number | null> {
  const ids = [...periodMs.keys()]
  let oldest = Number.POSITIVE_INFINITY
  for (let place = 0; place < ids.length; place += seriesAtOnce) {
    const found = await Promise.all(ids.slice(place, place + seriesAtOnce).map((id) => source.oldest(id)))
    oldest = Math.min(oldest, ...found.map((at) => at ?? Number.POSITIVE_INFINITY))
  }
  return Number.isFinite(oldest) ? oldest : null
}

function checkSize({ periodMs }: Trials, spanMs: number): void {
  const samples = [...periodMs.values()].reduce((sum, ms) => sum + spanMs / ms, 0)
  if (samples <= samplesMax) return
  const millions = (count: number) => Math.round(count / 1_000_000)
  throw new TscalerError(
    'too-large',
    `The backtest would go through ${millions(samples)} million samples of ${periodMs.size} series, at most ${millions(samplesMax)} million are taken. Choose a shorter time.`,
  )
}
