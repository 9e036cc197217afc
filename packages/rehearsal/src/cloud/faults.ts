import type { Fate } from './ec2/instance.ts'
import { drawn } from './random.ts'

/**
 * What goes wrong with one call. `before` and `after` are before and after the cloud has acted.
 * `throttle`: RequestLimitExceeded, or Throttling of the load balancers. `error`: any code of the real services, such as
 * InstanceLimitExceeded, LoadBalancerNotFound or TargetGroupNotFound. `no-capacity`: InsufficientInstanceCapacity, but not for a client token that has launched already.
 * `cut`: the connection is reset; `short-body`: it is after half of the answer. `empty`: 200 without a body;
 * `garbage`: 200 with a body that is no XML. `slow`: acts at once and answers late.
 */
export type CallFault =
  | { kind: 'throttle' }
  | { kind: 'error'; code: string; message?: string; status?: number }
  | { kind: 'no-capacity' }
  | { kind: 'internal-error'; when: 'before' | 'after' }
  | { kind: 'cut'; when: 'before' | 'after' }
  | { kind: 'short-body' }
  | { kind: 'empty' }
  | { kind: 'garbage' }
  | { kind: 'slow'; delayMs: number }

/** What goes wrong with one instance, decided at its launch. */
export type LaunchFault = { kind: 'launch' } & Fate

/** To which calls a fault comes, and how often. */
export interface FaultAim {
  /** Names of actions; default all, and RunInstances for `no-capacity` and `launch`. */
  actions?: readonly string[]
  /** Only calls with these parameters: `{ InstanceType: 't3.micro' }`. */
  parameters?: Readonly<Record<string, string>>
  /** How many calls (or instances) it comes to; default 1. */
  times?: number
  /** How many matching calls are let through first; default 0. */
  skip?: number
}

/** A fault with its aim. */
export type Fault = (CallFault | LaunchFault) & FaultAim

/** Faults by chance: each call (each instance for `launch`) gets one of `faults` with the probability `rateShare`. */
export interface RandomFaults {
  seed: number | string
  /** 0 to 1. */
  rateShare: number
  /** `times` and `skip` don't count here. */
  faults: readonly Fault[]
}

/** What a fault is matched against. */
export interface FaultTarget {
  action: string
  parameter: (name: string) => string | undefined
}

/** The faults in store for a cloud. Those added come before those by chance, oldest first. */
export class Faults {
  #queue: { fault: Fault; skip: number; left: number }[] = []
  #random: RandomFaults | undefined
  readonly #counts = new Map<string, number>()

  add(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#queue.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 })
  }

  /** From now on, counting calls from 0 again; undefined ends it. The same seed and calls have the same faults. */
  atRandom(random: RandomFaults | undefined): void {
    this.#random = random
    this.#counts.clear()
  }

  /** Ends all, also those by chance. */
  clear(): void {
    this.#queue = []
    this.atRandom(undefined)
  }

  /** Those added that have not come `times` times yet. */
  pending(): Fault[] {
    return this.#queue.map(({ fault, left }) => ({ ...fault, times: left }))
  }

  /** What is to go wrong with this call. */
  takeCall(target: FaultTarget): CallFault | undefined {
    const fault = this.#take(target, false)
    return fault?.kind === 'launch' ? undefined : fault
  }

  /** What is to become of one instance that this call launches. */
  takeFate(target: FaultTarget): Fate {
    const fault = this.#take(target, true)
    if (fault?.kind !== 'launch') return {}
    const { hiddenMs, stuckPending, diesAfterMs, noSsh } = fault
    return {
      ...(hiddenMs === undefined ? {} : { hiddenMs }),
      ...(stuckPending === undefined ? {} : { stuckPending }),
      ...(diesAfterMs === undefined ? {} : { diesAfterMs }),
      ...(noSsh === undefined ? {} : { noSsh }),
    }
  }

  #take(target: FaultTarget, launch: boolean): Fault | undefined {
    const fits = (fault: Fault) => (fault.kind === 'launch') === launch && hits(fault, target)
    const matching = this.#queue.filter(({ fault }) => fits(fault))
    const due = matching.find(({ skip }) => skip === 0)
    for (const one of matching) if (one.skip > 0) one.skip -= 1
    if (due === undefined) return this.#draw(target, launch, fits)
    due.left -= 1
    this.#queue = this.#queue.filter(({ left }) => left > 0)
    return due.fault
  }

  /** Counted per action, so that calls of other actions in between change nothing. */
  #draw(target: FaultTarget, launch: boolean, fits: (fault: Fault) => boolean): Fault | undefined {
    if (this.#random === undefined) return undefined
    const { seed, rateShare, faults } = this.#random
    const name = launch ? 'launch' : target.action
    const count = this.#counts.get(name) ?? 0
    this.#counts.set(name, count + 1)
    const choices = faults.filter(fits)
    if (drawn(seed, name, count, 'whether') >= rateShare) return undefined
    return choices[Math.floor(drawn(seed, name, count, 'which') * choices.length)]
  }
}

function hits(fault: Fault, { action, parameter }: FaultTarget): boolean {
  const onlyLaunches = fault.kind === 'no-capacity' || fault.kind === 'launch'
  const actions = fault.actions ?? (onlyLaunches ? ['RunInstances'] : undefined)
  if (actions !== undefined && !actions.includes(action)) return false
  return Object.entries(fault.parameters ?? {}).every(([name, value]) => parameter(name) === value)
}
