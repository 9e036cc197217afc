import { parseArgs } from 'node:util'
import { benchJava } from '@tscaler/rehearsal/java-client.ts'
import { type Jvm, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { type Bench, type BenchRow, rowsOf } from '../bench.ts'
import { builtPart } from '../built.ts'
import { type Part, startPart } from '../part.ts'
import { cpuSecondsOf, memoryMbOf } from '../processes.ts'
import { compared, type Goals, type Round, sideOf } from './figures.ts'
import type { ReadFigures, ReadQuestion } from './questions.ts'

/** Our JMX client beside Java's own, against real JVMs, as fast as either can. */
export const jmxBench: Bench = {
  name: 'jmx',
  summary:
    "Reading real JVMs as fast as can be, beside Java's own client built on the spot. --rounds 3 --seconds 4 --warm 6 --profile FILE",
  async run(args) {
    const wish = readWish(args)
    return [
      ...(await withJvms(1, async (jvms) => [
        ...(await measure(jvms, wish, {
          what: '1 connection, single reads',
          reads: 'single',
          connectionsEach: 1,
          depth: 64,
          goals: { cpuShareAtMost: 0.25, timesAtLeast: 2 },
        })),
        ...(await measure(jvms, wish, {
          what: '1 connection, bulk of 10',
          reads: 'bulk',
          connectionsEach: 1,
          depth: 16,
          goals: { cpuShareAtMost: 1 / 3, timesAtLeast: 2 },
        })),
      ])),
      ...(await withJvms(10, async (jvms) => [
        ...(await measure(jvms, wish, {
          what: '10 JVMs × 5 connections, single reads',
          reads: 'single',
          connectionsEach: 5,
          depth: 16,
          goals: { cpuShareAtMost: 0.1, timesAtLeast: 4 },
        })),
        ...(await measure(jvms, wish, {
          what: '10 JVMs × 5 connections, bulk of 10',
          reads: 'bulk',
          connectionsEach: 5,
          depth: 4,
          goals: {},
        })),
      ])),
      rowsOf('jmx')("Zabbix's Java gateway", 0, 'rounds', { note: 'not run for real' }),
    ]
  },
}

interface Wish {
  rounds: number
  forS: number
  warmUpS: number
  profile: string | null
}

function readWish(args: string[]): Wish {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { rounds: text, seconds: text, warm: text, profile: text } })
  return {
    rounds: Number(values.rounds ?? 3),
    forS: Number(values.seconds ?? 4),
    // Java's compilers are busy for some 5 s; before that its figures are up to four times worse.
    warmUpS: Number(values.warm ?? 6),
    profile: values.profile ?? null,
  }
}

const mbeans = 100 // enough that no side can live on one request only

async function withJvms(count: number, use: (jvms: Jvm[]) => Promise<BenchRow[]>): Promise<BenchRow[]> {
  const jvms: Jvm[] = []
  try {
    // All compilers: the rehearsal's JVMs have one only, so as to start fast.
    const options = { counterMBeans: mbeans, flags: ['-XX:TieredStopAtLevel=4'] }
    for (let started = 0; started < count; started += 1) jvms.push(await startJvm(options))
    return await use(jvms)
  } finally {
    await Promise.all(jvms.map((jvm) => jvm.stop()))
  }
}

interface Phase {
  what: string
  reads: 'single' | 'bulk'
  connectionsEach: number
  depth: number
  goals: Goals
}

/** Both clients in turn, so that both see the same machine and equally warm JVMs. */
async function measure(jvms: Jvm[], wish: Wish, { what, goals, ...phase }: Phase): Promise<BenchRow[]> {
  const file = await builtPart(new URL('./read-process.ts', import.meta.url))
  const part = startPart<ReadQuestion, ReadFigures>(file)
  try {
    const addresses = jvms.map(({ host, port }) => ({ host, port }))
    await part.ask({ kind: 'begin', jvms: addresses, mbeans, ...phase })
    const [own, java]: [Round[], Round[]] = [[], []]
    for (let round = 0; round < wish.rounds; round += 1) {
      java.push(await javaRound(jvms, wish, phase))
      own.push(await ownRound(part, jvms, wish))
    }
    const rows = compared(what, { own: sideOf(own), java: sideOf(java), goals })
    const { rssMb, pssMb } = memoryMbOf(part.pid)
    return [...rows, rowsOf('jmx')(`${what}: memory`, pssMb, 'MB PSS', { note: `${rssMb.toFixed(0)} MB RSS` })]
  } finally {
    await part.end()
  }
}

async function javaRound(jvms: Jvm[], { warmUpS, forS }: Wish, phase: Omit<Phase, 'what' | 'goals'>): Promise<Round> {
  const { reads, connectionsEach } = phase
  const target = targetOf(jvms)
  const got = await benchJava(jvms, { reads, connectionsEach, warmUpS, forS, mbeans })
  return { ...got, targetS: target(), targetValues: got.allValues }
}

async function ownRound(part: Part<ReadQuestion, ReadFigures>, jvms: Jvm[], wish: Wish): Promise<Round> {
  await part.ask({ kind: 'measure', forMs: (wish.warmUpS * 1_000) / 2, profile: null })
  const target = targetOf(jvms)
  const got = await part.ask({ kind: 'measure', forMs: wish.forS * 1_000, profile: wish.profile })
  return { ...got, targetS: target(), targetValues: got.values }
}

/** Gives the processor time of the JVMs since the call, in seconds. */
function targetOf(jvms: Jvm[]): () => number {
  const pids = jvms.map(({ pid }) => pid)
  const before = cpuSecondsOf(pids)
  return () => cpuSecondsOf(pids) - before
}
