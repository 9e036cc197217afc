import type { ActionType, Effect } from '../model/action.ts'
import type { Clock } from '../model/clock.ts'
import type { Field } from '../model/fields.ts'
import type { Cause } from '../model/run.ts'
import type { Machine } from '../reach/machine.ts'

/** A target of a task: the node with what scripts and templates may know of it. */
export interface TargetNode {
  id: number
  name: string
  host: string
}

/** What all tasks of a run know: the values that scripts and templates are given. */
export interface RunContext {
  runId: number
  runUrl: string
  trigger: string
  cluster: string
  /** The cluster's nodes when the run was planned. */
  nodes: readonly TargetNode[]
  newNode: string
  cause: Cause
}

/** One attempt of one task, as an action sees it. */
export interface Attempt {
  fields: Readonly<Record<string, unknown>>
  secrets: Readonly<Record<string, string>>
  run: RunContext
  step: number
  attempt: number
  /** null for the target `none`. */
  node: TargetNode | null
  machine: Machine | null
  /** Stable for the task over attempts and crashes: folder name, Message-ID, ClientToken are made from it. */
  token: string
  /** `<run>-<step>-<task>-<attempt>`. */
  folder: string
  /** Lines are stored and streamed; secrets are masked before. */
  log: (text: string, stream?: 'out' | 'err' | 'note') => void
  /** Aborts at the time limit or a cancel. */
  signal: AbortSignal
  clock: Clock
}

/** What a probe found out of an attempt that was under way when tscaler stopped. */
export type Probe =
  | { kind: 'done'; text: string }
  | { kind: 'failed'; text: string; retryable: boolean }
  | { kind: 'running' }
  | { kind: 'not-done' }
  | { kind: 'unknown'; text: string }

/** An attempt did not do what it should. `retryable`: another attempt may. */
export class TaskFailed extends Error {
  readonly retryable: boolean
  constructor(message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'TaskFailed'
    this.retryable = options.retryable
  }
}

/** A kind of action. A new one is a folder and a line in `actions/all.ts`. */
export interface ActionKind {
  id: ActionType
  summary: string
  effect: Effect
  /** `each`: a task for every target node; `once`: one task. */
  per: 'each' | 'once'
  /** Needs TSCALER_SERVER_COMMANDS=on: it runs a command on tscaler's own machine. */
  onServer: boolean
  /** Deployment and Puppet take minutes; the others one. */
  slow: boolean
  fields: Readonly<Record<string, Field>>
  /** What it would do to this target, in words; for plans and logs. */
  plan(fields: Readonly<Record<string, unknown>>, target: TargetNode | null): string
  /** One attempt. Throws `TaskFailed`. */
  run(attempt: Attempt): Promise<void>
  /** After a crash: what became of the attempt that was under way. `running` means `resume` may follow it. */
  probe(attempt: Attempt): Promise<Probe>
  /** Goes on following an attempt that the probe found running. */
  resume(attempt: Attempt): Promise<void>
}
