import type { CloudClock } from '../clock.ts'
import { type Counters, countersAt, type Demand, demandAt, partOf } from './load.ts'

/** How a cloud's nodes are loaded to begin with. */
export interface LoadOptions {
  demand?: Demand
  /** Default 0.05. */
  idle?: number
  /** Default 0: numbers that a test can foretell. */
  noiseShare?: number
  seed?: number | string
}

/** The dial of the demand on a cloud. */
export interface LoadDial {
  /**
   * From now on; a curve begins now. With `balancer`, the name of a load balancer or target group, the work that comes
   * in there; else work that all instances in service share.
   */
  setDemand(demand: Demand, balancer?: string): void
  /** The whole demand at this moment, or that of one load balancer. */
  demand(balancer?: string): number
  /** What the instance's counters show at this moment. */
  counters(instanceId: string): Counters
}

/** `carriers` says who carries the demand: the instances in service at that load balancer, or at any. */
export function makeLoadDial(
  options: LoadOptions,
  clock: CloudClock,
  carriers: (balancer: string | undefined) => ReadonlySet<string>,
): LoadDial {
  const { idle = 0.05, noiseShare = 0, seed = 0 } = options
  const beganAt = clock.now()
  const streams = new Map<string | undefined, { demand: Demand; setAt: number }>([
    [undefined, { demand: options.demand ?? 0, setAt: beganAt }],
  ])
  const totalOf = (balancer: string | undefined) => {
    const stream = streams.get(balancer)
    return stream === undefined ? 0 : demandAt(stream.demand, clock.now() - stream.setAt)
  }
  return {
    setDemand(demand, balancer) {
      streams.set(balancer, { demand, setAt: clock.now() })
    },
    demand: (balancer) =>
      balancer === undefined ? [...streams.keys()].reduce((sum, one) => sum + totalOf(one), 0) : totalOf(balancer),
    counters(node) {
      const parts = [...streams.keys()].map((balancer) => partOf(totalOf(balancer), carriers(balancer), node))
      const work = parts.reduce((sum, part) => sum + part, 0)
      return countersAt({ work, elapsedMs: clock.now() - beganAt, idle, noiseShare, seed, node })
    },
  }
}
