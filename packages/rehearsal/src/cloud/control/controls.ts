import type { SeenCall } from '../answer.ts'
import type { Instance } from '../ec2/instance.ts'
import type { Faults } from '../faults.ts'
import type { LoadDial } from '../load/demand.ts'

/** What can be seen and turned beside the APIs, through the object and through `/rehearsal/…`. */
export interface CloudControls {
  /** The first of the regions. */
  readonly region: string
  /** Where SSH of all machines listens, and for whom. */
  readonly sshPort: number
  readonly user: string
  readonly faults: Faults
  /** Names of actions that are refused as not authorized; change it at any time. */
  readonly denied: Set<string>
  readonly load: LoadDial
  /** The last 10000 calls, oldest first. */
  readonly calls: readonly SeenCall[]
  /** All instances there ever were, hidden and gone ones too, in the order of their launches. */
  instances(): Instance[]
  /** Classic load balancers and target groups with their members. */
  balancers(): BalancerState[]
  /** The cloud takes a spot instance back, `noticeMs` (default 0) from now. */
  interruptSpot(id: string, noticeMs?: number): void
  /** The machine's end without anybody's doing: a host that failed. */
  die(id: string): void
  /** The result of every load balancer's check of the instance from now on; undefined asks `health` again. */
  setHealthy(id: string, healthy: boolean | undefined): void
}

/** One load balancer or target group. */
export interface BalancerState {
  name: string
  arn: string
  members: { id: string; port: number; drains: boolean }[]
}
