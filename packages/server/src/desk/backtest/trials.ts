import type { Columns } from '../../decide/backtest/aggregate-column.ts'
import { AsOf } from '../../decide/backtest/as-of.ts'
import { Replay, type ReplayedSeries } from '../../decide/backtest/replay.ts'
import { World, type WorldSummary } from '../../decide/backtest/world.ts'
import type { Configuration } from '../../decide/watch-list.ts'
import { type SeriesId, seriesId } from '../../model/sample.ts'
import type { Trigger } from '../../model/trigger.ts'
import type { Hearer } from './feed.ts'
import { type Scene, seriesIn } from './scene.ts'
import type { Setting } from './settings.ts'

/** Breaches kept of each series, and fires and refusals of each setting: more than a picture can show apart. */
const intervalsMax = 200
const marksMax = 2_000

/** One trigger by several settings over the same samples. */
export class Trials implements Hearer {
  /** Of every series whose samples are wanted. */
  readonly periodMs: ReadonlyMap<SeriesId, number>
  /** Read so far. */
  samples = 0
  failures = 0
  readonly #replay: Replay
  readonly #worlds: World[] = []
  readonly #outlooks: (AsOf | null)[] = []

  constructor(
    scene: Scene,
    settings: readonly Setting[],
    { fromAt, runMs, nodes }: { fromAt: number; runMs: number; nodes: number },
  ) {
    const variants = settings.map(({ trigger }, index) => asVariant(trigger, index))
    this.#replay = new Replay(configurationOf(scene, variants), intervalsMax)
    const seen = new Set(this.#replay.seriesIds)
    settings.forEach(({ cluster }, index) => {
      const trigger = variants[index] as Trigger
      const { change, otherNodes, counters } = scene
      const periodMsOf = (counterId: number) => counters.get(counterId)?.periodMs ?? 0
      this.#worlds.push(new World({ trigger, cluster, periodMsOf, change, runMs, fromAt, nodes, otherNodes, marksMax }))
      const outlook = outlookOf(scene, trigger)
      for (const one of outlook?.series ?? []) seen.add(seriesId(one))
      this.#outlooks.push(outlook && new AsOf(outlook, { triggerId: trigger.id, fromAt }))
    })
    const periods = new Map([...scene.counters.values()].map((counter) => [`${counter.id}`, counter.periodMs]))
    this.periodMs = new Map([...seen].map((id) => [id, periods.get(id.split('.', 1)[0] ?? '') ?? 0]))
  }

  read(columns: Columns, fromAt: number, toAt: number): void {
    this.#replay.read(columns, fromAt, toAt, (candidate) => {
      const index = indexOf(candidate.triggerId)
      const outlook = this.#outlooks[index]
      const look = () => outlook?.outlook(columns, candidate.at) ?? nothingSeen
      return this.#worlds[index]?.ask(candidate, look) ?? false
    })
  }

  blockEnds(columns: Columns, toAt: number): void {
    for (const outlook of this.#outlooks) outlook?.moveTo(columns, toAt)
    for (const { failures, to } of columns.values()) {
      this.samples += to
      for (let place = 0; place < to; place++) if (failures[place] !== 0) this.failures++
    }
  }

  /** What came of the setting at this place. */
  summaryOf(index: number, toAt: number): WorldSummary {
    return (this.#worlds[index] as World).summary(toAt)
  }

  seriesOf(index: number): ReplayedSeries[] {
    return this.#replay.seriesOf(variantId(index))
  }
}

/** Ids of no stored trigger: the other triggers of the cluster keep theirs. */
const variantId = (index: number) => -1 - index
const indexOf = (id: number) => -1 - id

/** Whatever its state, a backtest asks what it would do switched on. */
function asVariant(trigger: Trigger, index: number): Trigger {
  return { ...trigger, id: variantId(index), state: 'on', pausedUntil: null }
}

const nothingSeen = { missing: [], health: [], growing: [], clockStep: null }

/** What guards look at; null: a run that changes no nodes is not asked by them. */
function outlookOf(scene: Scene, trigger: Trigger): Configuration | null {
  const { added, removed } = scene.change
  if (added + removed === 0) return null
  return configurationOf(scene, removed > 0 ? [trigger, ...scene.growing] : [trigger])
}

/** The triggers with the nodes of the scene, and the series of their counters. */
export function configurationOf(scene: Scene, triggers: readonly Trigger[]): Configuration {
  const { cluster, counters, nodes, effects } = scene
  const counterIds = new Set(triggers.flatMap((trigger) => trigger.counters.map(({ counterId }) => counterId)))
  return {
    triggers,
    clusters: [cluster],
    counters: [...counters.values()].filter(({ id }) => counterIds.has(id)),
    nodes,
    effects,
    series: seriesIn(scene, counterIds),
  }
}
