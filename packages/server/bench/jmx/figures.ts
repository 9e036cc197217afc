import { type BenchRow, rowsOf } from '../bench.ts'
import { quantile } from '../statistics.ts'
import type { ReadFigures } from './questions.ts'

/** One side's figures: of all rounds that were measured. */
export interface Side {
  /** CPU-s per 10,000 values, the client's own. */
  ownCpu: number
  /** CPU-s per 10,000 values, the JVMs' that were read. */
  targetCpu: number
  valuesPerS: number
}

/** What is to be reached against the Java client; undefined where nothing was set. */
export interface Goals {
  /** Our processor time a value as a share of Java's. */
  cpuShareAtMost?: number
  /** Our values a second over Java's. */
  timesAtLeast?: number
}

/** One measured round, with the processor time of the JVMs that were read. */
export interface Round extends ReadFigures {
  targetS: number
  /** What they answered in that time. */
  targetValues: number
}

/** Medians over the rounds: a neighbour on the machine spoils one, not the figure. */
export function sideOf(rounds: readonly Round[]): Side {
  return {
    ownCpu: quantile(
      rounds.map(({ cpuS, values }) => (cpuS * 10_000) / values),
      0.5,
    ),
    targetCpu: quantile(
      rounds.map(({ targetS, targetValues }) => (targetS * 10_000) / targetValues),
      0.5,
    ),
    valuesPerS: quantile(
      rounds.map(({ values, wallS }) => values / wallS),
      0.5,
    ),
  }
}

/** The rows of what our client costs beside one that only moves the bytes. */
export function aboveFloor(what: string, own: Side, floor: Side): BenchRow[] {
  const row = rowsOf('jmx')
  return [
    row(`${what}: bytes alone`, floor.ownCpu, 'CPU-s per 10,000 values', {
      note: `the JVM ${floor.targetCpu.toFixed(3)}, ${Math.round(floor.valuesPerS)} values/s`,
    }),
    row(`${what}: own over bytes alone`, own.ownCpu / floor.ownCpu, 'times'),
  ]
}

/** The rows of one comparison. */
export function compared(what: string, { own, java, goals }: { own: Side; java: Side; goals: Goals }): BenchRow[] {
  const row = rowsOf('jmx')
  const unit = 'CPU-s per 10,000 values'
  return [
    row(`${what}: own`, own.ownCpu, unit, { note: `the JVM ${own.targetCpu.toFixed(3)}` }),
    row(`${what}: Java client`, java.ownCpu, unit, { note: `the JVM ${java.targetCpu.toFixed(3)}` }),
    row(`${what}: own share of Java's CPU`, own.ownCpu / java.ownCpu, '', { atMost: goals.cpuShareAtMost }),
    row(`${what}: own`, own.valuesPerS, 'values/s'),
    row(`${what}: Java client`, java.valuesPerS, 'values/s'),
    row(`${what}: own over Java`, own.valuesPerS / java.valuesPerS, 'times', { atLeast: goals.timesAtLeast }),
  ]
}
