import type { Sealed, Stored } from './record.ts'

/** What an action does to the number of nodes. */
export type Effect = 'none' | 'grow' | 'remove'

/** The ids of the actions, as files, API and CLI write them. */
export const actionTypes = [
  'deployEc2Node',
  'removeEc2Node',
  'deployCommand',
  'removeCommand',
  'osConfiguration',
  'localScript',
  'distributedScript',
  'serverCommand',
  'email',
  'waitUntil',
  'pause',
] as const

export type ActionType = (typeof actionTypes)[number]

/** What a run's steps may be: actions, and what tscaler itself adds to a plan. */
export const stepTypes = [...actionTypes, 'nodeReady'] as const
export type StepType = (typeof stepTypes)[number]

/** A saved action: what to do, with its time limit, retries and secrets. */
export interface Action extends Stored {
  name: string
  type: ActionType
  /** The values of the type's declared fields. */
  fields: Record<string, unknown>
  timeoutMs: number
  retries: number
  retryDelayMs: number
  /** Reach scripts by environment, masked in logs. */
  secrets: Record<string, Sealed>
}

export const actionDefaults = { timeoutMs: 60_000, slowTimeoutMs: 900_000, retries: 0, retryDelayMs: 30_000 } as const
