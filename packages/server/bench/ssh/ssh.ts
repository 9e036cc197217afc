import { type SshdNode, startSshdNode } from '@tscaler/rehearsal/sshd.ts'
import type { Counter } from '../../src/model/counter.ts'
import { type Bench, type BenchRow, rowsOf } from '../bench.ts'
import { numberOf, readOptions } from '../options.ts'
import { type Part, startPart } from '../part.ts'
import { cpuSecondsOf, memoryMbOf } from '../processes.ts'
import { accessesTo, forkingCounters, forkingScript, readyMadeCounters } from './fleet.ts'
import { lostNote, memoryNote, withLoop } from './loop-part.ts'
import type { LoopFigures, LoopQuestion, NaiveFigures, NaiveQuestion } from './questions.ts'

/** Collecting from N nodes × C counters against a real sshd, the whole loop; beside it a connection a sample. */
export const sshBench: Bench = {
  name: 'ssh',
  summary:
    'The whole loop over SSH against a real sshd, beside a connection a sample. --nodes 100 --counters 10 --period 1 --seconds 15 --profile FILE',
  async run(args) {
    const wish = readWish(args)
    const sshd = await startSshdNode({ anyAddress: true })
    try {
      return [...(await measureLoop(sshd, wish)), ...(await measureNaive(sshd, wish))]
    } finally {
      await sshd.stop()
    }
  },
}

interface Wish {
  nodes: number
  counters: number
  periodMs: number
  forMs: number
  profile: string | null
}

function readWish(args: string[]): Wish {
  const given = readOptions(args, ['nodes', 'counters', 'period', 'seconds', 'profile'])
  return {
    nodes: numberOf('nodes', given.nodes, 100),
    counters: numberOf('counters', given.counters, 10),
    periodMs: numberOf('period', given.period, 1) * 1_000,
    forMs: numberOf('seconds', given.seconds, 15) * 1_000,
    profile: given.profile ?? null,
  }
}

interface Phase {
  name: string
  counters: Counter[]
  ownAtMost: number | undefined
  targetAtMost: number
}

/** At this period a new shell has the time that a busy machine needs for a hundred of them. */
const connectPeriodMs = 5_000
/**
 * The compiler goes on for some 30 rounds a node; so short a period gets them over with, and a server runs for months after
 * them. On a busy machine not all rounds keep it, which is no harm.
 */
const warmUp = { periodMs: 400, rounds: 30, limitMs: 15_000 }
/** Before each measuring: scripts are then in the shells, rates have their first reading. */
const firstRounds = 2
/** 100 handshakes take about 5 s of two cores, both sides together. */
const readyLimitMs = 60_000
/** A fork a value costs the machine more than a ready-made counter: at 1 s, 100 nodes would fill both cores. */
const forkingPeriods = 3

async function measureLoop(sshd: SshdNode, wish: Wish): Promise<BenchRow[]> {
  const readyMade: Phase = {
    name: 'ready-made',
    counters: readyMadeCounters(wish.counters, wish.periodMs),
    ownAtMost: 0.06,
    targetAtMost: 0.5,
  }
  const forking: Phase = {
    name: 'one fork',
    counters: forkingCounters(wish.counters, wish.periodMs * forkingPeriods),
    ownAtMost: undefined,
    targetAtMost: 1.6,
  }
  return await withLoop(sshd, wish.nodes, async (part) => {
    await observe(part, readyMadeCounters(wish.counters, connectPeriodMs), 1, wish)
    await part.ask({ kind: 'observe', counters: readyMadeCounters(wish.counters, warmUp.periodMs), ...warmUp })
    return [
      ...(await measurePhase({ part, sshd, wish }, readyMade)),
      ...(await measurePhase({ part, sshd, wish: { ...wish, profile: null } }, forking)),
    ]
  })
}

async function observe(
  part: Part<LoopQuestion, LoopFigures>,
  counters: Counter[],
  rounds: number,
  { nodes }: Wish,
): Promise<void> {
  const ready = await part.ask({ kind: 'observe', counters, rounds, limitMs: readyLimitMs })
  if (ready.readyNodes < nodes)
    throw new Error(`only ${ready.readyNodes} of ${nodes} nodes answered in time: ${lostNote(ready)}`)
}

async function measurePhase(
  { part, sshd, wish }: { part: Part<LoopQuestion, LoopFigures>; sshd: SshdNode; wish: Wish },
  { name, counters, ownAtMost, targetAtMost }: Phase,
): Promise<BenchRow[]> {
  const row = rowsOf('ssh')
  await observe(part, counters, firstRounds, wish)
  const targetBefore = cpuSecondsOf(sshd.processes())
  const got = await part.ask({ kind: 'measure', forMs: wish.forMs, profile: wish.profile })
  const targetS = cpuSecondsOf(sshd.processes()) - targetBefore
  const { rssMb, pssMb } = memoryMbOf(part.pid)
  const perThousand = (seconds: number) => (seconds * 1_000) / got.values
  const note = `${wish.nodes} nodes × ${wish.counters} every ${(counters[0]?.periodMs ?? 0) / 1_000} s, ${got.values} values`
  return [
    row(`${name}: own`, perThousand(got.cpuS), perThousandUnit, { atMost: ownAtMost, note }),
    row(`${name}: target`, perThousand(targetS), perThousandUnit, { atMost: targetAtMost }),
    row(`${name}: collected`, got.values / got.wallS, 'values/s'),
    row(`${name}: a round, median`, got.tookMedianMs, 'ms', { note: `95 % within ${got.tookP95Ms.toFixed(1)} ms` }),
    row(`${name}: lost rounds`, got.skippedRounds + got.failedRounds, 'rounds', { atMost: 0, note: lostNote(got) }),
    row(`${name}: memory`, pssMb, 'MB PSS', { note: `${rssMb.toFixed(0)} MB RSS; ${memoryNote(got)}` }),
  ]
}

const perThousandUnit = 'CPU-s per 1,000 values'
const naiveForMs = 8_000
/** Enough to keep two cores busy, and no more than sshd takes in its stride. */
const naiveLanes = 8

async function measureNaive(sshd: SshdNode, { nodes }: Wish): Promise<BenchRow[]> {
  const row = rowsOf('ssh')
  const part = startPart<NaiveQuestion, NaiveFigures>(new URL('./naive-process.ts', import.meta.url))
  try {
    const before = cpuSecondsOf(sshd.processes())
    const question = { accesses: accessesTo(sshd, nodes), script: forkingScript, lanes: naiveLanes, forMs: naiveForMs }
    const got = await part.ask(question)
    const targetS = cpuSecondsOf(sshd.processes()) - before
    const perThousand = (seconds: number) => (seconds * 1_000) / got.values
    const note = `ssh2, ${naiveLanes} at a time, one fork; ${got.values} values, ${got.failures} failed`
    return [
      row('a connection a sample: own', perThousand(got.cpuS), perThousandUnit, { note }),
      row('a connection a sample: target', perThousand(targetS), perThousandUnit),
      row('a connection a sample: collected', got.values / got.wallS, 'values/s'),
    ]
  } finally {
    await part.end()
  }
}
