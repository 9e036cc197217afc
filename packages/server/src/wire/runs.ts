import { type Static, Type } from 'typebox'
import { stepTypes } from '../model/action.ts'
import { runStates, stepStates, taskStates } from '../model/run.ts'
import { onFailures, targets } from '../model/trigger.ts'
import { body, Id, Instant, orNull, Ref, RefIn } from './schema.ts'

const State = <const Values extends readonly string[]>(values: Values) => Type.Enum([...values] as Values[number][])

export const Task = Type.Object({
  id: Id,
  node: orNull(Ref),
  state: State(taskStates),
  attempts: Type.Integer(),
  startedAt: orNull(Instant),
  endedAt: orNull(Instant),
  error: orNull(Type.String()),
})

export const Step = Type.Object({
  n: Type.Integer({ minimum: 1 }),
  action: Ref,
  type: State(stepTypes),
  target: State(targets),
  onFailure: State(onFailures),
  state: State(stepStates),
  startedAt: orNull(Instant),
  endedAt: orNull(Instant),
  tasks: Type.Array(Task),
})

export const Cause = Type.Object({
  kind: State(['fire', 'person'] as const),
  text: Type.String(),
  by: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
})

/** Whether it helped: the mean of the counter that fired over the cluster, 10 minutes before and 10 minutes after. */
export const Helped = Type.Object({
  counter: Ref,
  unit: Type.String(),
  before: Type.Number(),
  after: Type.Number(),
  /** Whether the counter went away from its threshold; null where that has no direction. */
  better: orNull(Type.Boolean()),
})

/** A run as lists show it: steps without their tasks are in the same place, tasks may be many. */
export const Run = Type.Object({
  id: Id,
  trigger: orNull(Ref),
  cluster: orNull(Ref),
  state: State(runStates),
  cause: Cause,
  planHash: Type.String(),
  note: orNull(Type.String()),
  createdAt: Instant,
  startedAt: orNull(Instant),
  endedAt: orNull(Instant),
  steps: Type.Array(Step),
  /** Only of a single run that is asked for; null while it can't be told. */
  helped: Type.Optional(orNull(Helped)),
})

/** What a run would do, nothing executed. */
export const Plan = Type.Object({
  planHash: Type.String(),
  trigger: orNull(Ref),
  cluster: orNull(Ref),
  steps: Type.Array(
    Type.Object({
      n: Type.Integer(),
      action: Ref,
      type: State(stepTypes),
      target: State(targets),
      onFailure: State(onFailures),
      /** One line a target: what would be done to it, in words. */
      tasks: Type.Array(
        Type.Object({
          node: orNull(Ref),
          text: Type.String(),
          /** What the node itself says would change; only where a preview was asked for, of actions that can tell. */
          preview: Type.Optional(Type.Array(Type.String())),
        }),
      ),
      /** Nodes that are left out, and why. */
      leftOut: Type.Array(Type.Object({ node: Ref, reason: Type.String() })),
    }),
  ),
  /** Why it would be refused now; null: it would begin. */
  refusal: orNull(Type.Object({ guard: Type.String(), reason: Type.String(), until: orNull(Instant) })),
})

export const ExecuteBody = body({
  nodes: Type.Optional(Type.Array(RefIn, { minItems: 1, maxItems: 1_000 })),
  cluster: Type.Optional(RefIn),
  dryRun: Type.Optional(Type.Boolean()),
  preview: Type.Optional(
    Type.Boolean({
      description: 'With dryRun: the targets are asked what would change; takes seconds, changes nothing.',
    }),
  ),
  force: Type.Optional(Type.Boolean()),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
})

/** Answers an unknown task: it did finish, it did not (run it again), or stop the run here. */
export const ResolveBody = body({
  task: Id,
  answer: State(['done', 'not-done', 'stop'] as const),
})

export const LogLine = Type.Object({
  id: Id,
  at: Instant,
  stream: State(['out', 'err', 'note'] as const),
  text: Type.String(),
})

export type Task = Static<typeof Task>
export type Helped = Static<typeof Helped>
export type Step = Static<typeof Step>
export type Run = Static<typeof Run>
export type Plan = Static<typeof Plan>
export type ExecuteBody = Static<typeof ExecuteBody>
export type ResolveBody = Static<typeof ResolveBody>
export type LogLine = Static<typeof LogLine>
