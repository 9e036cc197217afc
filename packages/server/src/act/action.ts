import type { Effect, StepType } from '../model/action.ts'
import type { Clock } from '../model/clock.ts'
import type { Field } from '../model/fields.ts'
import type { Cause } from '../model/run.ts'
import type { Machine } from '../reach/machine.ts'
import type { FleetNode } from './fleet-node.ts'

/** A target of a task: the node with what scripts and templates may know of it. */
export interface TargetNode {
  id: number
  name: string
  host: string
  /** tscaler's own machine: what runs there needs server commands to be on. */
  local: boolean
}

/** What all tasks of a run know: the values that scripts and templates are given. */
export interface RunContext {
  runId: number
  runUrl: string
  trigger: string
  cluster: string
  /** The cluster's nodes in service when the attempt begins, the run's own new one too. */
  nodes: readonly TargetNode[]
  /** The node that an earlier step deployed; empty where none did. */
  newNode: string
  cause: Cause
}

/** One attempt of one task, as an action sees it. */
export interface Attempt {
  taskId: number
  fields: Readonly<Record<string, unknown>>
  secrets: Readonly<Record<string, string>>
  run: RunContext
  step: number
  attempt: number
  /** null for the target `none`. */
  node: TargetNode | null
  machine: Machine | null
  /** Stable for the task over attempts and crashes: Message-ID, ClientToken are made from it. */
  token: string
  /** `<run>-<step>-<task>-<attempt>`. */
  folder: string
  /** Lines are stored and streamed; secrets are masked before. */
  log: (text: string, stream?: 'out' | 'err' | 'note') => void
  /** Something that the task's row should say although the attempt succeeds, such as a recipient that was refused. */
  remark: (text: string) => void
  /** Aborts at the time limit, at a cancel, or when this process lets go of the run; `abortReason` says which. */
  signal: AbortSignal
  clock: Clock
}

/** `leave`: this process lets go of the run, another will probe: what runs detached must go on. */
export type AbortReason = 'timeout' | 'cancel' | 'leave'

/** Why the signal aborted; undefined: it did not. */
export function abortReason({ aborted, reason }: AbortSignal): AbortReason | undefined {
  if (!aborted) return undefined
  return reason === 'timeout' || reason === 'cancel' ? reason : 'leave'
}

/** What a probe found out of an attempt that was under way when tscaler stopped. */
export type Probe =
  | { kind: 'done'; text: string }
  | { kind: 'failed'; text: string; retryable: boolean }
  | { kind: 'running' }
  | { kind: 'not-done' }
  /** A person must say what became of it; the run waits. */
  | { kind: 'unknown'; text: string }
  /** Nobody can tell and nobody need to: it is reported, and the run goes on. */
  | { kind: 'doubtful'; text: string }

/** An attempt did not do what it should. `retryable`: another attempt may. */
export class TaskFailed extends Error {
  readonly retryable: boolean
  /** Of an attempt that waits: what it saw last, for the sentence that says it timed out. */
  readonly lastSeen: string | undefined
  /** What became of what it had begun, a sentence; it is part of the message, too, and is said where it was cancelled or timed out. */
  readonly aftermath: string | undefined
  constructor(
    message: string,
    options: { retryable: boolean; lastSeen?: string; aftermath?: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.name = 'TaskFailed'
    this.retryable = options.retryable
    this.lastSeen = options.lastSeen
    this.aftermath = options.aftermath
  }
}

/** What became of an attempt can't be told, such as a script that could not be ended on a node that is out of reach. */
export class TaskUnknown extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'TaskUnknown'
  }
}

/** A kind of action. A new one is a folder and a line in `actions/all.ts`. */
export interface ActionKind {
  id: StepType
  summary: string
  effect: Effect
  /** `each`: a task for every target node; `once`: one task. */
  per: 'each' | 'once'
  /** Needs TSCALER_SERVER_COMMANDS=on: it runs a command on tscaler's own machine. */
  onServer: boolean
  /** Deployment and Puppet take minutes; the others one. */
  slow: boolean
  fields: Readonly<Record<string, Field>>
  /** Of a kind that is done `once`: how many tasks it has, such as a task for each node that it adds. 1 where left out. */
  count?(fields: Readonly<Record<string, unknown>>): number
  /** Picks out of a cluster's nodes those that it works on; where left out, all. A text says why there are none. */
  choose?(fields: Readonly<Record<string, unknown>>, nodes: readonly FleetNode[]): FleetNode[] | string
  /** What it would do to this target, in words; for plans and logs. */
  plan(fields: Readonly<Record<string, unknown>>, target: TargetNode | null): string
  /**
   * What it would do to this target, found out there without changing anything, as lines for people. Only when a person asks
   * for it: it takes seconds. Throws `TaskFailed`.
   */
  preview?(attempt: Attempt): Promise<string[]>
  /**
   * One attempt. Throws `TaskFailed` or `TaskUnknown`. When the signal aborts it stops what it began before it throws, but
   * lets go of it where the reason is `leave`.
   */
  run(attempt: Attempt): Promise<void>
  /** After a crash: what became of the attempt that was under way. `running` means `resume` may follow it. */
  probe(attempt: Attempt): Promise<Probe>
  /** Goes on following an attempt that the probe found running; its log comes again from the beginning. */
  resume(attempt: Attempt): Promise<void>
  /**
   * Takes back what the task did, as far as that is right; doing it again changes nothing. `kept`: it is right no longer, such as for a
   * machine that is ready by now. Throws `TaskFailed`.
   */
  undo?(attempt: Attempt): Promise<'undone' | 'kept'>
  /** The outcome is stored: removes what the attempt left lying about. */
  forget?(attempt: Attempt): Promise<void>
}
