import { benchJava } from '@tscaler/rehearsal/java-client.ts'
import { type Jvm, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { TscalerError } from '../../src/model/problem.ts'
import { type Bench, type BenchRow, rowsOf } from '../bench.ts'
import { builtPart } from '../built.ts'
import { numberOf, readOptions } from '../options.ts'
import { type Part, startPart } from '../part.ts'
import { cpuSecondsOf, memoryMbOf } from '../processes.ts'
import { aboveFloor, compared, type Round, type Side, sideOf } from './figures.ts'
import { gatewayClassPath, measureGateway } from './gateway.ts'
import { type Phase, phases } from './phases.ts'
import type { ReadFigures, ReadQuestion } from './questions.ts'

/** Our JMX client beside Java's own, and beside Zabbix's Java gateway, against real JVMs, as fast as each can. */
export const jmxBench: Bench = {
  name: 'jmx',
  summary:
    "Reading real JVMs as fast as can be, beside Java's own client and Zabbix's Java gateway. --rounds 3 --seconds 4 --warm 6 --only single|bulk|ten-single|ten-bulk --profile FILE --gateway CLASSPATH",
  async run(args) {
    const wish = readWish(args)
    const rows: BenchRow[] = []
    for (const count of new Set(wish.phases.map(({ jvms }) => jvms))) {
      const own = wish.phases.filter(({ jvms }) => jvms === count)
      rows.push(...(await withJvms(count, (jvms) => measureAll(jvms, wish, own))))
    }
    return rows
  },
}

async function measureAll(jvms: Jvm[], wish: Wish, all: readonly Phase[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const phase of all) {
    const { rows: found, own } = await measure(jvms, wish, phase)
    rows.push(...found)
    if (phase.name === 'bulk') rows.push(...(await besideGateway(jvms, wish, own)))
  }
  return rows
}

interface Wish {
  phases: readonly Phase[]
  rounds: number
  forS: number
  warmUpS: number
  profile: string | null
  gateway: string | undefined
}

function readWish(args: string[]): Wish {
  const given = readOptions(args, ['rounds', 'seconds', 'warm', 'only', 'profile', 'gateway'])
  return {
    phases: phasesNamed(given.only),
    rounds: numberOf('rounds', given.rounds, 3),
    forS: numberOf('seconds', given.seconds, 4),
    // Java's compilers are busy for some 5 s; before that its figures are up to four times worse.
    warmUpS: numberOf('warm', given.warm, 6),
    profile: given.profile ?? null,
    gateway: gatewayClassPath(given.gateway),
  }
}

function phasesNamed(only: string | undefined): readonly Phase[] {
  const chosen = phases.filter(({ name }) => only === undefined || only === name)
  if (chosen.length > 0) return chosen
  const names = phases.map(({ name }) => name).join(', ')
  throw new TscalerError('wrong-usage', `--only: got ${JSON.stringify(only)}, expected one of ${names}.`)
}

async function withJvms<Result>(count: number, use: (jvms: Jvm[]) => Promise<Result>): Promise<Result> {
  const jvms: Jvm[] = []
  try {
    // All compilers: the rehearsal's JVMs have one only, so as to start fast.
    const options = {
      counterMBeans: Math.max(...phases.map(({ mbeans }) => mbeans)),
      flags: ['-XX:TieredStopAtLevel=4'],
    }
    for (let started = 0; started < count; started += 1) jvms.push(await startJvm(options))
    return await use(jvms)
  } finally {
    await Promise.all(jvms.map((jvm) => jvm.stop()))
  }
}

/** A JVM's compilers need some 3 s of a core, and are let have them before anybody is measured. */
const jvmWarmUpMs = 3_000

type ReadPart = Part<ReadQuestion, ReadFigures>

/** All clients in turn, so that all see the same machine and equally warm JVMs. */
async function measure(jvms: Jvm[], wish: Wish, phase: Phase): Promise<{ rows: BenchRow[]; own: Side }> {
  const { what, goals, reads } = phase
  const parts: ReadPart[] = []
  try {
    const own = await begun(new URL('./read-process.ts', import.meta.url), jvms, phase)
    parts.push(own)
    await own.ask({ kind: 'measure', forMs: jvms.length * jvmWarmUpMs, profile: null })
    // Bulk replies have no length that is known before: equal numbers are written once.
    const floor = reads === 'single' ? await begun(new URL('./floor-process.ts', import.meta.url), jvms, phase) : null
    if (floor) parts.push(floor)
    const rounds = { own: [] as Round[], java: [] as Round[], floor: [] as Round[] }
    for (let round = 0; round < wish.rounds; round += 1) {
      rounds.java.push(await javaRound(jvms, wish, phase))
      rounds.own.push(await partRound(own, jvms, wish, wish.profile))
      if (floor) rounds.floor.push(await partRound(floor, jvms, wish, null))
    }
    const side = sideOf(rounds.own)
    const { rssMb, pssMb } = memoryMbOf(own.pid)
    const memory = rowsOf('jmx')(`${what}: memory`, pssMb, 'MB PSS', { note: `${rssMb.toFixed(0)} MB RSS` })
    const rows = compared(what, { own: side, java: sideOf(rounds.java), goals })
    return { rows: [...rows, ...(floor ? aboveFloor(what, side, sideOf(rounds.floor)) : []), memory], own: side }
  } finally {
    await Promise.all(parts.map((part) => part.end()))
  }
}

/** A process with a client that is logged in. */
async function begun(file: URL, jvms: Jvm[], { reads, connectionsEach, depth, mbeans }: Phase): Promise<ReadPart> {
  // With Node's own settings, as Java's client has Java's own: this compares the packages, whoever uses them.
  const part = startPart<ReadQuestion, ReadFigures>(await builtPart(file), [])
  const addresses = jvms.map(({ host, port }) => ({ host, port }))
  try {
    await part.ask({ kind: 'begin', jvms: addresses, reads, connectionsEach, depth, mbeans })
    return part
  } catch (thrown) {
    await part.end()
    throw thrown
  }
}

async function javaRound(jvms: Jvm[], { warmUpS, forS }: Wish, phase: Phase): Promise<Round> {
  const { reads, connectionsEach, mbeans } = phase
  const target = targetOf(jvms)
  const got = await benchJava(jvms, { reads, connectionsEach, warmUpS, forS, mbeans })
  return { ...got, targetS: target(), targetValues: got.allValues }
}

async function partRound(part: ReadPart, jvms: Jvm[], wish: Wish, profile: string | null): Promise<Round> {
  await part.ask({ kind: 'measure', forMs: (wish.warmUpS * 1_000) / 2, profile: null })
  const target = targetOf(jvms)
  const got = await part.ask({ kind: 'measure', forMs: wish.forS * 1_000, profile })
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
