import type { SeriesId } from '../../model/sample.ts'
import { aggregateOf, countsAt, firstEndAt } from '../aggregate.ts'
import type { Column } from '../breach.ts'
import type { Group } from '../watched.ts'
import { emptyColumn, windowOf } from './column.ts'

/** Columns by series, in time order; a series without samples may be left out. */
export type Columns = ReadonlyMap<SeriesId, Column>

interface Member {
  id: SeriesId
  judgedFromAt: number
  periodMs: number
  value: number
  valueAt: number
}

/**
 * The aggregate of a group over recorded samples, a sample at each end of a period, as live judges it at its ticks. Windows follow one
 * another; the latest values go over from one to the next.
 */
export class AggregateColumn {
  readonly #group: Group
  readonly #members: Member[]
  #nextEndAt: number | null = null

  constructor(group: Group) {
    this.#group = group
    this.#members = group.members.map(({ id, judgedFromAt, periodMs }) => ({
      id,
      judgedFromAt,
      periodMs,
      value: Number.NaN,
      valueAt: Number.NEGATIVE_INFINITY,
    }))
  }

  /** The aggregate at the ends with `fromAt <= at < toAt`; where nothing fresh was measured there is no sample. */
  read(columns: Columns, fromAt: number, toAt: number): Column {
    const { periodMs } = this.#group.link.counter
    this.#nextEndAt ??= firstEndAt(fromAt, periodMs)
    const own = this.#members.map(({ id }) => windowOf(columns.get(id) ?? emptyColumn, fromAt, toAt))
    const [times, values]: [number[], number[]] = [[], []]
    for (; this.#nextEndAt < toAt; this.#nextEndAt += periodMs) {
      const value = this.#valueAt(own, this.#nextEndAt)
      if (value === undefined) continue
      times.push(this.#nextEndAt)
      values.push(value)
    }
    // What came after the last end.
    this.#take(own, toAt)
    const count = times.length
    return {
      times: Float64Array.from(times),
      values: Float64Array.from(values),
      failures: new Uint8Array(count),
      from: 0,
      to: count,
    }
  }

  #valueAt(own: readonly Column[], endAt: number): number | undefined {
    this.#take(own, endAt)
    const fresh = this.#members.filter((member) => countsAt(member, endAt))
    return aggregateOf(
      this.#group.aggregate,
      fresh.map(({ value }) => value),
    )
  }

  /** Moves each window's begin past the samples up to `at`. */
  #take(own: readonly Column[], at: number): void {
    for (let index = 0; index < own.length; index++) {
      const [column, member] = [own[index] as Column, this.#members[index] as Member]
      const { times, values, failures, to } = column
      let { from } = column
      for (; from < to && (times[from] as number) <= at; from++) {
        if (failures[from] !== 0) continue
        member.value = values[from] as number
        member.valueAt = times[from] as number
      }
      column.from = from
    }
  }
}
