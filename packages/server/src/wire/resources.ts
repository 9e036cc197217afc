import { type Static, Type } from 'typebox'
import { nodeStates } from '../model/node.ts'
import { roles } from '../model/people.ts'
import { comparisons } from '../model/threshold.ts'
import { aggregates, onFailures, targets, triggerStates } from '../model/trigger.ts'
import {
  body,
  Duration,
  Instant,
  Labels,
  Name,
  orNull,
  Period,
  Ref,
  RefIn,
  SecretIn,
  SecretOut,
  storedFields,
} from './schema.ts'

/** A text out of a fixed few. */
function oneOf<const Values extends readonly string[]>(values: Values) {
  return Type.Enum([...values] as Values[number][])
}

const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
const Threshold = Type.String({
  pattern: `^\\s*(${comparisons.join('|')})\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*$`,
  description: 'A comparison and a number, such as "> 4".',
})
const Timing = Type.Union([Type.Number({ minimum: 0, maximum: 100_000 }), Duration], {
  description: 'Minutes as a number, or a duration such as "90s".',
})
const optional = Type.Optional

export const SshProfileBody = body({
  name: Name,
  user: Type.String({ minLength: 1, maxLength: 64 }),
  privateKey: optional(orNull(SecretIn)),
  passphrase: optional(orNull(SecretIn)),
  password: optional(orNull(SecretIn)),
  agent: optional(Type.Boolean()),
  hostKeys: optional(oneOf(['strict', 'accept-new'] as const)),
  jump: optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 8 })),
  knownHosts: optional(orNull(Type.String({ maxLength: 1_048_576 }))),
  certAuthorities: optional(Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 20 })),
})
export const SshProfile = Type.Object({
  ...storedFields,
  name: Name,
  user: Type.String(),
  privateKey: orNull(SecretOut),
  passphrase: orNull(SecretOut),
  password: orNull(SecretOut),
  agent: Type.Boolean(),
  hostKeys: oneOf(['strict', 'accept-new'] as const),
  jump: Type.Array(Type.String()),
  knownHosts: orNull(Type.String()),
  certAuthorities: Type.Array(Type.String()),
})

const Pem = Type.String({ maxLength: 65_536, description: 'PEM text.' })
export const JvmProfileBody = body({
  name: Name,
  port: Port,
  user: optional(orNull(Type.String({ maxLength: 255 }))),
  password: optional(orNull(SecretIn)),
  tls: optional(
    orNull(
      body({
        ca: optional(orNull(Pem)),
        cert: optional(orNull(Pem)),
        key: optional(orNull(SecretIn)),
      }),
    ),
  ),
  hostOverride: optional(orNull(Type.String({ maxLength: 255 }))),
  via: optional(oneOf(['direct', 'ssh'] as const)),
})
export const JvmProfile = Type.Object({
  ...storedFields,
  name: Name,
  port: Port,
  user: orNull(Type.String()),
  password: orNull(SecretOut),
  tls: orNull(Type.Object({ ca: orNull(Type.String()), cert: orNull(Type.String()), key: orNull(SecretOut) })),
  hostOverride: orNull(Type.String()),
  via: oneOf(['direct', 'ssh'] as const),
})

const ec2Fields = {
  region: Type.String({ minLength: 1, maxLength: 64 }),
  imageId: Type.String({ minLength: 1, maxLength: 64 }),
  instanceTypes: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 20 }),
}
const ec2Lists = {
  securityGroups: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 20 }),
  subnetIds: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 20 }),
  loadBalancers: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 20 }),
  targetGroups: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 20 }),
}
export const Ec2ProfileBody = body({
  name: Name,
  ...ec2Fields,
  keyName: optional(orNull(Type.String({ maxLength: 255 }))),
  securityGroups: optional(ec2Lists.securityGroups),
  subnetIds: optional(ec2Lists.subnetIds),
  loadBalancers: optional(ec2Lists.loadBalancers),
  targetGroups: optional(ec2Lists.targetGroups),
  userData: optional(orNull(Type.String({ maxLength: 16_384 }))),
  register: optional(oneOf(['launch', 'ready'] as const)),
  tags: optional(Labels),
})
export const Ec2Profile = Type.Object({
  ...storedFields,
  name: Name,
  ...ec2Fields,
  ...ec2Lists,
  keyName: orNull(Type.String()),
  userData: orNull(Type.String()),
  register: oneOf(['launch', 'ready'] as const),
  tags: Labels,
})

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
const actionTypeFields = {
  deployEc2Node: optional(ActionFields),
  removeEc2Node: optional(ActionFields),
  osConfiguration: optional(ActionFields),
  localScript: optional(ActionFields),
  distributedScript: optional(ActionFields),
  serverCommand: optional(ActionFields),
  email: optional(ActionFields),
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

export const UserBody = body({
  name: Name,
  role: oneOf(roles),
  email: optional(orNull(Type.String({ maxLength: 254 }))),
  password: optional(body({ value: Type.String({ minLength: 12, maxLength: 1_000 }) })),
  disabled: optional(Type.Boolean()),
})
export const User = Type.Object({
  ...storedFields,
  name: Name,
  role: oneOf(roles),
  email: orNull(Type.String()),
  disabled: Type.Boolean(),
  hasPassword: Type.Boolean(),
})

export const TokenBody = body({ name: Name, role: oneOf(roles), expiresAt: optional(orNull(Instant)) })
export const Token = Type.Object({
  ...storedFields,
  name: Name,
  role: oneOf(roles),
  user: Ref,
  expiresAt: orNull(Instant),
  lastUsedAt: orNull(Instant),
  /** Given once, when the token is made. */
  secret: optional(Type.String()),
})

export type SshProfileBody = Static<typeof SshProfileBody>
export type SshProfile = Static<typeof SshProfile>
export type JvmProfileBody = Static<typeof JvmProfileBody>
export type JvmProfile = Static<typeof JvmProfile>
export type Ec2ProfileBody = Static<typeof Ec2ProfileBody>
export type Ec2Profile = Static<typeof Ec2Profile>
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
