import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { type SshdNode, startSshdFleet } from '@tscaler/rehearsal/sshd.ts'
import { embeddedQueue } from '../../../keep/queue/embedded/embedded.ts'
import { listen } from '../../../keep/queue/topics.ts'
import { openVault } from '../../../keep/secrets/vault.ts'
import { type Clock, systemClock } from '../../../model/clock.ts'
import type { Cluster } from '../../../model/cluster.ts'
import { accessOf } from '../../../observe/fleet.ts'
import { openRack, type Rack, type RackMachine } from '../../../reach/cloud/program/program.fixture.ts'
import { type LocalPrograms, openLocalPrograms } from '../../../reach/local/local-programs.ts'
import type { Reach } from '../../../reach/machine.ts'
import { openReach } from '../../../reach/reach.ts'
import { byHand, House, type Process, type Seen } from '../../act.fixture.ts'
import type { Mortal } from '../../crash.fixture.ts'
import type { ProgramMeans } from '../../machines/program-means.ts'
import { nodeReady } from '../node-ready/node-ready.ts'
import { removeCommand } from '../remove-command/remove-command.ts'
import { deployCommand } from './deploy-command.ts'

/** What a house seals, this opens. */
const vault = openVault('k'.repeat(43))

interface Parts {
  house: House
  rack: Rack
  cluster: Cluster
  machines: readonly SshdNode[]
  sshProfileId: number
}

/** Secrets and what else a test says of an action. */
type Some = Parameters<House['action']>[2] & object

/** A house with a cluster, a rack whose machines are real sshds, and processes of tscaler that work with both. */
export class RackHouse {
  readonly house: House
  readonly rack: Rack
  readonly cluster: Cluster
  readonly machines: readonly SshdNode[]
  readonly #sshProfileId: number
  readonly #closing: (() => Promise<unknown>)[] = []

  private constructor({ house, rack, cluster, machines, sshProfileId }: Parts) {
    this.house = house
    this.rack = rack
    this.cluster = cluster
    this.machines = machines
    this.#sshProfileId = sshProfileId
  }

  static async open(count = 2): Promise<RackHouse> {
    const login = makeEd25519()
    const machines = await startSshdFleet(count, { authorizedKeys: [login.publicKey] })
    const named = machines.map(({ host, hostKey }, n): [string, RackMachine] => [
      `rack-${n + 1}`,
      { host, hostKeys: [hostKey] },
    ])
    const house = await House.open(hasty)
    const { id: sshProfileId } = await house.store.sshProfiles.insert({
      name: 'ops',
      user: machines[0]?.user ?? '',
      privateKey: vault.seal(login.privateKey),
      passphrase: null,
      password: null,
      agent: false,
      hostKeys: 'strict',
      jump: [],
      knownHosts: null,
      certAuthorities: [],
    })
    const rack = await openRack(Object.fromEntries(named))
    return new RackHouse({ house, rack, cluster: await house.cluster(), machines, sshProfileId })
  }

  async close(): Promise<void> {
    await this.house.close()
    for (const close of this.#closing) await close()
    await Promise.all(this.machines.map((machine) => machine.stop()))
    await this.rack.close()
  }

  /** A process with the real kinds. `mortal`: one that dies. */
  async start({ mortal, programs }: { mortal?: Mortal; programs?: LocalPrograms } = {}): Promise<Process> {
    const store = mortal?.storeOf(this.house.store) ?? this.house.store
    const reach = openReach({ clock: systemClock, random: () => 0.5, log: { info() {}, warn() {} } })
    const queue = embeddedQueue({ clock: systemClock, warn() {} })
    this.#closing.push(
      () => reach.close(),
      () => queue.close(),
    )
    listen(queue, 'node.changed', () => void this.#takeUp(reach))
    await this.#takeUp(reach)
    const means: ProgramMeans = {
      store,
      queue,
      vault,
      clouds: { ec2: () => Promise.reject(new Error('no EC2 here')) as never },
      reach,
      server: null,
      programs: programs ?? realPrograms,
      accessOf: (nodeId) => accessOf(this.house.store, vault, null, nodeId),
    }
    const kinds = [deployCommand(means), removeCommand(means), nodeReady(means)]
    return this.house.start(kinds, mortal ? { store, crashes: true } : {})
  }

  /** Deploys one machine by hand in a process of its own, and waits for the end. */
  async deploy(fields: Readonly<Record<string, unknown>> = {}, some: Some = {}): Promise<Seen> {
    return this.ended(await this.begin(await this.start(), fields, some))
  }

  /** Begins to deploy one machine by hand; gives the run's id. */
  async begin(process: Process, fields: Readonly<Record<string, unknown>> = {}, some: Some = {}): Promise<number> {
    const action = await this.house.action(`grow-${++actions}`, 'deployCommand', {
      timeoutMs: 20_000,
      ...some,
      fields: { ...this.#fields(), ...fields },
    })
    return (await process.admission.admitByHand(byHand({ action, clusterId: this.cluster.id }))).id
  }

  /** Takes one machine away by hand, and waits for the end. */
  async remove(
    fields: Readonly<Record<string, unknown>> = {},
    { nodeIds = null, process }: { nodeIds?: number[] | null; process?: Process } = {},
  ): Promise<Seen> {
    return this.ended(await this.beginRemoval(process ?? (await this.start()), fields, nodeIds))
  }

  async beginRemoval(
    process: Process,
    fields: Readonly<Record<string, unknown>> = {},
    nodeIds: number[] | null = null,
  ): Promise<number> {
    const action = await this.house.action(`drop-${++actions}`, 'removeCommand', {
      timeoutMs: 20_000,
      fields: { command: this.rack.command, callLimit: 10_000, drain: 2_000, choose: 'newest', count: 1, ...fields },
    })
    return (await process.admission.admitByHand(byHand({ action, clusterId: this.cluster.id, nodeIds }))).id
  }

  ended(runId: number): Promise<Seen> {
    return this.house.ended(runId, 18_000)
  }

  #fields(): Record<string, unknown> {
    const port = this.machines[0]?.port
    return { command: this.rack.command, callLimit: 10_000, sshProfile: this.#sshProfileId, port, count: 1 }
  }

  /** As the loop does when a node has changed. */
  async #takeUp(reach: Reach): Promise<void> {
    const { store, machines } = this.house
    const nodes = await store.nodes.list()
    const accesses = await Promise.all(nodes.map(({ id }) => accessOf(store, vault, null, id)))
    reach.configure(
      accesses.filter((access) => access !== undefined),
      [],
    )
    for (const { id } of nodes) {
      const machine = reach.find(id)
      if (machine) machines.set(id, machine)
    }
  }
}

let actions = 0

/** Pauses between two looks are 20 times shorter; limits stay. */
const hasty: Clock = {
  ...systemClock,
  after: (delayMs, wake) => systemClock.after(delayMs < 5_000 ? delayMs / 20 : delayMs, wake),
}

export const realPrograms = openLocalPrograms({ clock: systemClock, user: null })
