import { setImmediate } from 'node:timers/promises'
import type { Columns } from '../../decide/backtest/aggregate-column.ts'
import type { Column } from '../../decide/breach.ts'
import type { History } from '../../keep/history/history.ts'
import type { SeriesId } from '../../model/sample.ts'

/** Where samples come from: the history, or what was given. */
export type SampleSource = Pick<History, 'range' | 'oldest'>

/** Which samples, and how dense they are. */
export interface Span {
  fromAt: number
  toAt: number
  /** The period of each series. */
  periodMs: ReadonlyMap<SeriesId, number>
}

/** Hears the samples of a span, window by window. */
export interface Hearer {
  read(columns: Columns, fromAt: number, toAt: number): void
  /** The columns are let go; those of the next block begin at `toAt`. */
  blockEnds(columns: Columns, toAt: number): void
}

/** Samples that are in memory at once, twice: the block that is judged, and the next one being read. 5 MB each. */
const blockSamples = 250_000
/** Samples judged before the rest of tscaler has its turn: a few milliseconds, 20 where every one of them asks the guards. */
const windowSamples = 5_000
/** Blocks and windows are never shorter: their own cost is that of some hundred samples. */
const windowMsMin = 10_000

/** Gives all samples of the span to the hearer, in order and in bounded memory; the event loop goes on between two windows. */
export async function feed(source: SampleSource, span: Span, hearer: Hearer): Promise<void> {
  const perMs = [...span.periodMs.values()].reduce((sum, periodMs) => sum + 1 / periodMs, 0)
  const windowMs = Math.max(windowMsMin, Math.ceil(windowSamples / Math.max(perMs, Number.MIN_VALUE)))
  const blockMs = Math.max(windowMs, Math.ceil(blockSamples / Math.max(perMs, Number.MIN_VALUE)))
  let next = begin(readBlock(source, span, span.fromAt, blockMs))
  for (let blockAt = span.fromAt; blockAt < span.toAt; blockAt += blockMs) {
    const columns = await next
    next = begin(readBlock(source, span, blockAt + blockMs, blockMs))
    const blockEnd = Math.min(span.toAt, blockAt + blockMs)
    for (let fromAt = blockAt; fromAt < blockEnd; fromAt += windowMs) {
      hearer.read(columns, fromAt, Math.min(blockEnd, fromAt + windowMs))
      await setImmediate()
    }
    hearer.blockEnds(columns, blockEnd)
  }
}

/** Whoever waits for the block hears that it failed; where judging the one before failed, nobody does. */
function begin(block: Promise<Columns>): Promise<Columns> {
  block.catch(() => {})
  return block
}

/** The columns from `fromAt` on; those without samples are left out. */
async function readBlock(source: SampleSource, span: Span, fromAt: number, blockMs: number): Promise<Columns> {
  const toAt = Math.min(span.toAt, fromAt + blockMs)
  const columns = new Map<SeriesId, Column>()
  if (fromAt >= toAt) return columns
  const read = [...span.periodMs.keys()].map(async (id) => {
    const column = await source.range(id, fromAt, toAt)
    const { times, values, failures } = column
    if (times.length > 0) columns.set(id, { times, values, failures, from: 0, to: times.length })
  })
  await Promise.all(read)
  return columns
}
