/** The states of EC2 with the codes of the wire. */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const

/** Where an instance is in its life. */
export type InstanceState = keyof typeof STATE_CODES

/** What a fault has in store for an instance when it is launched. */
export interface Fate {
  /** Unknown to every other action for this long. */
  hiddenMs?: number
  stuckPending?: boolean
  /** Terminates by itself this long after the launch. */
  diesAfterMs?: number
  /** Runs, but its machine never answers. */
  noSsh?: boolean
}

/** A tag; `visibleAt` is when Describe calls begin to see it. */
export interface Tag {
  value: string
  visibleAt: number
}

/** What RunInstances was asked for, checked. */
export interface InstanceWish {
  imageId: string
  type: string
  keyName: string | undefined
  groups: readonly { id: string; name: string }[]
  subnet: { id: string; zone: string; vpcId: string }
  clientToken: string
  tags: readonly (readonly [key: string, value: string])[]
  spot: boolean
  profile: string | undefined
  /** Base64, as it came. */
  userData: string | undefined
  publicAddress: boolean
  protected: boolean
  httpTokens: string
  devices: readonly { name: string; sizeGib: string | undefined; volumeId: string }[]
}

/** One virtual machine as the API tells of it. */
export interface Instance {
  readonly id: string
  readonly reservationId: string
  /** Launches of the cloud are numbered; lists are in this order. */
  readonly number: number
  /** Within its reservation. */
  readonly launchIndex: number
  readonly wish: InstanceWish
  readonly fate: Fate
  readonly address: string
  readonly visibleAt: number
  readonly tags: Map<string, Tag>
  launchedAt: number
  state: InstanceState
  reason: { code: string; message: string } | undefined
  terminatedAt: number | undefined
  /** undefined until its machine answers. */
  hostKey: string | undefined
  /** When the machine answered last time; undefined while it doesn't. */
  bootedAt: number | undefined
  runningAt: number | undefined
}

/** True when a Describe call may show it: not hidden any more, and not terminated too long ago. */
export function isVisible(instance: Instance, now: number, terminatedVisibleMs: number): boolean {
  if (now < instance.visibleAt) return false
  return instance.terminatedAt === undefined || now < instance.terminatedAt + terminatedVisibleMs
}

/** True until it begins to go for good. */
export function isAlive({ state }: Instance): boolean {
  return state !== 'shutting-down' && state !== 'terminated'
}
