import type { Alert } from '../../model/alert.ts'
import type { Clock } from '../../model/clock.ts'
import { FakeClock } from '../../model/fake-clock.ts'
import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import type { Ec2Profile } from '../../model/profile.ts'
import { type BalancerHealth, type Cloud, CloudFailure, type Clouds, type Vm } from '../../reach/cloud/cloud.ts'
import { House, type Process, testKind } from '../act.fixture.ts'
import { installationTag, runTag } from '../machines/means.ts'
import { type CloudWatch, openCloudWatch } from './cloud-watch.ts'
import type { Seen } from './parts.ts'

/** A cloud that is what a test says it is, and counts what it is asked. */
export class PaperCloud implements Cloud {
  readonly vms = new Map<string, Vm>()
  /** By token. */
  readonly made = new Map<string, string>()
  /** By balancer, by machine. */
  readonly members = new Map<string, Map<string, BalancerHealth>>()
  /** What every call fails with; null: nothing. */
  failure: CloudFailure | null = null
  readonly calls: string[] = []

  add(id: string, some: Partial<Vm> = {}): Vm {
    const vm: Vm = {
      id,
      state: 'running',
      host: '10.0.0.1',
      tags: {},
      account: '1',
      type: 't3.micro',
      launchedAt: null,
      reason: null,
      ...some,
    }
    this.vms.set(id, vm)
    return vm
  }

  change(id: string, some: Partial<Vm>): void {
    this.add(id, { ...this.vms.get(id), ...some })
  }

  async launch(): Promise<Vm> {
    throw new Error('the watch launches nothing')
  }

  async byToken(token: string): Promise<Vm[]> {
    this.#call('byToken')
    return [...this.vms.values()].filter(({ id }) => id === this.made.get(token))
  }

  async find(vmId: string): Promise<Vm | undefined> {
    this.#call('find')
    return this.vms.get(vmId)
  }

  async list(tags: Readonly<Record<string, string>>): Promise<Vm[]> {
    this.#call('list')
    return [...this.vms.values()].filter(
      (vm) => vm.state !== 'terminated' && Object.entries(tags).every(([key, value]) => vm.tags[key] === value),
    )
  }

  async hostKeys(): Promise<null> {
    return null
  }

  async end(vmId: string): Promise<void> {
    this.#call(`end ${vmId}`)
    this.change(vmId, { state: 'terminated' })
  }

  balancers({ loadBalancers, targetGroups }: Parameters<Cloud['balancers']>[0]) {
    return [...loadBalancers, ...targetGroups].map((name) => ({
      name,
      register: () => Promise.reject(new Error('the watch registers nothing')),
      deregister: () => Promise.reject(new Error('the watch deregisters nothing')),
      health: async () => {
        this.#call(`health ${name}`)
        const members = this.members.get(name) ?? new Map<string, BalancerHealth>()
        return new Map([...members].map(([id, health]) => [id, { health, text: '' }]))
      },
    }))
  }

  #call(name: string): void {
    this.calls.push(name)
    if (this.failure) throw this.failure
  }
}

/** An hour: no node of a test is young, unless it says so. */
const longMs = 3_600_000

/** A house with a profile in a paper cloud, and the watch over it. */
export class Watched {
  readonly house: House
  readonly clock: FakeClock
  readonly process: Process
  readonly cloud = new PaperCloud()
  readonly uid: string
  readonly profile: Ec2Profile
  watch: CloudWatch
  /** How often nodes were taken out. */
  tookOut = 0
  readonly #clouds: Clouds

  private constructor(given: { house: House; clock: FakeClock; process: Process; uid: string; profile: Ec2Profile }) {
    this.house = given.house
    this.clock = given.clock
    this.process = given.process
    this.uid = given.uid
    this.profile = given.profile
    this.#clouds = { ec2: () => this.cloud }
    this.watch = this.newWatch()
  }

  static async open(some: Partial<Ec2Profile> = {}): Promise<Watched> {
    const clock = new FakeClock()
    const house = await House.open(clock)
    const process = await house.start([testKind()])
    // Runs stay as a test writes them.
    await process.engine.close()
    const { uid } = await house.store.installation.get(1)
    const profile = await house.store.ec2Profiles.insert({ ...paperProfile, ...some })
    return new Watched({ house, clock, process, uid, profile })
  }

