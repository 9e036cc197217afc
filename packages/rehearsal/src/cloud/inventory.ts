/** What exists in every region of the cloud beside instances; RunInstances refuses what is not in it. */
export interface Inventory {
  images: readonly { id: string; name?: string }[]
  /** `publicKey` is one line as in authorized_keys. */
  keyPairs: readonly { name: string; publicKey: string }[]
  securityGroups: readonly { id: string; name?: string }[]
  /** `noTypes`: instance types that the subnet's zone has not got (`Unsupported`). The first subnet is the default. */
  subnets: readonly { id: string; zone?: string; vpcId?: string; noTypes?: readonly string[] }[]
  instanceTypes: readonly string[]
  instanceProfiles: readonly string[]
  classicBalancers: readonly ClassicBalancerWish[]
  targetGroups: readonly TargetGroupWish[]
}

/** A classic load balancer. */
export interface ClassicBalancerWish {
  name: string
  /** Connection draining; 0 is off. Default 0, as AWS has it for balancers made by the API. */
  drainingMs?: number
  /** Registered and running for this long means in service, unless the cloud's `health` says otherwise. Default 0. */
  healthyAfterMs?: number
}

/** A target group of an application or network load balancer. */
export interface TargetGroupWish {
  name: string
  /** `deregistration_delay.timeout_seconds`, in ms. Default 300000, as AWS has it. */
  deregistrationDelayMs?: number
  healthyAfterMs?: number
  /** Default 8080. */
  port?: number
  /** False: no load balancer uses it, all targets are `unused`. Default true. */
  inUse?: boolean
}

/** One image, key-less, one group, two subnets in two zones, small types; each part can be replaced. */
export const defaultInventory: Inventory = {
  images: [{ id: 'ami-0123456789abcdef0', name: 'debian-12' }],
  keyPairs: [],
  securityGroups: [{ id: 'sg-0123456789abcdef0', name: 'default' }],
  subnets: [
    { id: 'subnet-0123456789abcdef0', zone: 'a' },
    { id: 'subnet-0123456789abcdef1', zone: 'b' },
  ],
  instanceTypes: ['t3.micro', 't3.small', 't3.medium', 'm5.large', 'c5.large'],
  instanceProfiles: [],
  classicBalancers: [],
  targetGroups: [],
}

/** ARN of a target group by its name: the last part is made from the name, so that it is the same after a restart. */
export function targetGroupArn(region: string, accountId: string, name: string): string {
  const tail = Buffer.from(name).toString('hex').padEnd(16, '0').slice(0, 16)
  return `arn:aws:elasticloadbalancing:${region}:${accountId}:targetgroup/${name}/${tail}`
}
