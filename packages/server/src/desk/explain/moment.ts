import { Replay, type ReplayedSeries } from '../../decide/backtest/replay.ts'
import type { SeriesState } from '../../decide/series-state.ts'
import type { SeriesId } from '../../model/sample.ts'
import type { Trigger } from '../../model/trigger.ts'
import type { Verdict } from '../../model/verdict.ts'
import { feed, type SampleSource } from '../backtest/feed.ts'
import type { Scene } from '../backtest/scene.ts'
import { configurationOf } from '../backtest/trials.ts'

/** The trigger as the recorded samples and decisions have it. */
export interface Moment {
  /** At the moment. */
  states: SeriesState[]
  /** Over the time around it. */
  series: ReplayedSeries[]
}

/** As far as growing triggers look back at the least, as after a restart. */
const lookBackMsMin = 600_000
/** Breaches of each series in an hour that can be told apart. */
const intervalsMax = 100
/** A watched fire is written down this soon after its sample, and its sample may be told a moment late. */
const watchedSlackMs = 5_000

/** Replays the hour around a moment, with the fires that there were; `at` and the whole span are epoch ms. */
export async function replayMoment(
  source: SampleSource,
  scene: Scene,
  trigger: Trigger,
  { at, fromAt, toAt, verdicts }: { at: number; fromAt: number; toAt: number; verdicts: readonly Verdict[] },
): Promise<Moment> {
  const replay = new Replay(configurationOf(scene, [{ ...trigger, state: 'on' }]), intervalsMax)
  const firedAt = verdicts.filter(({ outcome }) => outcome === 'fired').map((verdict) => verdict.at)
  const watched = verdicts.filter(({ outcome }) => outcome === 'watched')
  const ask = (candidate: { at: number }) =>
    watched.some((row) => candidate.at >= row.at - watchedSlackMs && candidate.at <= row.lastAt + watchedSlackMs)
  const beginAt = fromAt - Math.max(2 * trigger.timingMs, lookBackMsMin)
  const periodMs = periodsOf(replay, scene)
  let states: SeriesState[] = []
  let readTo = beginAt
  const readUntil = async (until: number) => {
    if (until <= readTo) return
    const hearer = {
      read: (columns: Parameters<Replay['read']>[0], from: number, to: number) => replay.read(columns, from, to, ask),
      blockEnds: () => {},
    }
    await feed(source, { fromAt: readTo, toAt: until, periodMs }, hearer)
    readTo = until
  }
  const stops = [...firedAt.map((fire) => ({ at: fire, fire })), { at, fire: null }]
  for (const stop of stops.sort((a, b) => a.at - b.at)) {
    if (stop.at >= toAt && stop.fire !== null) continue
    // The sample of that very instant belongs to it.
    await readUntil(Math.min(toAt, stop.at + 1))
    if (stop.fire === null) states = replay.statesOf(trigger.id)
    else replay.accepted(trigger.id, stop.fire)
  }
  await readUntil(toAt)
  return { states, series: replay.seriesOf(trigger.id) }
}

function periodsOf(replay: Replay, { counters }: Scene): Map<SeriesId, number> {
  return new Map(
    replay.seriesIds.map((id) => [id, counters.get(Number(id.split('.', 1)[0]))?.periodMs ?? lookBackMsMin]),
  )
}
