import type { CloudClock } from '../clock.ts'
import type { Instance } from '../ec2/instance.ts'
import { type Inventory, targetGroupArn } from '../inventory.ts'

/** One instance in a classic load balancer or target group. */
export interface Member {
  readonly id: string
  /** 0 in a classic load balancer. */
  readonly port: number
  registeredAt: number
  /** Deregistered: it drains until then, and is gone from then on. */
  drainsUntil: number | undefined
}

/** A classic load balancer or a target group. */
export interface Balancer {
  readonly kind: 'classic' | 'group'
  readonly name: string
  /** Of a target group; of a classic one its name. */
  readonly arn: string
  readonly drainMs: number
  readonly healthyAfterMs: number
  /** Where targets listen, unless they say otherwise; 0 for a classic one. */
  readonly port: number
  readonly inUse: boolean
}

/** Where a member is on its way in or out. */
export type MemberPhase = 'not-running' | 'starting' | 'healthy' | 'unhealthy' | 'draining'

/** Whether the load balancer's own check finds the instance good; asked once `healthyAfterMs` is over. */
export type HealthCheck = (instance: Instance, balancer: string) => boolean | Promise<boolean>

/** What the load balancers of a region need. */
export interface BalancerParts {
  region: string
  accountId: string
  clock: CloudClock
  inventory: Inventory
  health: HealthCheck
  find: (id: string) => Instance | undefined
}

/** The load balancers of one region and who is in them. */
export class Balancers {
  readonly all: readonly Balancer[]
  readonly #parts: BalancerParts
  readonly #members = new Map<string, Member[]>()
  readonly #verdicts = new Map<string, boolean>()

  constructor(parts: BalancerParts) {
    this.#parts = parts
    this.all = [...classicOf(parts.inventory), ...groupsOf(parts)]
  }

  find(kind: Balancer['kind'], nameOrArn: string): Balancer | undefined {
    return this.all.find((one) => one.kind === kind && (one.arn === nameOrArn || one.name === nameOrArn))
  }

  /** Registered or draining, in the order of registration. Those whose draining or instance is over are gone. */
  members({ arn }: Balancer): Member[] {
    const now = this.#parts.clock.now()
    const kept = (this.#members.get(arn) ?? []).filter(
      ({ id, drainsUntil }) => (drainsUntil === undefined || now < drainsUntil) && this.#parts.find(id) !== undefined,
    )
    this.#members.set(arn, kept)
    return kept
  }

  /** Registering again changes nothing, but brings a draining member back. */
  register(balancer: Balancer, id: string, port: number): void {
    const members = this.members(balancer)
    const old = members.find((member) => member.id === id && member.port === port)
    if (old !== undefined && old.drainsUntil === undefined) return
    const fresh: Member = { id, port, registeredAt: this.#parts.clock.now(), drainsUntil: undefined }
    this.#members.set(balancer.arn, [...members.filter((member) => member !== old), fresh])
  }

  /** Begins to drain. A member that drains already goes on as it does; one that is not there is no error. */
  deregister(balancer: Balancer, id: string, port: number | undefined): void {
    const drainsUntil = this.#parts.clock.now() + balancer.drainMs
    for (const member of this.members(balancer)) {
      if (member.id === id && (port === undefined || member.port === port)) member.drainsUntil ??= drainsUntil
    }
  }

  /** Asks the health check where the answer depends on it. */
  async phase(balancer: Balancer, member: Member): Promise<MemberPhase> {
    if (member.drainsUntil !== undefined) return 'draining'
    const instance = this.#parts.find(member.id)
    if (instance?.state !== 'running') return 'not-running'
    if (!this.#isDue(balancer, member, instance)) return 'starting'
    const forced = this.#verdicts.get(member.id)
    return (forced ?? (await this.#parts.health(instance, balancer.name))) ? 'healthy' : 'unhealthy'
  }

  /** From now on every check of the instance has this result; undefined asks the health check again. */
  setHealthy(id: string, healthy: boolean | undefined): void {
    if (healthy === undefined) this.#verdicts.delete(id)
    else this.#verdicts.set(id, healthy)
  }

  /** Ids that get traffic by the rules of time alone, without asking the health check; at one of them or at all. */
  carrying(name?: string): Set<string> {
    const carriers = new Set<string>()
    for (const balancer of this.all.filter((one) => name === undefined || one.name === name)) {
      for (const member of this.members(balancer)) {
        const instance = this.#parts.find(member.id)
        const serves = instance?.state === 'running' && instance.bootedAt !== undefined
        const isIn = member.drainsUntil === undefined && this.#verdicts.get(member.id) !== false
        if (serves && isIn && this.#isDue(balancer, member, instance)) carriers.add(member.id)
      }
    }
    return carriers
  }

  #isDue(balancer: Balancer, member: Member, { runningAt = 0 }: Instance): boolean {
    return this.#parts.clock.now() >= Math.max(member.registeredAt, runningAt) + balancer.healthyAfterMs
  }
}

function classicOf({ classicBalancers }: Inventory): Balancer[] {
  return classicBalancers.map(({ name, drainingMs = 0, healthyAfterMs = 0 }) => ({
    kind: 'classic' as const,
    name,
    arn: name,
    drainMs: drainingMs,
    healthyAfterMs,
    port: 0,
    inUse: true,
  }))
}

function groupsOf({ region, accountId, inventory }: BalancerParts): Balancer[] {
  return inventory.targetGroups.map((wish) => ({
    kind: 'group' as const,
    name: wish.name,
    arn: targetGroupArn(region, accountId, wish.name),
    drainMs: wish.deregistrationDelayMs ?? 300_000, // AWS's default
    healthyAfterMs: wish.healthyAfterMs ?? 0,
    port: wish.port ?? 8080,
    inUse: wish.inUse ?? true,
  }))
}
