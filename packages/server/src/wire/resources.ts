import { type Static, Type } from 'typebox'
import { nodeStates } from '../model/node.ts'
import { clusterRoles, roles } from '../model/people.ts'
import { comparisons } from '../model/threshold.ts'
import { aggregates, onFailures, targets, triggerStates } from '../model/trigger.ts'
import {
  body,
  Duration,
  Instant,
  Labels,
  Name,
  oneOf,
  orNull,
  Period,
  Port,
  Ref,
  RefIn,
  SecretIn,
  SecretOut,
  storedFields,
} from './schema.ts'

export const Threshold = Type.String({
  pattern: `^\\s*(${comparisons.join('|')})\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*$`,
  description: 'A comparison and a number, such as "> 4".',
})
export const Timing = Type.Union([Type.Number({ minimum: 0, maximum: 100_000 }), Duration], {
  description: 'Minutes as a number, or a duration such as "90s".',
})
const optional = Type.Optional

/** The fields of a counter's source; each source checks its own against its declared fields. */
const SourceFields = Type.Record(Type.String(), Type.Unknown())
const counterFields = { ssh: optional(SourceFields), jmx: optional(SourceFields) }
export const CounterBody = body({
  name: Name,
  ...counterFields,
  threshold: optional(orNull(Threshold)),
  period: optional(Period),
  unit: optional(Type.String({ maxLength: 32 })),
  shared: optional(Type.Boolean()),
})
export const Counter = Type.Object({
  ...storedFields,
  name: Name,
  ...counterFields,
  threshold: orNull(Type.String()),
  period: Duration,
  unit: Type.String(),
  shared: Type.Boolean(),
})

const Size = Type.Integer({ minimum: 0, maximum: 100_000 })
export const ClusterBody = body({
  name: Name,
  min: optional(Size),
  max: optional(orNull(Size)),
  cooldown: optional(Duration),
  warmUp: optional(Duration),
  counters: optional(Type.Array(RefIn, { maxItems: 1_000 })),
})
export const Cluster = Type.Object({
  ...storedFields,
  name: Name,
  min: Size,
  max: orNull(Size),
  cooldown: Duration,
  warmUp: Duration,
  counters: Type.Array(Ref),
  pausedUntil: orNull(Instant),
  /** Nodes planned to draining. */
  size: Type.Integer(),
})

/** A node in the configuration file stands in its cluster; over the API it names it. */
const nodeFields = {
  name: Name,
  local: optional(Type.Boolean({ description: 'This machine itself, without SSH.' })),
  hostname: optional(Type.String({ minLength: 1, maxLength: 255 })),
  port: optional(Port),
  hostKey: optional(orNull(Type.String({ maxLength: 10_000 }))),
  sshProfile: optional(orNull(RefIn)),
  jvmProfiles: optional(Type.Array(RefIn, { maxItems: 20 })),
  ec2Profile: optional(orNull(RefIn)),
  instanceId: optional(orNull(Type.String({ maxLength: 64 }))),
  protected: optional(Type.Boolean()),
  site: optional(orNull(Type.String({ maxLength: 63 }))),
  labels: optional(Labels),
}
export const NodeBody = body({ ...nodeFields, cluster: optional(orNull(RefIn)) })
export const NodeInFile = body(nodeFields)
export const Node = Type.Object({
  ...storedFields,
  name: Name,
  cluster: orNull(Ref),
  local: Type.Boolean(),
  hostname: Type.String(),
  port: Port,
  hostKey: orNull(Type.String()),
  /** A key that was shown in place of the pinned one; work on the node is stopped until it is accepted. */
  offeredHostKey: orNull(Type.String()),
  sshProfile: orNull(Ref),
  jvmProfiles: Type.Array(Ref),
  ec2Profile: orNull(Ref),
  instanceId: orNull(Type.String()),
  protected: Type.Boolean(),
  site: orNull(Type.String()),
  labels: Labels,
  state: oneOf(nodeStates),
  /** Of the two keys, as ssh shows them: `SHA256:…`. */
  fingerprints: optional(Type.Object({ pinned: orNull(Type.String()), offered: orNull(Type.String()) })),
  connection: Type.Object({
    state: oneOf(['idle', 'connecting', 'open', 'backing-off', 'stopped'] as const),
    failure: orNull(Type.Object({ kind: Type.String(), text: Type.String(), at: Instant })),
    retryAt: orNull(Instant),
  }),
})

/** Besides the name, one field named like the action's type holds that type's own fields. */
const actionFields = {
  timeout: optional(Duration),
  retries: optional(Type.Integer({ minimum: 0, maximum: 100 })),
  retryDelay: optional(Duration),
}
const ActionFields = Type.Record(Type.String(), Type.Unknown())
/** Modules are an archive: commands that read it from a file send it as base64. */
const FieldsWithModules = Type.Unsafe<Static<typeof ActionFields>>({
  type: 'object',
  patternProperties: { '^modules$': { contentEncoding: 'base64' }, '^.*$': {} },
})
const actionTypeFields = {
  deployEc2Node: optional(ActionFields),
  removeEc2Node: optional(ActionFields),
  deployCommand: optional(ActionFields),
  removeCommand: optional(ActionFields),
  osConfiguration: optional(FieldsWithModules),
  localScript: optional(ActionFields),
  distributedScript: optional(ActionFields),
  serverCommand: optional(ActionFields),
  email: optional(ActionFields),
  waitUntil: optional(ActionFields),
  pause: optional(ActionFields),
}
export const ActionBody = body({
  name: Name,
  ...actionTypeFields,
  ...actionFields,
  secrets: optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,62}$' }), SecretIn, { additionalProperties: false }),
  ),
})
export const Action = Type.Object({
  ...storedFields,
  name: Name,
  ...actionTypeFields,
  timeout: Duration,
  retries: Type.Integer(),
  retryDelay: Duration,
  secrets: Type.Record(Type.String(), SecretOut),
})

