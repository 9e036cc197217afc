import { type Static, Type } from 'typebox'
import { body, Instant, orNull, Ref } from './schema.ts'

/** A machine of this installation, or of one of its nodes, as the last look at the clouds saw it. */
export const SeenInstance = Type.Object({
  id: Type.String({ description: 'As the cloud names it, such as "i-0abc".' }),
  state: Type.Enum(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated']),
  /** Where tscaler would connect to. */
  host: orNull(Type.String()),
  /** By its tag. */
  name: orNull(Type.String()),
  type: orNull(Type.String()),
  launchedAt: orNull(Instant),
  region: Type.String(),
  ec2Profile: orNull(Ref),
  node: orNull(Ref),
  cluster: orNull(Ref),
  kind: Type.Enum(['node', 'orphan', 'launching', 'not-ended'], {
    description:
      "A node's; of nobody; of a node that is on its way; or made by a run that has ended without it. Orphans, and those not ended, are ended by hand only.",
  }),
  /** What is to be said of it, and what to do. */
  note: orNull(Type.String()),
})

/** What the last look saw. `trouble`: what could not be read, in sentences; what was seen there before is shown on. */
export const SeenInstances = Type.Object({
  items: Type.Array(SeenInstance),
  lookedAt: orNull(Instant),
  trouble: Type.Array(Type.String()),
})

/** Why a machine is ended; for the audit trail. */
export const EndInstanceBody = body({ reason: Type.String({ minLength: 1, maxLength: 1_000 }) })

export type SeenInstance = Static<typeof SeenInstance>
export type SeenInstances = Static<typeof SeenInstances>
export type EndInstanceBody = Static<typeof EndInstanceBody>
