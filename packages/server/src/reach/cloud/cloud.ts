import type { Volume } from '../../model/profile.ts'

/** How a virtual machine stands, in EC2's words. */
export type VmState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'

/** A virtual machine as its cloud has it now. */
export interface Vm {
  id: string
  state: VmState
  /** Where tscaler connects to; null: it has no address (yet). */
  host: string | null
  tags: Readonly<Record<string, string>>
  /** Whose it is; null: the cloud has no accounts. */
  account: string | null
  /** `m7g.large`; null: the cloud has no types. */
  type: string | null
  launchedAt: number | null
  /** Why it stands so, where the cloud says, such as a spot interruption. */
  reason: string | null
}

/** What one EC2 machine is to be like. */
export interface Ec2Shape {
  imageId: string
  instanceType: string
  subnetId: string | null
  keyName: string | null
  securityGroups: readonly string[]
  instanceProfile: string | null
  spot: boolean
  volumes: readonly Volume[]
}

/** One machine that is asked for. Sent again, whatever was changed meanwhile, it must be the same to the letter. */
export interface Order {
  /** The cloud makes one machine a token, however often it is asked. */
  token: string
  tags: Readonly<Record<string, string>>
  /** The whole text; base64 is the driver's. */
  userData: string | null
  /** What the user data injects, by itself too, for a program that does without cloud-init; left out: nothing is, or it is EC2's. */
  hostKey?: { privateKey: string; publicKey: string }
  /** null: the machine is a program's, which knows by itself what to make. */
  shape: Ec2Shape | null
}

/** How a machine stands in a load balancer. `absent`: it is not in it, or no longer. */
export type BalancerHealth = 'absent' | 'starting' | 'in-service' | 'out-of-service' | 'draining'

/** One load balancer or target group. */
export interface Balancer {
  /** As people know it: a classic name, or the name within a target group's ARN. */
  name: string
  /** Doing it again changes nothing. */
  register(vmId: string, signal: AbortSignal): Promise<void>
  /** Begins to drain; `health` says when that is over. Doing it again changes nothing. */
  deregister(vmId: string, signal: AbortSignal): Promise<void>
  /** Of every machine that is in it, by id. */
  health(signal: AbortSignal): Promise<ReadonlyMap<string, { health: BalancerHealth; text: string }>>
}

/** Names of the balancers of a profile. */
export interface BalancerNames {
  loadBalancers: readonly string[]
  targetGroups: readonly string[]
}

/**
 * Where machines come from. Every call throws `CloudFailure` and nothing else, and obeys its signal. Reading is always safe; what a call
 * says of a machine may be seconds old (clouds are eventually consistent).
 */
export interface Cloud {
  /** The machine of that token, made now or before. */
  launch(order: Order, signal: AbortSignal): Promise<Vm>
  /** Machines that were made with the token, ended ones included as long as the cloud remembers them. */
  byToken(token: string, signal: AbortSignal): Promise<Vm[]>
  /** undefined: the cloud does not know it (any more). */
  find(vmId: string, signal: AbortSignal): Promise<Vm | undefined>
  /** All machines with these tags that have not ended; an empty value matches any. */
  list(tags: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Vm[]>
  /** Host keys (`ssh-ed25519 AAAA…`) from a source that only the cloud writes; null: it has said nothing yet. */
  hostKeys(vmId: string, signal: AbortSignal): Promise<readonly string[] | null>
  /** Ends it for good, or stops it. Doing it again changes nothing; of one that is not there too. */
  end(vmId: string, mode: 'terminate' | 'stop', signal: AbortSignal): Promise<void>
  balancers(names: BalancerNames): Balancer[]
}

/** What kept the cloud from doing as it was asked. Its text says what happened, where, and what to do; never a secret. */
export type CloudTrouble =
  /** It asks to be asked less often. */
  | 'throttled'
  /** None of that type there now: another type or place may do. */
  | 'no-capacity'
  /** The account may not have more of them. */
  | 'quota'
  | 'no-credentials'
  /** The action is not allowed; the text has its name. */
  | 'denied'
  /** An image, key, group, subnet, or load balancer that is not there. */
  | 'not-found'
  | 'bad-request'
  /** Nothing was done: it could not be reached, or the call was given up before it was sent. */
  | 'unreachable'
  /** It may have been done: the answer never came, or was no answer. */
  | 'doubtful'
  /** It contradicts itself: whether anything was done is not known, and asking again would only do harm. */
  | 'broken'

/** Thrown by every call to a cloud. */
export class CloudFailure extends Error {
  readonly kind: CloudTrouble
  constructor(kind: CloudTrouble, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CloudFailure'
    this.kind = kind
  }

  /** Whether the same call may succeed a little later without anybody changing anything. */
  get passes(): boolean {
    return ['throttled', 'no-capacity', 'unreachable', 'doubtful'].includes(this.kind)
  }
}

/** How a cloud is asked. Secrets are opened: in memory only. */
export interface Ec2Access {
  region: string
  /** null: the chain of the AWS SDK (environment, shared files, instance role). */
  credentials: { accessKeyId: string; secretAccessKey: string } | null
  /** Which of a machine's addresses tscaler connects to. */
  address: 'private' | 'public'
}

/** Opens clouds; the same access gives the same connections. */
export interface Clouds {
  ec2(access: Ec2Access): Cloud
}
