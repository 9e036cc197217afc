import type { Queue } from '../../keep/queue/queue.ts'
import type { Vault } from '../../keep/secrets/secrets.ts'
import type { Store } from '../../keep/store/store.ts'
import type { Balancer, Cloud, Clouds, Ec2Shape } from '../../reach/cloud/cloud.ts'
import type { Machine, Reach, SshAccess } from '../../reach/machine.ts'

/** What machines are made, made ready and taken away with. */
export interface MachineMeans {
  store: Store
  queue: Queue
  vault: Vault
  clouds: Clouds
  /** The machines of this process, and visits to those that are not known yet. */
  reach: Pick<Reach, 'find' | 'visit'>
  /** tscaler's own machine, as the user for server commands; null: they are off. */
  server: Machine | null
  /** How a node is logged in to, as the store has it now; undefined where it is not there or has no SSH profile. */
  accessOf(nodeId: number): Promise<SshAccess | undefined>
}

/** One kind of machine that may be asked for, in the order in which they are tried. */
export interface Place {
  /** `m7g.large in subnet-a` */
  text: string
  shape: Ec2Shape | null
}

/** Where the machines of an action come from. */
export interface Origin {
  /** null: a program makes them. */
  ec2ProfileId: number | null
  cloud: Cloud
  places: readonly Place[]
  /** What cloud-init is to do, opened; null: nothing. */
  userData: string | null
  tags: Readonly<Record<string, string>>
  hostKeyFrom: 'console' | 'user-data'
  balancers: readonly Balancer[]
  register: 'launch' | 'ready'
}

/** The tags by which tscaler knows its machines; values of one installation never meet those of another. */
export const installationTag = 'tscaler:installation'
export const runTag = 'tscaler:run'
