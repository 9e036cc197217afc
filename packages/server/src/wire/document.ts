import { type Static, Type } from 'typebox'
import { Ec2ProfileBody, JvmProfileBody, SshProfileBody } from './profiles.ts'
import { ActionBody, ClusterBody, CounterBody, NodeInFile, ScheduleBody, TriggerBody } from './resources.ts'
import { body, Id, orNull } from './schema.ts'

const list = Type.Optional

/** The configuration file as JSON, `{ file }` and `{ env }` already read in by the command. */
export const Document = body({
  version: Type.Literal(1),
  sshProfiles: list(Type.Array(SshProfileBody)),
  jvmProfiles: list(Type.Array(JvmProfileBody)),
  ec2Profiles: list(Type.Array(Ec2ProfileBody)),
  counters: list(Type.Array(CounterBody)),
  clusters: list(
    Type.Array(
      body({ ...ClusterBody.properties, nodes: Type.Optional(Type.Array(NodeInFile, { maxItems: 100_000 })) }),
    ),
  ),
  actions: list(Type.Array(ActionBody)),
  triggers: list(Type.Array(TriggerBody)),
  schedules: list(Type.Array(ScheduleBody)),
})

/** The document's outermost form. What stands in the lists is checked one by one, so that everything wrong is told at once. */
export const DocumentShell = body({
  version: Type.Literal(1, { description: "1, the version of the file's form." }),
  sshProfiles: list(Type.Array(Type.Unknown())),
  jvmProfiles: list(Type.Array(Type.Unknown())),
  ec2Profiles: list(Type.Array(Type.Unknown())),
  counters: list(Type.Array(Type.Unknown())),
  clusters: list(Type.Array(Type.Unknown())),
  actions: list(Type.Array(Type.Unknown())),
  triggers: list(Type.Array(Type.Unknown())),
  schedules: list(Type.Array(Type.Unknown())),
})

/** One difference between the file and what is there. */
export const ChangeEntry = Type.Object({
  kind: Type.String(),
  name: Type.String(),
  what: Type.Enum(['create', 'update', 'remove']),
  id: orNull(Id),
  fields: Type.Array(Type.Object({ field: Type.String(), from: Type.Unknown(), to: Type.Unknown() })),
})

export const PlanAnswer = Type.Object({
  changes: Type.Array(ChangeEntry),
  unchanged: Type.Integer(),
  /** In the installation but not in the file; left alone unless pruned. */
  leftAlone: Type.Array(
    Type.Object({
      kind: Type.String(),
      name: Type.String(),
      /** Why it stays although the file is to be all there is. */
      reason: Type.Optional(Type.String()),
    }),
  ),
})

export const PlanBody = body({ document: Type.Unknown(), prune: Type.Optional(Type.Boolean()) })

export type Document = Static<typeof Document>
export type ChangeEntry = Static<typeof ChangeEntry>
export type PlanAnswer = Static<typeof PlanAnswer>
