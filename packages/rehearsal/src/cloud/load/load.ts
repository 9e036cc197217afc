import { drawn } from '../random.ts'

/** The work that comes in, in units of one node's load average: 6 on 3 nodes is a load of 2 on each. */
export type Demand =
  | number
  /** Straight lines between the points, flat before and after; with `repeatMs` from the beginning again. */
  | { points: readonly { atMs: number; total: number }[]; repeatMs?: number }

/** How one moment of a node is. */
export interface LoadMoment {
  /** The node's part of the demand. */
  work: number
  /** Ms since the cloud began; noise depends on its seconds. */
  elapsedMs: number
  /** Load of a node without work. */
  idle: number
  /** 0.1: up to a tenth more or less, a new draw each second. */
  noiseShare: number
  seed: number | string
  node: string
}

/** What a node's counters show. */
export interface Counters {
  /** Load average of one minute. */
  load: number
  heapUsedBytes: number
  heapMaxBytes: number
  requestsPerSecond: number
  sessions: number
}

/** Demand after `elapsedMs`. Never negative. */
export function demandAt(demand: Demand, elapsedMs: number): number {
  if (typeof demand === 'number') return Math.max(0, demand)
  const at = demand.repeatMs ? elapsedMs % demand.repeatMs : elapsedMs
  const points = demand.points
  const next = points.findIndex((point) => point.atMs > at)
  const after = points[next] ?? points.at(-1)
  const before = next === -1 ? after : (points[next - 1] ?? after)
  if (before === undefined || after === undefined) return 0
  const share = after === before ? 0 : (at - before.atMs) / (after.atMs - before.atMs)
  return Math.max(0, before.total + (after.total - before.total) * share)
}

/** The node's part of a demand: one more carrier lowers everybody's. */
export function partOf(total: number, carriers: ReadonlySet<string>, node: string): number {
  return carriers.has(node) ? total / carriers.size : 0
}

/** The node's counters at that moment. Pure. */
export function countersAt(moment: LoadMoment): Counters {
  const second = Math.floor(moment.elapsedMs / 1_000)
  const noise = 1 + moment.noiseShare * (2 * drawn(moment.seed, moment.node, second) - 1)
  const load = (moment.idle + moment.work) * noise
  const garbage = drawn(moment.seed, moment.node, 'heap', second) * 0.05 // between two collections
  return {
    load: Math.round(load * 100) / 100, // as the kernel prints it
    heapUsedBytes: Math.round(HEAP_MAX_BYTES * Math.min(0.98, 0.2 + 0.15 * load + garbage)),
    heapMaxBytes: HEAP_MAX_BYTES,
    requestsPerSecond: Math.round(load * 50), // a node of two cores that serves 100 requests a second is busy
    sessions: Math.round(load * 200),
  }
}

const HEAP_MAX_BYTES = 1 << 30 // a small Tomcat's -Xmx1g
