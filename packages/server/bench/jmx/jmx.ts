import { parseArgs } from 'node:util'
import { benchJava } from '@tscaler/rehearsal/java-client.ts'
import { type Jvm, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { type Bench, type BenchRow, rowsOf } from '../bench.ts'
import { builtPart } from '../built.ts'
import { type Part, startPart } from '../part.ts'
import { cpuSecondsOf, memoryMbOf } from '../processes.ts'
import { compared, type Goals, type Round, type Side, sideOf } from './figures.ts'
import { gatewayClassPath, measureGateway } from './gateway.ts'
import type { ReadFigures, ReadQuestion } from './questions.ts'

/** Our JMX client beside Java's own, and beside Zabbix's Java gateway, against real JVMs, as fast as each can. */
export const jmxBench: Bench = {
  name: 'jmx',
  summary:
    "Reading real JVMs as fast as can be, beside Java's own client and Zabbix's Java gateway. --rounds 3 --seconds 4 --warm 6 --profile FILE --gateway CLASSPATH",
  async run(args) {
    const wish = readWish(args)
    const one = await withJvms(1, async (jvms) => {
      const singles = await measure(jvms, wish, single)
      const bulks = await measure(jvms, wish, bulk)
      return [...singles.rows, ...bulks.rows, ...(await besideGateway(jvms, wish, bulks.own))]
    })
    const ten = await withJvms(10, async (jvms) => {
      const singles = await measure(jvms, wish, tenSingle)
      const bulks = await measure(jvms, wish, tenBulk)
      return [...singles.rows, ...bulks.rows]
    })
    return [...one, ...ten]
  },
}

interface Phase {
  what: string
  reads: 'single' | 'bulk'
  connectionsEach: number
  /** Requests under way on each of our connections; more gain nothing. */
  depth: number
  /** Of ten counters, in each JVM. */
  mbeans: number
  goals: Goals
}

const mbeansMax = 100 // enough that no client can live on one request only

const single: Phase = {
  what: '1 connection, single reads',
  reads: 'single',
  connectionsEach: 1,
  depth: 64,
  mbeans: mbeansMax,
  goals: { cpuShareAtMost: 0.25, timesAtLeast: 2 },
}

const bulk: Phase = {
  what: '1 connection, bulk of 10',
  reads: 'bulk',
  connectionsEach: 1,
  depth: 16,
  mbeans: mbeansMax,
  goals: { cpuShareAtMost: 0.33, timesAtLeast: 2 },
}

const tenSingle: Phase = {
  what: '10 JVMs × 5 connections, single reads',
  reads: 'single',
  connectionsEach: 5,
  depth: 16,
  mbeans: mbeansMax / 10,
  goals: { cpuShareAtMost: 0.1, timesAtLeast: 4 },
}

const tenBulk: Phase = {
  what: '10 JVMs × 5 connections, bulk of 10',
  reads: 'bulk',
  connectionsEach: 5,
  depth: 4,
  mbeans: mbeansMax / 10,
  goals: {},
}

interface Wish {
  rounds: number
  forS: number
  warmUpS: number
  profile: string | null
  gateway: string | undefined
}

function readWish(args: string[]): Wish {
  const text = { type: 'string' } as const
  const options = { rounds: text, seconds: text, warm: text, profile: text, gateway: text }
  const { values } = parseArgs({ args, options })
  return {
    rounds: Number(values.rounds ?? 3),
    forS: Number(values.seconds ?? 4),
    // Java's compilers are busy for some 5 s; before that its figures are up to four times worse.
    warmUpS: Number(values.warm ?? 6),
    profile: values.profile ?? null,
    gateway: gatewayClassPath(values.gateway),
  }
}

async function withJvms<Result>(count: number, use: (jvms: Jvm[]) => Promise<Result>): Promise<Result> {
  const jvms: Jvm[] = []
  try {
    // All compilers: the rehearsal's JVMs have one only, so as to start fast.
    const options = { counterMBeans: mbeansMax, flags: ['-XX:TieredStopAtLevel=4'] }
    for (let started = 0; started < count; started += 1) jvms.push(await startJvm(options))
    return await use(jvms)
  } finally {
    await Promise.all(jvms.map((jvm) => jvm.stop()))
  }
}

/** A JVM's compilers need some 3 s of a core, and are let have them before anybody is measured. */
const jvmWarmUpMs = 3_000

/** Both clients in turn, so that both see the same machine and equally warm JVMs. */
async function measure(jvms: Jvm[], wish: Wish, phase: Phase): Promise<{ rows: BenchRow[]; own: Side }> {
  const { what, goals, ...reading } = phase
  const file = await builtPart(new URL('./read-process.ts', import.meta.url))
  const part = startPart<ReadQuestion, ReadFigures>(file)
  try {
    const addresses = jvms.map(({ host, port }) => ({ host, port }))
    await part.ask({ kind: 'begin', jvms: addresses, ...reading })
    await part.ask({ kind: 'measure', forMs: jvms.length * jvmWarmUpMs, profile: null })
    const [owns, javas]: [Round[], Round[]] = [[], []]
    for (let round = 0; round < wish.rounds; round += 1) {
      javas.push(await javaRound(jvms, wish, phase))
      owns.push(await ownRound(part, jvms, wish))
    }
    const own = sideOf(owns)
    const { rssMb, pssMb } = memoryMbOf(part.pid)
    const memory = rowsOf('jmx')(`${what}: memory`, pssMb, 'MB PSS', { note: `${rssMb.toFixed(0)} MB RSS` })
    return { rows: [...compared(what, { own, java: sideOf(javas), goals }), memory], own }
  } finally {
    await part.end()
  }
}

async function javaRound(jvms: Jvm[], { warmUpS, forS }: Wish, phase: Phase): Promise<Round> {
  const { reads, connectionsEach, mbeans } = phase
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

/** The gateway logs in anew for each request. */
async function besideGateway(jvms: Jvm[], { gateway, warmUpS, forS }: Wish, own: Side): Promise<BenchRow[]> {
  const row = rowsOf('jmx')
  const what = "Zabbix's Java gateway"
  if (gateway === undefined)
    return [row(what, 0, 'rounds', { note: 'not run for real: apt-get install -y zabbix-java-gateway' })]
  const got = await measureGateway(gateway, jvms, { warmUpS, forS })
  const note = `10 values a request; ${got.rssMb.toFixed(0)} MB RSS`
  return [
    row(`${what}: own`, got.ownCpu, 'CPU-s per 1,000 values', { note }),
    row(`${what}: collected`, got.valuesPerS, 'values/s'),
    row(`${what}: its CPU over ours, bulk of 10`, (got.ownCpu * 10) / own.ownCpu, 'times', { atLeast: 10 }),
  ]
}
