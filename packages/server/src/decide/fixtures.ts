import type { Cluster } from '../model/cluster.ts'
import type { Counter } from '../model/counter.ts'
import type { Node } from '../model/node.ts'
import type { Sample } from '../model/sample.ts'
import { failureKinds } from '../model/sample.ts'
import type { Trigger } from '../model/trigger.ts'
import type { Column } from './breach.ts'
import type { Candidate } from './candidate.ts'
import { Judge } from './judge.ts'
import type { Situation } from './situation.ts'
import type { Configuration } from './watch-list.ts'

// Nouns and situations for this room's tests and its bench: whole and quiet, until a test says otherwise.

/** 2027-01-15 12:00:00 UTC, a whole multiple of every period. */
export const noon = Date.UTC(2027, 0, 15, 12)

const stored = { version: 1, createdAt: 0, updatedAt: 0 }

/** Effects by action id: 1 grows, 2 removes, 3 neither. */
export const effects = new Map([
  [1, 'grow'],
  [2, 'remove'],
  [3, 'none'],
] as const)

/** `load1 > 4` every 10 s over SSH. */
export function aCounter(some: Partial<Counter> = {}): Counter {
  const threshold = { comparison: '>', limit: 4 } as const
  return {
    ...stored,
    id: 1,
    name: 'load1',
    source: 'ssh',
    fields: { script: 'load' },
    threshold,
    periodMs: 10_000,
    unit: '',
    shared: false,
    ...some,
  }
}

/** A cluster of 1 to 8 nodes with the default cooldown and no warm-up. */
export function aCluster(some: Partial<Cluster> = {}): Cluster {
  return {
    ...stored,
    id: 1,
    name: 'shop',
    min: 1,
    max: 8,
    cooldownMs: 300_000,
    warmUpMs: 0,
    counterIds: [1],
    pausedUntil: null,
    ...some,
  }
}

/** A node of the cluster, in service since ever. */
export function aNode(some: Partial<Node> = {}): Node {
  return {
    ...stored,
    id: 1,
    name: 'shop01',
    clusterId: 1,
    local: false,
    hostname: '10.0.0.1',
    port: 22,
    hostKey: null,
    offeredHostKey: null,
    sshProfileId: 1,
    jvmProfileIds: [],
    ec2ProfileId: null,
    instanceId: null,
    protected: false,
    site: null,
    labels: {},
    state: 'in-service',
    inServiceAt: 0,
    pausedUntil: null,
    ...some,
  }
}

/** By default: on, `load1` in breach for 30 s (three hits), and an action without effect. */
export function aTrigger(some: Partial<Trigger> = {}): Trigger {
  return {
    ...stored,
    id: 1,
    name: 'grow',
    clusterId: 1,
    state: 'on',
    counters: [{ counterId: 1, threshold: null }],
    aggregate: null,
    timingMs: 30_000,
    missing: 'hold',
    actions: [{ actionId: 3, target: 'none', onFailure: 'stop' }],
    pausedUntil: null,
    ...some,
  }
}

/** The trigger's actions with this effect. */
export function acting(effect: 'grow' | 'remove' | 'none'): Trigger['actions'] {
  return [{ actionId: { grow: 1, remove: 2, none: 3 }[effect], target: 'none', onFailure: 'stop' }]
}

/** One cluster, one counter, one node, one trigger; every node has every counter where no series are named. */
export function aConfiguration(some: Partial<Configuration> = {}): Configuration {
  const { nodes = [aNode()], counters = [aCounter()] } = some
  const series = nodes.flatMap((node) => counters.map((counter) => ({ counter: counter.id, node: node.id })))
  return { triggers: [aTrigger()], clusters: [aCluster()], counters, nodes, effects, series, ...some }
}

/** What a test writes for a sample: a number, or the failure's name. */
export type Said = number | (typeof failureKinds)[number]

/** The sample of what was said. */
export function sampleOf(said: Said, at: number): Sample {
  if (typeof said === 'number') return { kind: 'value', at, value: said }
  return { kind: 'failure', at, failure: said, text: said }
}

/** A column of what was said, every 10 s from noon, or at the instants given. */
export function columnOf(said: readonly Said[], times?: readonly number[]): Column {
  return {
    times: Float64Array.from(said, (_, index) => times?.[index] ?? noon + index * 10_000),
    values: Float64Array.from(said, (one) => (typeof one === 'number' ? one : Number.NaN)),
    failures: Uint8Array.from(said, (one) => (typeof one === 'number' ? 0 : failureKinds.indexOf(one) + 1)),
    from: 0,
    to: said.length,
  }
}

/** A trigger's fire that would add one node to a calm cluster of 3 in a fleet of 30: no guard holds it. */
export function aSituation(some: Partial<Situation> = {}): Situation {
  return {
    now: noon,
    asker: 'fire',
    trigger: { id: 1, name: 'grow', state: 'on', timingMs: 300_000, missing: 'hold', pausedUntil: null },
    cluster: { id: 1, name: 'shop', min: 1, max: 8, cooldownMs: 300_000, pausedUntil: null },
    periodMs: 10_000,
    plannedNodesChange: { added: 1, removed: 0 },
    clusterNodes: 3,
    inServiceNodes: 3,
    fleetNodes: 30,
    warmingUp: [],
    redStop: null,
    pausedUntil: null,
    runUnderWay: null,
    lastGrowth: null,
    lastRemoval: null,
    failedLaunches: null,
    nodesChanged: [],
    blastNodesMax: null,
    missing: [],
    health: [],
    growing: [],
    clockStep: null,
    ...some,
  }
}

/** A judge of `aConfiguration(some)`. */
export function judgeOf(some: Partial<Configuration> = {}): Judge {
  const judge = new Judge()
  judge.configure(aConfiguration(some))
  return judge
}

/** Gives a series what was said, every 10 s from `from`; the candidates of all of it. */
export function feed(judge: Judge, series: string, said: readonly Said[], from = noon): Candidate[] {
  return said.flatMap((one, index) => give(judge, series, sampleOf(one, from + index * 10_000)))
}

/** Gives a series one sample. */
export function give(judge: Judge, series: string, sample: Sample): readonly Candidate[] {
  const handle = judge.handleOf(series)
  return handle === undefined ? [] : judge.judge(handle, sample)
}

/** When the candidates came, in seconds after noon. */
export const secondsOf = (candidates: readonly Candidate[]) => candidates.map(({ at }) => (at - noon) / 1_000)
