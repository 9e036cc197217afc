import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import { namePattern } from '../model/name.ts'

/** The pieces that the resources' schemas are made of. Nothing here needs Node: the pages share it. */
export const Name = Type.String({
  pattern: namePattern,
  description: 'A name: a letter, then up to 62 letters, digits, dots, underscores or hyphens.',
})
export const Id = Type.Integer({ minimum: 1 })
/** How answers name another thing. */
export const Ref = Type.Object({ id: Id, name: Type.String() })
/** How bodies name another thing: a JSON number is an id, a string a name. */
export const RefIn = Type.Union([Id, Type.String({ maxLength: 63 })], {
  description: 'An id (a number) or a name (a string).',
})
const durationPattern = '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$'
export const Duration = Type.String({
  pattern: durationPattern,
  maxLength: 64,
  description: 'A duration such as "10s", "5m" or "1h30m".',
})
/** How often a counter is collected. */
export const Period = Type.String({
  pattern: durationPattern,
  maxLength: 64,
  description: 'A duration such as "10s" (1s to 1h).',
})
/** ISO 8601 UTC. */
export const Instant = Type.String({ format: 'date-time', description: 'An instant such as "2030-01-31T12:00:00Z".' })
/**
 * How bodies give a secret; no answer ever holds its value. `kept` stands in exports: the secret stays as it is.
 * `writeOnly` keeps what was given out of every message about it.
 */
export const SecretIn = Type.Union(
  [
    Type.Object({ value: Type.String({ maxLength: 65_536 }) }, { additionalProperties: false }),
    Type.Object({ kept: Type.String({ maxLength: 256 }) }, { additionalProperties: false }),
  ],
  { writeOnly: true, description: 'A secret: { "value": "…" }.' },
)
/** How answers show that a secret is set. */
export const SecretOut = Type.Object({
  kept: Type.String({ description: 'A keyed digest: the same secret gives the same text.' }),
})
export const Labels = Type.Record(Type.String(), Type.String())

/** A schema's value, or null. */
export function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

/** A body: no field but these. */
export function body<Properties extends TProperties>(properties: Properties, description = '') {
  return Type.Object(properties, { additionalProperties: false, description })
}

/** What every stored resource is answered with, beside its own fields. */
export const storedFields = { id: Id, version: Type.Integer(), createdAt: Instant, updatedAt: Instant }

/** A page of a list; `next` is the cursor of the next page, null on the last. */
export function page<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), next: orNull(Type.String()) })
}

export type Ref = Static<typeof Ref>
export type RefIn = Static<typeof RefIn>
export type SecretIn = Static<typeof SecretIn>

/** A text out of a fixed few. */
export function oneOf<const Values extends readonly string[]>(values: Values) {
  return Type.Enum([...values] as Values[number][])
}

/** A TCP port. */
export const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
