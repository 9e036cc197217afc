import { type AnswerParts, answerCall, type SeenCall } from './answer.ts'
import { bindInside } from './bind-inside.ts'
import { type CloudClock, machineClock } from './clock.ts'
import { answerControl } from './control/control.ts'
import type { BalancerState, CloudControls } from './control/controls.ts'
import type { Instance } from './ec2/instance.ts'
import type { HealthCheck } from './elb/balancers.ts'
import { Faults } from './faults.ts'
import { defaultInventory, type Inventory } from './inventory.ts'
import { type LoadDial, type LoadOptions, makeLoadDial } from './load/demand.ts'
import type { Machines } from './machines/machines.ts'
import { makeRegion, type Region } from './region.ts'
import { type Answer, type Listening, listen } from './server.ts'
import { type CloudTimes, defaultTimes } from './times.ts'
import type { CloudCredentials } from './wire/signature.ts'

/** How a pretend cloud is to be. Only the machines have to be said. */
export interface CloudOptions {
  machines: Machines
  /** Default one pair, `rehearsal` and `rehearsal-secret`. */
  credentials?: readonly CloudCredentials[]
  /** Default us-east-1 alone. */
  regions?: readonly string[]
  inventory?: Partial<Inventory>
  times?: Partial<CloudTimes>
  /** Actions that are refused as not authorized. */
  denied?: readonly string[]
  /** Default: running and its machine answers. */
  health?: HealthCheck
  load?: LoadOptions
  /** Alive instances of one region; default 200. */
  instancesMax?: number
  /** Default 0: any free one. */
  port?: number
  clock?: CloudClock
}

/** A cloud that speaks EC2, classic ELB and ELBv2 at one address, until it is closed. */
export interface Cloud extends CloudControls {
  /** `http://127.0.0.1:PORT`, the `endpoint` of all three SDK clients. `/rehearsal/…` below it is the control. */
  readonly url: string
  readonly credentials: CloudCredentials
  readonly accountId: string
  /** Resolves once `test` is true of the instance. */
  until(id: string, test: (instance: Instance) => boolean): Promise<Instance>
  /**
   * Listens in another network, too; `enter` are the words that run a command there, as a hub has them. Gives the
   * endpoint's URL in that network.
   */
  listenInside(enter: readonly string[]): Promise<string>
  /** Ends the server and all machines. */
  close(): Promise<void>
}

