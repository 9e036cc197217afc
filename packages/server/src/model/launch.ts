import type { Sealed } from './record.ts'

/**
 * `asked`: written before the cloud is; whether there is a machine is not known. `made`: there is. `refused`: there is none. `ended`: there
 * is none any more.
 */
export const launchStates = ['asked', 'made', 'refused', 'ended'] as const
export type LaunchState = (typeof launchStates)[number]

/** One machine that was asked of a cloud, with all it takes to ask again for the same. */
export interface Launch {
  id: number
  taskId: number
  runId: number
  nodeId: number
  nodeName: string
  /** null: a program makes the machines. */
  ec2ProfileId: number | null
  /** Never given out twice. */
  token: string
  /** In words: `m7g.large in subnet-a`. */
  place: string
  /** The order as JSON; user data is secret. */
  order: Sealed
  /** The public host key that was injected; null: none was. */
  hostKey: string | null
  state: LaunchState
  vmId: string | null
  account: string | null
  /** Why there is no machine, or no more. */
  error: string | null
  createdAt: number
  endedAt: number | null
}
