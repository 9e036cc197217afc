import { EC2Client, type RunInstancesCommandInput } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { makeEd25519 } from '../keys.ts'
import type { CloudClock } from './clock.ts'
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts'
import { hostKeyOf, withoutComment } from './machines/host-key.ts'
import type { Machines, MachineWish } from './machines/machines.ts'
import type { CloudCredentials } from './wire/signature.ts'

/** Machines that only remember what was done to them. */
export interface PaperMachines extends Machines {
  /** `boot i-…`, `halt i-…`, `release i-…`, in order. */
  readonly deeds: string[]
  readonly wishes: MachineWish[]
}

/** `room`: how many addresses there are. */
export function paperMachines(room = 250): PaperMachines {
  const [deeds, wishes]: [string[], MachineWish[]] = [[], []]
  const hosts = new Map<string, string>()
  return {
    deeds,
    wishes,
    sshPort: 22,
    user: 'rehearsal',
    async reserve(id) {
      if (hosts.size >= room) return undefined
      const host = `127.9.9.${hosts.size + 1}`
      hosts.set(id, host)
      return host
    },
    async boot(wish) {
      deeds.push(`boot ${wish.id}`)
      wishes.push(wish)
      return { hostKey: withoutComment(hostKeyOf(wish.hostKey).publicKey) }
    },
    async halt(id) {
      deeds.push(`halt ${id}`)
    },
    async release(id) {
      deeds.push(`release ${id}`)
      hosts.delete(id)
    },
    close: async () => {},
  }
}

/** A clock that stands still until it is moved; what falls due is called in the order of its instants. */
export class StillClock implements CloudClock {
  #now = 1_700_000_000_000
  #timers: { at: number; wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(delayMs: number, wake: () => void): () => void {
    const timer = { at: this.#now + delayMs, wake }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Lets promises that a timer has begun come to their end before the next one is called. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter((other) => other !== due)
      this.#now = Math.max(this.#now, due.at)
      due.wake()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#now = end
  }
}

/** A cloud on paper with the three clients. Retries are off: each fault shows as it comes. */
export interface TestCloud {
  cloud: Cloud
  clock: StillClock
  machines: PaperMachines
  /** For further clients. */
  config: { endpoint: string; region: string; credentials: CloudCredentials; maxAttempts: number }
  ec2: EC2Client
  elb: ElasticLoadBalancingClient
  elbv2: ElasticLoadBalancingV2Client
}

export const shopKey = makeEd25519('shop')

/** What all tests may name. */
export const testInventory: CloudOptions['inventory'] = {
  keyPairs: [{ name: 'shop', publicKey: shopKey.publicKey }],
  instanceProfiles: ['shop-node'],
  classicBalancers: [{ name: 'shop-lb', drainingMs: 30_000, healthyAfterMs: 5_000 }],
  targetGroups: [
    { name: 'shop-tg', deregistrationDelayMs: 20_000, healthyAfterMs: 5_000 },
    { name: 'idle-tg', inUse: false },
  ],
}

/** Starts it; `endTestClouds` ends all. */
export async function startTestCloud(options: Partial<CloudOptions> = {}, maxAttempts = 1): Promise<TestCloud> {
  const clock = new StillClock()
  const machines = paperMachines()
  const cloud = await startCloud({ machines, clock, inventory: testInventory ?? {}, ...options })
  const config = { endpoint: cloud.url, region: cloud.region, credentials: cloud.credentials, maxAttempts }
  const clients = {
    ec2: new EC2Client(config),
    elb: new ElasticLoadBalancingClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
  }
  started.push(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await cloud.close()
  })
  return { cloud, clock, machines, config, ...clients }
}

/** For `afterEach`. */
export async function endTestClouds(): Promise<void> {
  await Promise.all(started.splice(0).map((end) => end()))
}

const started: (() => Promise<void>)[] = []

/** A RunInstances that the test inventory lets through. */
export function shopNode(change: Partial<RunInstancesCommandInput> = {}): RunInstancesCommandInput {
  return {
    ImageId: 'ami-0123456789abcdef0',
    InstanceType: 't3.micro',
    KeyName: 'shop',
    MinCount: 1,
    MaxCount: 1,
    ...change,
  }
}
