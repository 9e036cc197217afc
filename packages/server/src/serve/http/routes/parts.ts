import type { FastifyRequest } from 'fastify'
import { type TProperties, type TSchema, Type } from 'typebox'
import { pageLimit } from '../../../desk/page.ts'
import { TscalerError } from '../../../model/problem.ts'
import { body } from '../../../wire/schema.ts'
import { onlyClusters } from '../access.ts'

/** `/{id}`: an id; a name does as well, as names begin with a letter. */
export const ById = body({
  id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$', description: 'An id or a name.' }),
})

/** `/{id}` where things have no names. */
export const ByNumber = body({ id: Type.Integer({ minimum: 1 }) })

const Cursor = Type.String({ pattern: '^\\d{1,15}$', description: 'The next of the page before.' })

/** The query of a list, with what else it may be narrowed by. */
export function listQuery<Properties extends TProperties>(properties: Properties) {
  return body({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageLimit.max })),
    cursor: Type.Optional(Cursor),
    ...properties,
  })
}

export const Q = Type.Optional(Type.String({ maxLength: 100, description: 'Names that contain it.' }))
export const NameOrId = Type.String({ minLength: 1, maxLength: 63, description: 'An id or a name.' })

/** A body that may be left out. */
export function orNothing<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

/** The body with all its fields optional: what a PATCH may give. */
export function partial(schema: TSchema): TSchema {
  const { properties = {} } = schema as { properties?: TProperties }
  return body(Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, Type.Optional(field)])))
}

/** The version of `If-Match: "3"`; none where the header is not there. */
export function versionOf({ headers }: FastifyRequest): { version?: number } {
  const header = headers['if-match']
  if (header === undefined || header === '*') return {}
  const match = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header)
  if (match) return { version: Number(match[1]) }
  throw new TscalerError('bad-input', `If-Match: got ${JSON.stringify(header)}, expected a version such as "3".`)
}

/** The asker's clusters as lists are narrowed to them; nothing where he may see all. */
export function onlyOf(request: FastifyRequest): { only?: readonly number[] } {
  const only = onlyClusters(request)
  return only === undefined ? {} : { only }
}
