import { type CloudOptions, type Cloud as PretendCloud, startCloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { defaultInventory, targetGroupArn } from '@tscaler/rehearsal/cloud/inventory.ts'
import type { Machines } from '@tscaler/rehearsal/cloud/machines/machines.ts'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import type { Clock } from '../../../model/clock.ts'
import { FakeClock } from '../../../model/fake-clock.ts'
import { type Cloud, CloudFailure, type Ec2Access, type Ec2Shape, type Order } from '../cloud.ts'
import { ANSWER_LIMIT_MS } from './ask.ts'
import { openEc2Clouds } from './ec2.ts'

/** A pretend EC2 and ELB, and the driver's cloud on it. */
export interface Rehearsed {
  pretend: PretendCloud
  cloud: Cloud
  access: Ec2Access
  /** Of the target group `web`. */
  groupArn: string
}

/** Pauses end at once, in no time; limits are reached only by `advance`. */
export class EagerClock extends FakeClock {
  override after(delayMs: number, wake: () => void): () => void {
    if (delayMs < ANSWER_LIMIT_MS) setImmediate(() => this.advance(delayMs))
    return super.after(delayMs, wake)
  }
}

/** Never given up. */
export const lasting = new AbortController().signal

/** What the pretend cloud can make. */
export const shape: Ec2Shape = {
  imageId: defaultInventory.images[0]?.id ?? '',
  instanceType: 't3.micro',
  subnetId: defaultInventory.subnets[0]?.id ?? '',
  keyName: null,
  securityGroups: [defaultInventory.securityGroups[0]?.id ?? ''],
  instanceProfile: null,
  spot: false,
  volumes: [],
}

/** An order for one machine of that shape. */
export function orderOf(
  token: string,
  change: Partial<Omit<Order, 'shape'>> & { shape?: Partial<Ec2Shape> } = {},
): Order {
  return { token, tags: { Cluster: 'shop' }, userData: null, ...change, shape: { ...shape, ...change.shape } }
}

/** Starts it; `endRehearsed` ends all of a test. */
export async function startRehearsed(
  options: Partial<CloudOptions> = {},
  { clock = new EagerClock(), access = {} }: { clock?: Clock; access?: Partial<Ec2Access> } = {},
): Promise<Rehearsed> {
  const pretend = await startCloud({
    machines: paperMachines(),
    times: { pendingMs: 0, stoppingMs: 0, shuttingDownMs: 0 },
    inventory: { classicBalancers: [{ name: 'shop' }], targetGroups: [{ name: 'web', deregistrationDelayMs: 60_000 }] },
    ...options,
  })
  running.push(pretend)
  const whole: Ec2Access = { region: pretend.region, credentials: pretend.credentials, address: 'private', ...access }
  const cloud = openEc2Clouds({ clock, endpoints: { ec2: pretend.url, elb: pretend.url } }).ec2(whole)
  return { pretend, cloud, access: whole, groupArn: targetGroupArn(pretend.region, pretend.accountId, 'web') }
}

/** What a call fails with; throws where it goes well or fails with anything else. */
export async function failureOf(call: Promise<unknown>): Promise<CloudFailure> {
  try {
    await call
  } catch (thrown) {
    if (thrown instanceof CloudFailure) return thrown
    throw thrown
  }
  throw new Error('The call went well.')
}

/** For `afterEach`. */
export async function endRehearsed(): Promise<void> {
  for (const pretend of running.splice(0)) await pretend.close()
}

const running: PretendCloud[] = []

/** Machines that are only said to be there. */
function paperMachines(): Machines {
  let reserved = 0
  return {
    sshPort: 22,
    user: 'root',
    async reserve() {
      reserved += 1
      return `127.9.9.${reserved}`
    },
    boot: async () => ({ hostKey: makeEd25519().publicKey.split(' ').slice(0, 2).join(' ') }),
    halt: async () => {},
    release: async () => {},
    close: async () => {},
  }
}
