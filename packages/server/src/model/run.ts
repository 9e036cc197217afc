import type { Action, Effect, StepType } from './action.ts'
import type { OnFailure, Target } from './trigger.ts'

export const runStates = [
  'planned',
  'awaiting-approval',
  'running',
  'waiting',
  'compensating',
  'succeeded',
  'failed',
  'cancelled',
] as const
export type RunState = (typeof runStates)[number]

/** States that a run does not leave. */
export const endedRunStates: readonly RunState[] = ['succeeded', 'failed', 'cancelled']

export const stepStates = [
  'planned',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'undone',
] as const
export type StepState = (typeof stepStates)[number]

/**
 * `waiting`: for a person's go. `unknown`: tscaler stopped or lost the node while it ran, and the probe could not tell. A person answers
 * both.
 */
export const taskStates = [
  'planned',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'unknown',
  'skipped',
  'cancelled',
  'undone',
] as const
export type TaskState = (typeof taskStates)[number]

/** Why a run began: a trigger's fire, or a person. */
export interface Cause {
  kind: 'fire' | 'person'
  /** In words: `shop03 load1 was 4.8 > 4 for 5m`. */
  text: string
  /** Who asked, for a person. */
  by?: string
  reason?: string
  counter?: string
  node?: string
  nodeId?: number
  /** Of the node in breach, so that scripts are still given it when the node is gone. */
  host?: string
  /** By hand: they replace CLUSTER, NODE and a LASTNODE that no step deploys. */
  chosenNodeIds?: number[]
  value?: number
  threshold?: string
}

/** One execution of a trigger's actions, or of one action. */
export interface Run {
  id: number
  triggerId: number | null
  triggerName: string | null
  clusterId: number | null
  clusterName: string | null
  state: RunState
  effect: Effect
  cause: Cause
  planHash: string
  /** Why it waits or how it failed, in words; null otherwise. */
  note: string | null
  cancelRequested: boolean
  createdAt: number
  startedAt: number | null
  endedAt: number | null
}

/** What a step does, as it was when its run was admitted. */
export type StepAction = Pick<
  Action,
  'id' | 'name' | 'fields' | 'timeoutMs' | 'retries' | 'retryDelayMs' | 'secrets'
> & {
  type: StepType
}

/** One action of a run's list. The action is kept as it was when the run was admitted. */
export interface Step {
  id: number
  runId: number
  /** 1, 2, … */
  n: number
  action: Pick<Action, 'id' | 'name' | 'fields' | 'timeoutMs' | 'retries' | 'retryDelayMs' | 'secrets'> & {
    type: StepType
  }
  type: StepType
  target: Target
  onFailure: OnFailure
  state: StepState
  startedAt: number | null
  endedAt: number | null
}

/** One target of a step, with its own durable intent and outcome. */
export interface Task {
  id: number
  runId: number
  stepId: number
  n: number
  nodeId: number | null
  nodeName: string | null
  state: TaskState
  /** Attempts begun. */
  attempts: number
  /** Given to the outside world so that it does the same thing once; made before the intent is stored. */
  token: string
  /** The intent: stored before the outside world is touched; null: never begun. */
  startedAt: number | null
  endedAt: number | null
  error: string | null
  /** Not before this instant (a retry's delay). */
  notBefore: number | null
}

/** Lines of one task's log, in order. */
export interface LogLine {
  id: number
  taskId: number
  at: number
  stream: 'out' | 'err' | 'note'
  text: string
}
