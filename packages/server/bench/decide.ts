import { type Breach, breaches, breachRule, type Column, newTrack } from '../src/decide/breach.ts'
import { aCluster, aConfiguration, aCounter, aNode, aTrigger, columnOf, noon } from '../src/decide/fixtures.ts'
import { Judge } from '../src/decide/judge.ts'
import type { Sample } from '../src/model/sample.ts'
import { comparisons } from '../src/model/threshold.ts'
import type { Bench, BenchRow } from './bench.ts'

/** Each figure is the best of so many turns: on a shared machine the others measure the neighbours. */
const turns = 5
/** One series at 10 s for about four months: bigger than the processor's caches, as a backtest is. */
const columnLength = 1_000_000
const triggerCount = 1_000
const nodeCount = 2_000
const roundCount = 100
/** Small enough to be like a chunk of history. */
const chunkLength = 60

/** How many samples a second one core judges: stage one over columns, and live with a thousand triggers. */
export const decideBench: Bench = {
  name: 'decide',
  summary: 'Samples judged a second on one core, over columns and live.',
  async run() {
    return [
      stageOne('one column of 1,000,000', columnLength, 0.02),
      stageOne('chunks of 60', chunkLength, 0.02),
      stageOne('half of the samples in breach, at random', columnLength, 0.5),
      live('few in breach', 'few', 1),
      live('few in breach', 'few', 5),
      live('half armed and refused', 'half', 5),
    ]
  },
}

function stageOne(what: string, chunk: number, breachShare: number): BenchRow {
  const column = noisyColumn(breachShare)
  // Every comparison in turn, so that the figure is not one of a loop made for a single one.
  const rules = comparisons.map((comparison) =>
    breachRule({ threshold: { comparison, limit: 4 }, periodMs: 10_000, missing: 'hold' }),
  )
  const rule = rules[comparisons.indexOf('>')]
  if (!rule) throw new Error('comparisons lacks >')
  for (const other of rules) breaches(column, other, newTrack(), [])
  const bestMs = best(() => {
    const [track, found]: [ReturnType<typeof newTrack>, Breach[]] = [newTrack(), []]
    for (let from = 0; from < columnLength; from += chunk) {
      breaches({ ...column, from, to: Math.min(from + chunk, columnLength) }, rule, track, found)
    }
  })
  return row(`stage one, ${what}`, columnLength, bestMs, `${breachShare * 100} % in breach, 1 % failing`)
}

function live(what: string, breach: 'few' | 'half', thresholds: number): BenchRow {
  const judge = new Judge()
  const nodes = Array.from({ length: nodeCount }, (_, index) => aNode({ id: index + 1, clusterId: (index % 100) + 1 }))
  judge.configure(
    aConfiguration({
      nodes,
      clusters: Array.from({ length: 100 }, (_, index) => aCluster({ id: index + 1 })),
      counters: [aCounter()],
      // Ten triggers a cluster: a sample moves a track on for each distinct threshold.
      triggers: Array.from({ length: triggerCount }, (_, index) => {
        const threshold = { comparison: '>', limit: 4 + (Math.floor(index / 100) % thresholds) } as const
        return aTrigger({ id: index + 1, clusterId: (index % 100) + 1, counters: [{ counterId: 1, threshold }] })
      }),
    }),
  )
  const handles = nodes.map(({ id }) => judge.handleOf(`1.${id}`) as number)
  let at = noon
  const bestMs = best(() => {
    for (let round = 0; round < roundCount; round++) {
      at += 10_000
      for (let index = 0; index < handles.length; index++) {
        const value = breach === 'half' ? (index % 2) * 9 : (index + round) % 50 === 0 ? 5 : 1
        const sample: Sample = { kind: 'value', at, value }
        judge.judge(handles[index] as number, sample)
      }
    }
  })
  const note = `10 triggers of ${thresholds} different thresholds watch each series`
  return row(`live, 1,000 triggers, 2,000 series, ${what}`, nodeCount * roundCount, bestMs, note)
}

/** The same numbers on every machine and run. */
function noisyColumn(breachShare: number): Column {
  const column = columnOf(new Array(columnLength).fill(1))
  let state = 1
  for (let i = 0; i < columnLength; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const draw = state / 2 ** 32
    column.values[i] = draw < breachShare ? 5 : 1
    if (draw > 0.99) {
      column.values[i] = Number.NaN
      column.failures[i] = 1
    }
  }
  return column
}

function best(turn: () => void): number {
  let bestMs = Number.POSITIVE_INFINITY
  for (let i = 0; i < turns; i++) {
    const startedAt = performance.now()
    turn()
    bestMs = Math.min(bestMs, performance.now() - startedAt)
  }
  return bestMs
}

function row(what: string, samples: number, elapsedMs: number, note: string): BenchRow {
  return { bench: 'decide', what, value: Math.round(samples / (elapsedMs / 1_000)), unit: 'samples/s', note }
}
