import type { CloudClock } from './clock.ts'
import { Fleet, type FleetParts } from './ec2/fleet.ts'
import type { Fate, Instance } from './ec2/instance.ts'
import { Balancers, type HealthCheck } from './elb/balancers.ts'
import type { Inventory } from './inventory.ts'
import type { CloudTimes } from './times.ts'
import type { ApiName } from './wire/apis.ts'
import type { Form } from './wire/form.ts'
import type { Content } from './wire/xml.ts'

/** One call after its signature was found good. */
export interface Call {
  api: ApiName
  action: string
  form: Form
  region: string
  /** Draws what is to become of the next instance that this call launches. */
  fate: () => Fate
  /** A launch is to find no capacity. What its client token launched before is given back all the same. */
  noCapacity: boolean
}

/** Does one action; throws ApiError when it refuses. Gives back what goes into the answer's frame. */
export type Action = (call: Call, region: Region) => Content | Promise<Content>

/** Actions by their name on the wire. */
export type Actions = Readonly<Record<string, Action>>

/** Answers of RunInstances by client token, with what had been asked. */
export type TokenMemory = Map<string, { asked: string; instances: Promise<Instance[]> }>

/** Everything of one region. Regions share nothing but the machines. */
export interface Region {
  readonly name: string
  readonly accountId: string
  readonly clock: CloudClock
  readonly times: CloudTimes
  readonly inventory: Inventory
  readonly fleet: Fleet
  readonly balancers: Balancers
  readonly tokens: TokenMemory
  readonly instancesMax: number
}

/** What is the same in all regions. */
export interface RegionParts extends Omit<FleetParts, 'publicKeyOf'> {
  accountId: string
  inventory: Inventory
  health: HealthCheck
  instancesMax: number
}

/** An empty region. */
export function makeRegion(name: string, parts: RegionParts): Region {
  const { accountId, clock, times, inventory, instancesMax } = parts
  const publicKeyOf = (keyName: string) => inventory.keyPairs.find((pair) => pair.name === keyName)?.publicKey
  const fleet = new Fleet({ ...parts, publicKeyOf })
  const balancers = new Balancers({
    region: name,
    accountId,
    clock,
    inventory,
    health: parts.health,
    find: (id) => fleet.find(id),
  })
  return { name, accountId, clock, times, inventory, fleet, balancers, tokens: new Map(), instancesMax }
}
