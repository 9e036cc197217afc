import { type Static, Type } from 'typebox'
import { failureKinds } from '../model/sample.ts'
import { guards } from '../model/verdict.ts'
import { body, Duration, Id, Instant, orNull, Ref } from './schema.ts'

const OneOf = <const Values extends readonly string[]>(values: Values) => Type.Enum([...values] as Values[number][])

/** `<counter>.<node>` or `<counter>.<node>.<jvm>`, by ids. */
export const SeriesId = Type.String({ pattern: '^[1-9]\\d*\\.[1-9]\\d*(\\.[1-9]\\d*)?$' })

/** The newest sample: a value, or a failure in its place. `at` is ISO 8601. */
export const Latest = Type.Union([
  Type.Object({ at: Instant, value: Type.Number() }),
  Type.Object({ at: Instant, failure: Type.Object({ kind: OneOf(failureKinds), text: Type.String() }) }),
])

export const Series = Type.Object({
  id: SeriesId,
  cluster: orNull(Ref),
  node: Ref,
  jvm: orNull(Ref),
  counter: Ref,
  source: OneOf(['ssh', 'jmx'] as const),
  unit: Type.String(),
  threshold: orNull(Type.String()),
  periodMs: Type.Integer(),
  latest: orNull(Latest),
  hits: Type.Integer(),
})

/** Samples of several series; times in epoch ms, `values[i]` belongs to `times[i]`. */
export const Samples = Type.Object({
  series: Type.Array(
    Type.Object({
      id: SeriesId,
      times: Type.Array(Type.Number()),
      values: Type.Array(Type.Number()),
      failures: Type.Array(Type.Object({ at: Type.Number(), kind: OneOf(failureKinds), text: Type.String() })),
      gaps: Type.Array(Type.Tuple([Type.Number(), Type.Number()])),
    }),
  ),
})

/** The state of a trigger now: per series its hits, and the guard that holds it back. */
export const TriggerState = Type.Object({
  trigger: Ref,
  series: Type.Array(
    Type.Object({
      id: orNull(SeriesId),
      node: orNull(Ref),
      jvm: orNull(Ref),
      counter: Ref,
      threshold: Type.String(),
      hits: Type.Integer(),
      hitsNeeded: Type.Integer(),
      breachSince: orNull(Instant),
      latest: orNull(Latest),
    }),
  ),
  heldBackBy: orNull(Type.Object({ guard: OneOf(guards), reason: Type.String(), until: orNull(Instant) })),
  /** The newest decisions, newest first. */
  verdicts: Type.Array(
    Type.Object({
      id: Id,
      outcome: Type.String(),
      guard: orNull(OneOf(guards)),
      reason: Type.String(),
      until: orNull(Instant),
      run: orNull(Id),
      at: Instant,
      lastAt: Instant,
      repeats: Type.Integer(),
    }),
  ),
})

export const Alert = Type.Object({
  id: Id,
  kind: Type.String(),
  subject: Type.String(),
  text: Type.String(),
  state: OneOf(['open', 'acknowledged', 'resolved'] as const),
  openedAt: Instant,
  lastAt: Instant,
  repeats: Type.Integer(),
  ackBy: orNull(Type.String()),
  resolvedAt: orNull(Instant),
})

export const AuditEntry = Type.Object({
  id: Id,
  at: Instant,
  who: Type.String(),
  what: Type.String(),
  kind: Type.String(),
  subject: orNull(Type.Object({ id: orNull(Id), name: orNull(Type.String()) })),
  detail: orNull(Type.String()),
})

export const PauseBody = body({
  /** Everything, where neither is named. */
  trigger: Type.Optional(Type.Union([Id, Type.String()])),
  cluster: Type.Optional(Type.Union([Id, Type.String()])),
  /** How long; it always has an end. */
  for: Type.Optional(Duration),
  until: Type.Optional(Instant),
})
export const ResumeBody = body({
  trigger: Type.Optional(Type.Union([Id, Type.String()])),
  cluster: Type.Optional(Type.Union([Id, Type.String()])),
  /** Also lifts the red stop. */
  stopAll: Type.Optional(Type.Boolean()),
})
export const StopAllBody = body({ reason: Type.String({ minLength: 1, maxLength: 1_000 }) })

/** What became of the stored secrets when their key was changed; keys are told by ids that give nothing away. */
export const Rotated = Type.Object({
  keyId: Type.String(),
  isNew: Type.Boolean(),
  olderKeyIds: Type.Array(Type.String()),
  file: orNull(Type.String()),
  resealed: Type.Integer(),
  unopened: Type.Integer(),
})

/** What the overview needs in one answer. */
export const Status = Type.Object({
  version: Type.String(),
  /** Now, by the server's clock, epoch ms. */
  now: Type.Number(),
  nodes: Type.Integer(),
  clusters: Type.Integer(),
  series: Type.Integer(),
  lastSampleAt: orNull(Instant),
  runsActive: Type.Integer(),
  alertsOpen: Type.Integer(),
  redStop: orNull(Type.Object({ at: Instant, by: Type.String(), reason: Type.String() })),
  pausedUntil: orNull(Instant),
  serverCommands: Type.Boolean(),
  trouble: Type.Array(Type.String()),
})

/** The checks of one node, connected now. */
export const NodeCheck = Type.Object({
  ok: Type.Boolean(),
  findings: Type.Array(Type.Object({ what: Type.String(), ok: Type.Boolean(), text: Type.String() })),
})

/** Accepts the key that a node shows now in place of the pinned one; with a fingerprint only where it is that one. */
export const TrustBody = body({
  fingerprint: Type.Optional(
    Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$', description: 'A fingerprint such as "SHA256:…".' }),
  ),
})
export const TrustAnswer = Type.Object({ old: orNull(Type.String()), new: Type.String() })

/** The declared fields of one source or action, as forms are made of them (`Field` of model/fields.ts). */
const DeclaredFields = Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()))
/** What counters and actions are made of: a form, a help text and a check for each of their fields. */
export const Kinds = Type.Object({
  sources: Type.Record(Type.String(), Type.Object({ fields: DeclaredFields })),
  actions: Type.Record(
    Type.String(),
    Type.Object({ effect: OneOf(['none', 'grow', 'remove'] as const), fields: DeclaredFields }),
  ),
})

/** RFC 9457. `type` is `urn:tscaler:error:<code>`. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  findings: Type.Optional(
    Type.Array(Type.Object({ path: Type.String(), message: Type.String(), line: Type.Optional(Type.Integer()) })),
  ),
})

export type Latest = Static<typeof Latest>
export type Series = Static<typeof Series>
export type Samples = Static<typeof Samples>
export type TriggerState = Static<typeof TriggerState>
export type Alert = Static<typeof Alert>
export type AuditEntry = Static<typeof AuditEntry>
export type Kinds = Static<typeof Kinds>
export type TrustBody = Static<typeof TrustBody>
export type TrustAnswer = Static<typeof TrustAnswer>
export type PauseBody = Static<typeof PauseBody>
export type ResumeBody = Static<typeof ResumeBody>
export type Rotated = Static<typeof Rotated>
export type Status = Static<typeof Status>
export type NodeCheck = Static<typeof NodeCheck>
export type Problem = Static<typeof Problem>
