import { breaches } from '../breach.ts'
import { healthOf } from '../health.ts'
import { growingOf, missingOf } from '../outlook.ts'
import type { Outlook } from '../situation.ts'
import { type Configuration, nextWatchList } from '../watch-list.ts'
import { emptyWatchList, type WatchList } from '../watched.ts'
import { AggregateColumn, type Columns } from './aggregate-column.ts'
import { emptyColumn, placeOf, takeLatest, windowOf } from './column.ts'

/** What a trigger's guards would have been told of samples at an instant, moved on from one instant to the next. */
export class AsOf {
  readonly #list: WatchList
  readonly #triggerId: number
  readonly #aggregates
  #readTo: number

  /** The configuration holds the trigger, and the growing triggers of its cluster where it removes. */
  constructor(configuration: Configuration, { triggerId, fromAt }: { triggerId: number; fromAt: number }) {
    this.#readTo = fromAt
    this.#list = nextWatchList(configuration, emptyWatchList)
    this.#triggerId = triggerId
    this.#aggregates = this.#list.groups.map((group) => ({ group, column: new AggregateColumn(group) }))
  }

  /** What is known with all samples up to `at`; instants never go back. Only the trigger's own cluster is looked at. */
  outlook(columns: Columns, at: number): Outlook {
    this.moveTo(columns, at + 1)
    const trigger = this.#list.watching.get(this.#triggerId)?.trigger
    const counterIds = trigger?.counters.map(({ counterId }) => counterId)
    return {
      missing: missingOf(this.#list, this.#triggerId, at),
      health: healthOf(this.#list, counterIds ?? []).filter(({ scope }) => scope === 'cluster'),
      growing: growingOf(this.#list, trigger?.clusterId ?? 0, at),
      clockStep: null,
    }
  }

  /** Takes all samples before `toAt`: called once more before a block of columns is let go. */
  moveTo(columns: Columns, toAt: number): void {
    const fromAt = this.#readTo
    if (toAt <= fromAt) return
    this.#readTo = toAt
    for (const watched of this.#list.series.values()) {
      const window = windowOf(columns.get(watched.id) ?? emptyColumn, fromAt, toAt)
      takeLatest(watched, window)
      const judged = { ...window, from: placeOf(window, watched.judgedFromAt) }
      for (const { rule, track } of watched.followed) breaches(judged, rule, track, [])
    }
    for (const { group, column } of this.#aggregates) {
      const window = column.read(columns, fromAt, toAt)
      if (window.to === 0) continue
      group.value = window.values[window.to - 1] as number
      group.valueAt = window.times[window.to - 1] as number
      breaches(window, group.link.followed.rule, group.link.followed.track, [])
    }
  }
}
