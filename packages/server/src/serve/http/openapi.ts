import type { TSchema } from 'typebox'
import * as backtest from '../../wire/backtest.ts'
import * as document from '../../wire/document.ts'
import * as explain from '../../wire/explain.ts'
import * as people from '../../wire/people.ts'
import * as resources from '../../wire/resources.ts'
import * as runs from '../../wire/runs.ts'
import * as schema from '../../wire/schema.ts'
import * as seenInstances from '../../wire/seen-instances.ts'
import * as watching from '../../wire/watching.ts'
import type { App } from './app.ts'

/** The wire's shapes by name, so that each stands once in the description. */
const named = new Map<unknown, string>()
for (const module of [schema, resources, runs, watching, backtest, explain, people, document, seenInstances]) {
  for (const [name, value] of Object.entries(module)) if (isSchema(value)) named.set(value, name)
}

function isSchema(value: unknown): value is TSchema {
  return typeof value === 'object' && value !== null && ('type' in value || 'anyOf' in value)
}

/**
 * The description of the whole API. It is made by a second server that registers the same routes, is asked once and thrown away, as
 * nobody needs it between two releases and it is as big as everything else that the server holds.
 */
export async function describeApi(app: App, register: (app: App) => Promise<void>, version: string): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger')
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'tscaler',
        version,
        description: 'Errors are RFC 9457 problem documents, urn:tscaler:error:<code>.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'tscaler_session' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `def-${index}`,
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access
      const shared = Object.fromEntries(Object.entries(schema ?? {}).map(([part, value]) => [part, byName(value)]))
      return { url, schema: { ...shared, summary: `For ${access === 'anyone' ? 'anyone' : `the role ${access}`}.` } }
    },
  })
  for (const [value, name] of named) app.addSchema({ $id: name, ...(inside(value) as object) })
  await register(app)
  await app.ready()
  const description = app.swagger()
  await app.close()
  return description
}

/** The schema with every shape that has a name in place of itself. */
function byName(value: unknown): unknown {
  const name = named.get(value)
  return name === undefined ? inside(value) : { $ref: `${name}#` }
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(byName)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, byName(inner)]))
}
