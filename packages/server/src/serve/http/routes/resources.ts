import { type TProperties, Type } from 'typebox'
import type { Desk } from '../../../desk/desk.ts'
import {
  actions,
  clusters,
  counters,
  ec2Profiles,
  jvmProfiles,
  nodes,
  schedules,
  sshProfiles,
  triggers,
} from '../../../desk/kinds/all.ts'
import type { Kind, Named } from '../../../desk/kinds/kind.ts'
import { answerOf, changeOne, createOne, type ListQuery, listOf, removeOne, rowOf } from '../../../desk/resources.ts'
import type { Where } from '../../../keep/store/table.ts'
import { page } from '../../../wire/schema.ts'
import { askerOn } from '../access.ts'
import type { App } from '../app.ts'
import { ById, listQuery, NameOrId, partial, Q, versionOf } from './parts.ts'

/** GET list, POST, and GET, PATCH, DELETE of one, for every kind of configuration. */
export function resourceRoutes(app: App, desk: Desk): void {
  routesOf(app, desk, clusters)
  nodeRoutes(app, desk)
  for (const kind of [counters, actions, sshProfiles, jvmProfiles, ec2Profiles, schedules])
    routesOf(app, desk, kind as Kind)
  triggerRoutes(app, desk)
}

function nodeRoutes(app: App, desk: Desk): void {
  routesOf(app, desk, nodes, { cluster: 'clusterId' })
}

function triggerRoutes(app: App, desk: Desk): void {
  routesOf(app, desk, triggers, { cluster: 'clusterId' })
}

function routesOf<Row extends Named>(
  app: App,
  desk: Desk,
  kind: Kind<Row>,
  narrow: { cluster?: keyof Row & string } = {},
): void {
  const url = `/${kind.path}`
  const tags = [kind.path]
  const byCluster: TProperties = narrow.cluster === undefined ? {} : { cluster: Type.Optional(NameOrId) }
  app.get(
    url,
    {
      config: { access: 'viewer' },
      schema: { tags, querystring: listQuery({ q: Q, ...byCluster }), response: { 200: page(kind.answer) } },
    },
    async ({ query }) => listOf(desk, kind, query as ListQuery, await whereOf<Row>(desk, narrow.cluster, query)),
  )
  app.post(
    url,
    { config: { access: 'admin' }, schema: { tags, body: kind.body, response: { 201: kind.answer } } },
    async (request, reply) => {
      const row = await createOne(desk, askerOn(request), kind, request.body)
      reply.code(201).header('location', `/api/v1${url}/${row.id}`).header('etag', `"${row.version}"`)
      return answerOf(desk, kind, row)
    },
  )
  app.get(
    `${url}/:id`,
    { config: { access: 'viewer' }, schema: { tags, params: ById, response: { 200: kind.answer } } },
    async ({ params }, reply) => {
      const row = await rowOf(desk.store, kind, params.id)
      reply.header('etag', `"${row.version}"`)
      return answerOf(desk, kind, row)
    },
  )
  app.patch(
    `${url}/:id`,
    {
      config: { access: 'admin' },
      schema: { tags, params: ById, body: partial(kind.body), response: { 200: kind.answer } },
    },
    async (request, reply) => {
      const version = versionOf(request.headers['if-match'])
      const given = request.body as Record<string, unknown>
      const row = await changeOne(desk, askerOn(request), kind, {
        of: request.params.id,
        given,
        ...(version === undefined ? {} : { version }),
      })
      reply.header('etag', `"${row.version}"`)
      return answerOf(desk, kind, row)
    },
  )
  app.delete(`${url}/:id`, { config: { access: 'admin' }, schema: { tags, params: ById } }, async (request, reply) => {
    const version = versionOf(request.headers['if-match'])
    await removeOne(desk, askerOn(request), kind, {
      of: request.params.id,
      ...(version === undefined ? {} : { version }),
    })
    return reply.code(204).send()
  })
}

async function whereOf<Row>(desk: Desk, field: (keyof Row & string) | undefined, query: unknown): Promise<Where<Row>> {
  const { cluster } = query as { cluster?: string }
  if (field === undefined || cluster === undefined) return {}
  return { [field]: (await rowOf(desk.store, clusters, cluster)).id } as Where<Row>
}
