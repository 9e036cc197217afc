import { embeddedQueue } from '../../keep/queue/embedded/embedded.ts'
import { openVault } from '../../keep/secrets/vault.ts'
import { type Clock, systemClock } from '../../model/clock.ts'
import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import type { Balancer, BalancerHealth, Cloud, CloudFailure, Vm } from '../../reach/cloud/cloud.ts'
import { House } from '../act.fixture.ts'
import type { Attempt } from '../action.ts'
import type { MachineMeans, Origin } from './means.ts'

/** Pauses are 20 times shorter, and the wall clock can be put forward. */
export class HastyClock implements Clock {
  aheadMs = 0
  now(): number {
    return systemClock.now() + this.aheadMs
  }
  monotonic(): number {
    return systemClock.monotonic() + this.aheadMs
  }
  after(delayMs: number, wake: () => void): () => void {
    return systemClock.after(delayMs / 20, wake)
  }
}

/** A cloud in memory, whose machines may not be seen for a while. */
export class ForgetfulCloud implements Cloud {
  readonly vms = new Map<string, Vm>()
  readonly tokens = new Map<string, string>()
  /** How many more looks and orders don't know a machine that is there. */
  hiddenFor = 0
  /** How often it was looked for machines. */
  looks = 0
  /** What the next launches fail with, one each. */
  readonly refusals: CloudFailure[] = []
  /** What comes of an order to end a machine that is known. */
  onEnd = async (vm: { state: Vm['state'] }): Promise<void> => {
    vm.state = 'terminated'
  }

  add(id: string, some: Partial<Vm> = {}): Vm {
    const own = { host: '10.0.0.1', tags: {}, account: '1', type: null, launchedAt: null, reason: null }
    const vm: Vm = { id, state: 'running', ...own, ...some }
    this.vms.set(id, vm)
    return vm
  }

  async launch({ token, tags }: Parameters<Cloud['launch']>[0]): Promise<Vm> {
    const refusal = this.refusals.shift()
    if (refusal) throw refusal
    const id = this.tokens.get(token) ?? `i-${this.vms.size + 1}`
    this.tokens.set(token, id)
    return this.vms.get(id) ?? this.add(id, { tags })
  }

  async byToken(token: string): Promise<Vm[]> {
    const vm = this.#isHidden() ? undefined : this.vms.get(this.tokens.get(token) ?? '')
    return vm ? [vm] : []
  }

  async find(vmId: string): Promise<Vm | undefined> {
    return this.#isHidden() ? undefined : this.vms.get(vmId)
  }

  async list(): Promise<Vm[]> {
    return [...this.vms.values()]
  }

  async hostKeys(): Promise<null> {
    return null
  }

  async end(vmId: string): Promise<void> {
    const vm = this.#isHidden() ? undefined : this.vms.get(vmId)
    if (vm) await this.onEnd(vm)
  }

  balancers(): Balancer[] {
    return []
  }

  #isHidden(): boolean {
    this.looks += 1
    this.hiddenFor -= 1
    return this.hiddenFor >= 0
  }
}

/** A load balancer in memory. */
export class PaperBalancer implements Balancer {
  readonly name = 'shop-lb'
  readonly members = new Map<string, BalancerHealth>()
  /** What every registration fails with; null: nothing. */
  refusal: CloudFailure | null = null

  async register(vmId: string): Promise<void> {
    if (this.refusal) throw this.refusal
    this.members.set(vmId, 'in-service')
  }

  async deregister(vmId: string): Promise<void> {
    this.members.delete(vmId)
  }

  async health(): Promise<Map<string, { health: BalancerHealth; text: string }>> {
    return new Map([...this.members].map(([id, health]) => [id, { health, text: '' }]))
  }
}

/** A house with a cluster, and an attempt of a task that makes, or has made, a machine. */
export class MachineHouse {
  readonly clock = new HastyClock()
  readonly cloud = new ForgetfulCloud()
  house!: House
  means!: MachineMeans
  node!: Node
  attempt!: Attempt
  readonly #aborting = new AbortController()

  static async open(): Promise<MachineHouse> {
    const at = new MachineHouse()
    at.house = await House.open(at.clock)
    const { store } = at.house
    const cluster = await at.house.cluster()
    at.node = await at.house.node('shop01', { clusterId: cluster.id, state: 'launching', instanceId: 'i-1' })
    at.means = {
      store,
      queue: embeddedQueue({ clock: at.clock, warn() {} }),
      vault: openVault('k'.repeat(43)),
      clouds: { ec2: () => at.cloud },
      reach: { find: () => undefined, visit: () => Promise.reject(new Error('no machines here')) as never },
      server: null,
      accessOf: async () => undefined,
    }
    at.attempt = await at.#attempt()
    return at
  }

  origin(some: Partial<Origin> = {}): Origin {
    const { cloud } = this
    const places = [{ text: 't3.micro', shape: null }]
    const usual = { userData: null, tags: {}, balancers: [], hostKeyFrom: 'console', register: 'launch' } as const
    return { ec2ProfileId: 1, cloud, places, ...usual, ...some }
  }

  launch(some: Partial<Launch> = {}): Promise<Launch> {
    const { vault, store } = this.means
    const { taskId } = this.attempt
    return store.launches.insert({
      ...{ taskId, runId: 1, nodeId: this.node.id, nodeName: this.node.name, ec2ProfileId: 1, token: 't1' },
      ...{ place: 't3.micro', hostKey: null, state: 'made', vmId: 'i-1', account: '1', error: null },
      order: vault.seal(JSON.stringify({ token: 't1', tags: {}, userData: null, shape: null })),
      ...{ createdAt: this.clock.now(), endedAt: null },
      ...some,
    })
  }

  async close(): Promise<void> {
    await this.means.queue.close()
    await this.house.close()
  }

  /** Of a task that has made the node. */
  async #attempt(): Promise<Attempt> {
    const { store, clock } = this.house
    const cause = { kind: 'person', text: '' } as const
    const { clusterId, id: nodeId, name: nodeName } = this.node
    const { id: runId } = await store.runs.insert({
      ...{
        triggerId: null,
        triggerName: null,
        clusterId,
        clusterName: 'shop',
        state: 'running',
        effect: 'grow',
        cause,
      },
      ...{ planHash: '', note: null, cancelRequested: false, createdAt: clock.now(), startedAt: null, endedAt: null },
    })
    const action = { id: 1, name: 'new-node', type: 'deployEc2Node', fields: {}, timeoutMs: 60_000 } as const
    const { id: stepId } = await store.steps.insert({
      ...{ runId, n: 1, action: { ...action, retries: 0, retryDelayMs: 0, secrets: {} }, type: action.type },
      ...{ target: 'cluster', onFailure: 'undo', state: 'running', startedAt: null, endedAt: null },
    })
    const { id: taskId } = await store.tasks.insert({
      ...{ runId, stepId, n: 1, nodeId, nodeName, state: 'running', attempts: 1, token: 't' },
      ...{ startedAt: clock.now(), endedAt: null, error: null, notBefore: null },
    })
    return {
      ...{ taskId, fields: {}, secrets: {}, step: 1, attempt: 1, node: null, machine: null, token: 't', folder: 'f' },
      run: { runId, runUrl: '', trigger: '', cluster: 'shop', nodes: [], newNode: '', cause },
      ...{ log() {}, remark() {}, signal: this.#aborting.signal, clock },
    }
  }
}