const Target = oneOf(targets)
const OnFailure = oneOf(onFailures)
const Aggregate = oneOf(aggregates)
const Missing = oneOf(['hold', 'breach'] as const)
export const TriggerBody = body({
  name: Name,
  cluster: RefIn,
  state: optional(oneOf(triggerStates)),
  counters: Type.Array(Type.Union([RefIn, body({ counter: RefIn, threshold: optional(orNull(Threshold)) })]), {
    minItems: 1,
    maxItems: 100,
  }),
  aggregate: optional(orNull(Aggregate)),
  timing: Timing,
  missing: optional(Missing),
  actions: optional(
    Type.Array(body({ action: RefIn, target: optional(Target), onFailure: optional(OnFailure) }), { maxItems: 50 }),
  ),
})
export const Trigger = Type.Object({
  ...storedFields,
  name: Name,
  cluster: Ref,
  state: oneOf(triggerStates),
  counters: Type.Array(Type.Object({ counter: Ref, threshold: orNull(Type.String()) })),
  aggregate: orNull(Aggregate),
  timing: Timing,
  missing: Missing,
  actions: Type.Array(Type.Object({ action: Ref, target: Target, onFailure: OnFailure })),
  pausedUntil: orNull(Instant),
})

export const ScheduleBody = body({
  name: Name,
  cluster: RefIn,
  cron: Type.String({ minLength: 1, maxLength: 200 }),
  zone: optional(Type.String({ maxLength: 64 })),
  trigger: optional(orNull(RefIn)),
  min: optional(orNull(Size)),
  max: optional(orNull(Size)),
  catchUp: optional(orNull(Duration)),
  enabled: optional(Type.Boolean()),
})
export const Schedule = Type.Object({
  ...storedFields,
  name: Name,
  cluster: Ref,
  cron: Type.String(),
  zone: Type.String(),
  trigger: orNull(Ref),
  min: orNull(Size),
  max: orNull(Size),
  catchUp: orNull(Duration),
  enabled: Type.Boolean(),
})

/** What somebody may do on one cluster beyond his role everywhere. */
const ClusterRoleIn = body({ cluster: RefIn, role: oneOf(clusterRoles) })
const ClusterRole = Type.Object({ cluster: Ref, role: oneOf(clusterRoles) })
const ClusterRolesIn = Type.Array(ClusterRoleIn, { maxItems: 200 })

export const UserBody = body({
  name: Name,
  role: oneOf(roles),
  clusterRoles: optional(ClusterRolesIn),
  email: optional(orNull(Type.String({ maxLength: 254 }))),
  password: optional(body({ value: Type.String({ minLength: 12, maxLength: 1_000, writeOnly: true }) })),
  disabled: optional(Type.Boolean()),
})
export const User = Type.Object({
  ...storedFields,
  name: Name,
  role: oneOf(roles),
  clusterRoles: Type.Array(ClusterRole),
  email: orNull(Type.String()),
  disabled: Type.Boolean(),
  hasPassword: Type.Boolean(),
  hasSecondFactor: Type.Boolean(),
  /** Whether an issuer vouches for him: he signs in there, and his roles may come from there. */
  isExternal: Type.Boolean(),
})

export const TokenBody = body({
  name: Name,
  role: oneOf(roles),
  clusterRoles: optional(ClusterRolesIn),
  expiresAt: optional(orNull(Instant)),
})
export const Token = Type.Object({
  ...storedFields,
  name: Name,
  role: oneOf(roles),
  clusterRoles: Type.Array(ClusterRole),
  user: Ref,
  expiresAt: orNull(Instant),
  lastUsedAt: orNull(Instant),
  /** Given once, when the token is made. */
  secret: optional(Type.String()),
})

export type ClusterRoleIn = Static<typeof ClusterRoleIn>
export type ClusterRole = Static<typeof ClusterRole>
export type CounterBody = Static<typeof CounterBody>
export type Counter = Static<typeof Counter>
export type ClusterBody = Static<typeof ClusterBody>
export type Cluster = Static<typeof Cluster>
export type NodeBody = Static<typeof NodeBody>
export type Node = Static<typeof Node>
export type ActionBody = Static<typeof ActionBody>
export type Action = Static<typeof Action>
export type TriggerBody = Static<typeof TriggerBody>
export type Trigger = Static<typeof Trigger>
export type ScheduleBody = Static<typeof ScheduleBody>
export type Schedule = Static<typeof Schedule>
export type UserBody = Static<typeof UserBody>
export type User = Static<typeof User>
export type TokenBody = Static<typeof TokenBody>
export type Token = Static<typeof Token>
