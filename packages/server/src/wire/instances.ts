import { type Static, Type } from 'typebox'
import { body, orNull, Ref, RefIn } from './schema.ts'

/** Which machines of a cloud are asked for: those with all of these tags; an empty value matches any. */
export const FindInstancesBody = body({
  ec2Profile: RefIn,
  tags: Type.Record(Type.String({ minLength: 1, maxLength: 127 }), Type.String({ maxLength: 255 }), {
    minProperties: 1,
    maxProperties: 50,
  }),
})

/** A machine as its cloud has it now. */
export const Instance = Type.Object({
  id: Type.String(),
  /** Where tscaler connects to, by the profile; null: it has no address. */
  host: orNull(Type.String()),
  /** Its tag Name. */
  name: orNull(Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  state: Type.String(),
  type: orNull(Type.String()),
  /** The node that it is; null: none. */
  node: orNull(Ref),
  /** Whether it carries this installation's tag; no other machine is ever removed. */
  isOurs: Type.Boolean(),
})

export const FoundInstances = Type.Object({
  items: Type.Array(Instance),
  /** The tag of this installation's machines. */
  installationTag: Type.Object({ key: Type.String(), value: Type.String() }),
})

export type FindInstancesBody = Static<typeof FindInstancesBody>
export type Instance = Static<typeof Instance>
export type FoundInstances = Static<typeof FoundInstances>