/** Starts a cloud on 127.0.0.1. It closes `options.machines` with itself. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const cloud = new PretendCloud(options)
  await cloud.start(options.port ?? 0)
  return cloud
}

const CALLS_MAX = 10_000 // about 5 MB; a torture test of an hour stays below it

class PretendCloud implements Cloud {
  url = ''
  readonly credentials: CloudCredentials
  readonly region: string
  readonly accountId = '123456789012'
  readonly sshPort: number
  readonly user: string
  readonly faults = new Faults()
  readonly denied: Set<string>
  readonly load: LoadDial
  readonly calls: SeenCall[] = []
  readonly #machines: Machines
  readonly #clock: CloudClock
  readonly #regions: ReadonlyMap<string, Region>
  readonly #parts: AnswerParts
  readonly #servers: Listening[] = []
  readonly #answer: Answer = async (request, body, response) => {
    if (request.url?.startsWith('/rehearsal/')) answerControl(this, request, body, response)
    else await answerCall(this.#parts, request, body, response)
  }

  constructor(options: CloudOptions) {
    const { machines, clock = machineClock, regions = ['us-east-1'], denied = [], load = {} } = options
    const { credentials = [{ accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal-secret' }] } = options
    const [first] = credentials
    if (first === undefined || regions[0] === undefined) throw new Error('A cloud needs credentials and a region.')
    this.credentials = first
    this.region = regions[0]
    this.sshPort = machines.sshPort
    this.user = machines.user
    this.denied = new Set(denied)
    this.#machines = machines
    this.#clock = clock
    this.load = makeLoadDial(load, clock, (balancer) => this.#carriers(balancer))
    this.#regions = new Map(regions.map((name) => [name, this.#makeRegion(name, options)]))
    const { faults, denied: refused } = this
    const region = (name: string) => this.#regions.get(name)
    this.#parts = { clock, credentials, denied: refused, faults, region, see: (call) => this.#see(call) }
  }

  async start(port: number): Promise<void> {
    const server = await listen(port, this.#answer)
    this.url = `http://127.0.0.1:${server.port}`
    this.#servers.push(server)
  }

  async listenInside(enter: readonly string[]): Promise<string> {
    const server = await listen(await bindInside(enter), this.#answer)
    this.#servers.push(server)
    return `http://127.0.0.1:${server.port}`
  }

  instances(): Instance[] {
    return [...this.#regions.values()].flatMap(({ fleet }) => fleet.all())
  }

  until(id: string, test: (instance: Instance) => boolean): Promise<Instance> {
    return this.#regionOf(id).fleet.until(id, test)
  }

  interruptSpot(id: string, noticeMs = 0): void {
    const { fleet } = this.#regionOf(id)
    const instance = this.#get(id)
    if (!instance.wish.spot) throw new Error(`${id} is no spot instance.`)
    const message = 'Instance terminated due to a spot interruption'
    this.#clock.after(noticeMs, () => fleet.terminate(instance, 'Server.SpotInstanceTermination', message))
  }

  die(id: string): void {
    this.#regionOf(id).fleet.terminate(this.#get(id), 'Server.InternalError', 'Internal error')
  }

  balancers(): BalancerState[] {
    return [...this.#regions.values()].flatMap(({ balancers }) =>
      balancers.all.map((balancer) => ({
        name: balancer.name,
        arn: balancer.arn,
        members: balancers
          .members(balancer)
          .map(({ id, port, drainsUntil }) => ({ id, port, drains: drainsUntil !== undefined })),
      })),
    )
  }

  setHealthy(id: string, healthy: boolean | undefined): void {
    this.#regionOf(id).balancers.setHealthy(id, healthy)
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()))
    await Promise.all([...this.#regions.values()].map(({ fleet }) => fleet.close()))
    await this.#machines.close()
  }

  #makeRegion(name: string, options: CloudOptions): Region {
    return makeRegion(name, {
      accountId: this.accountId,
      clock: this.#clock,
      machines: this.#machines,
      times: { ...defaultTimes, ...options.times },
      inventory: { ...defaultInventory, ...options.inventory },
      health: options.health ?? (({ bootedAt }) => bootedAt !== undefined),
      instancesMax: options.instancesMax ?? 200,
      counters: (id) => this.load.counters(id),
    })
  }

  /** Those in service at a load balancer; in a cloud in which nothing is registered anywhere, all that answer. */
  #carriers(balancer: string | undefined): ReadonlySet<string> {
    const regions = [...this.#regions.values()]
    const isUsed = regions.some(({ balancers }) => balancers.all.some((one) => balancers.members(one).length > 0))
    if (isUsed || balancer !== undefined) {
      return new Set(regions.flatMap(({ balancers }) => [...balancers.carrying(balancer)]))
    }
    return new Set(this.instances().flatMap(({ id, bootedAt }) => (bootedAt === undefined ? [] : id)))
  }

  #see(call: SeenCall): void {
    this.calls.push(call)
    if (this.calls.length > CALLS_MAX) this.calls.shift()
  }

  #get(id: string): Instance {
    const found = this.instances().find((instance) => instance.id === id)
    if (found === undefined) throw new Error(`The cloud never launched ${id}.`)
    return found
  }

  #regionOf(id: string): Region {
    const found = [...this.#regions.values()].find(({ fleet }) => fleet.all().some((instance) => instance.id === id))
    if (found === undefined) throw new Error(`The cloud never launched ${id}.`)
    return found
  }
}
