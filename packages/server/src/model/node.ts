import type { Stored } from './record.ts'

/** Only nodes in service are judged; planned to draining count for min and max. */
export const nodeStates = ['planned', 'launching', 'configuring', 'in-service', 'draining', 'out-of-service'] as const

export type NodeState = (typeof nodeStates)[number]

/** A virtual machine, or this one (`local`). */
export interface Node extends Stored {
  name: string
  clusterId: number | null
  /** Reached through a shell of tscaler's own machine, no sshd needed. While server commands are off it runs ready-made counters only. */
  local: boolean
  hostname: string
  port: number
  /** The pinned key, `ssh-ed25519 AAAA…`; it belongs to the node and goes with it. */
  hostKey: string | null
  /** A key that was shown in place of the pinned one. While set, all work on the node is stopped. */
  offeredHostKey: string | null
  sshProfileId: number | null
  jvmProfileIds: number[]
  ec2ProfileId: number | null
  instanceId: string | null
  protected: boolean
  site: string | null
  labels: Record<string, string>
  state: NodeState
  /** When it came into service; null before. */
  inServiceAt: number | null
  pausedUntil: number | null
}
