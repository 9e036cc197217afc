import { type Static, Type } from 'typebox'
import { Node } from './resources.ts'
import { Id, Instant, orNull, Ref } from './schema.ts'

/** A JVM of a node: its id, which series ids end in, and how it stands. */
export const Jvm = Type.Object({
  id: Id,
  node: Ref,
  profile: Ref,
  /** Where it is connected to: the node itself, or through its SSH connection. */
  via: Type.Enum(['direct', 'ssh']),
  port: Type.Integer(),
  connection: Node.properties.connection,
})

/** A value of an attribute as JSON: composites and tables as objects, whole numbers beyond 2^53 as texts; long ones are cut. */
const AttributeValue = Type.Unknown()

/** An MBean with its attributes and what they hold now. */
export const MBean = Type.Object({
  name: Type.String(),
  className: Type.String(),
  description: Type.String(),
  attributes: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      description: Type.String(),
      readable: Type.Boolean(),
      writable: Type.Boolean(),
      value: Type.Optional(AttributeValue),
      failure: Type.Optional(Type.Object({ kind: Type.String(), text: Type.String() })),
    }),
  ),
})

/** What the explorer shows: the names that a pattern matches by domain, or one MBean. */
export const MBeans = Type.Object({
  jvm: Ref,
  at: Instant,
  domains: Type.Array(Type.Object({ name: Type.String(), mbeans: Type.Array(Type.String()) })),
  /** How many names are left out, as they are too many. */
  leftOut: Type.Integer(),
  /** Where the pattern is the name of one. */
  mbean: orNull(MBean),
})

export type Jvm = Static<typeof Jvm>
export type MBean = Static<typeof MBean>
export type MBeans = Static<typeof MBeans>