  /** As after a restart: nothing is remembered. Its own times never come, unless it is given the whole clock. */
  newWatch(clock: Clock = timeless(this.clock)): CloudWatch {
    const { store, queue, vault, alerts, report } = this.process.parts
    const tookOut = () => {
      this.tookOut += 1
    }
    return openCloudWatch({ store, queue, vault, alerts, report, clouds: this.#clouds, clock, tookOut })
  }

  /** A look after so many seconds. */
  async lookAfter(seconds: number): Promise<Seen> {
    this.clock.advance(seconds * 1_000)
    return this.watch.look()
  }

  async close(): Promise<void> {
    await this.watch.close()
    await this.house.close()
  }

  /** A node an hour old with its machine, which carries the tags. */
  async node(name: string, some: Partial<Node> = {}, vm: Partial<Vm> = {}): Promise<Node & { instanceId: string }> {
    const instanceId = some.instanceId ?? `i-${name}`
    const hostname = some.hostname ?? '10.0.0.1'
    const node = await this.house.node(name, { ec2ProfileId: this.profile.id, hostname, ...some, instanceId })
    this.cloud.add(instanceId, { host: hostname, tags: this.tags(name), ...vm })
    this.clock.advance(longMs)
    return { ...node, instanceId }
  }

  tags(name: string, runId?: number): Record<string, string> {
    return { Name: name, [installationTag]: this.uid, ...(runId === undefined ? {} : { [runTag]: `${runId}` }) }
  }

  /** A launch of a run in that state, for a node of that name. */
  async launch(
    node: Pick<Node, 'id' | 'name'>,
    some: Partial<Launch>,
    runState: 'running' | 'failed',
  ): Promise<Launch> {
    const { store } = this.house
    const run = await store.runs.insert({
      triggerId: null,
      triggerName: null,
      clusterId: null,
      clusterName: null,
      state: runState,
      effect: 'grow',
      cause: { kind: 'person', text: 'by hand' },
      planHash: '',
      note: null,
      cancelRequested: false,
      createdAt: this.clock.now(),
      startedAt: this.clock.now(),
      endedAt: runState === 'failed' ? this.clock.now() : null,
    })
    return store.launches.insert({
      taskId: 1,
      runId: run.id,
      nodeId: node.id,
      nodeName: node.name,
      ec2ProfileId: this.profile.id,
      token: `token-${run.id}`,
      place: 't3.micro',
      order: this.process.parts.vault.seal('{}'),
      hostKey: null,
      state: 'made',
      vmId: null,
      account: '1',
      error: null,
      createdAt: this.clock.now(),
      endedAt: null,
      ...some,
    })
  }

  async stateOf({ id }: Pick<Node, 'id'>): Promise<Node['state']> {
    return (await this.house.store.nodes.get(id)).state
  }

  /** The open alerts, as `kind subject`. */
  async alerts(): Promise<string[]> {
    return (await this.#open()).map(({ kind, subject }) => `${kind} ${subject}`)
  }

  async alertText(): Promise<string> {
    return (await this.#open()).map(({ text }) => text).join('\n')
  }

  #open(): Promise<Alert[]> {
    return this.house.store.alerts.list({ where: { state: ['open', 'acknowledged'] } })
  }
}

/** A clock without timers. */
function timeless(clock: Clock): Clock {
  return { now: () => clock.now(), monotonic: () => clock.monotonic(), after: () => () => {} }
}

/** A profile of eu-west-1 without load balancers. */
const paperProfile = {
  name: 'web',
  region: 'eu-west-1',
  accessKeyId: null,
  secretAccessKey: null,
  imageId: 'ami-1',
  instanceTypes: ['t3.micro'],
  keyName: null,
  securityGroups: [],
  subnetIds: [],
  instanceProfile: null,
  spot: false,
  volumes: [],
  userData: null,
  hostKeyFrom: 'console',
  address: 'private',
  loadBalancers: [],
  targetGroups: [],
  register: 'launch',
  tags: {},
} as const satisfies Parameters<House['store']['ec2Profiles']['insert']>[0]

/** What a cloud that asks for patience says. */
export function unreachable(): CloudFailure {
  return new CloudFailure('unreachable', 'EC2 eu-west-1 could not be reached. Check the network.')
}
