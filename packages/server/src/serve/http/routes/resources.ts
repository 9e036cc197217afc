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
import type { ListQuery } from '../../../desk/page.ts'
import { answerOf, changeOne, createOne, listOf, removeOne, rowOf } from '../../../desk/resources.ts'
import type { Where } from '../../../keep/store/table.ts'
import { page } from '../../../wire/schema.ts'
import { askerOn } from '../access.ts'
import type { App } from '../app.ts'
import { ById, listQuery, NameOrId, partial, Q, versionOf } from './parts.ts'

/** GET list, POST, and GET, PATCH, DELETE of one, for every kind of configuration. */
export function resourceRoutes(app: App, desk: Desk): void {
  routesOf(app, desk, clusters)
  routesOf(app, desk, nodes, { cluster: 'clusterId' })
  for (const kind of [counters, actions, sshProfiles, jvmProfiles, ec2Profiles, schedules])
    routesOf(app, desk, kind as Kind)
  routesOf(app, desk, triggers, { cluster: 'clusterId' })
}

function routesOf<Row extends Named>(
  app: App,
  desk: Desk,
  kind: Kind<Row>,
  narrow: { cluster?: keyof Row & string } = {},
): void {
  readRoutes(app, desk, kind, narrow)
  createRoute(app, desk, kind)
  changeRoutes(app, desk, kind)
}

function readRoutes<Row extends Named>(
  app: App,
  desk: Desk,
  kind: Kind<Row>,
  narrow: { cluster?: keyof Row & string },
): void {
  const [url, tags, config] = [`/${kind.path}`, [kind.path], { access: 'viewer' } as const]
  const byCluster: TProperties = narrow.cluster === undefined ? {} : { cluster: Type.Optional(NameOrId) }
  const querystring = listQuery({ q: Q, ...byCluster })
  app.get(url, { config, schema: { tags, querystring, response: { 200: page(kind.answer) } } }, async ({ query }) =>
    listOf(desk, kind, query as ListQuery, await whereOf<Row>(desk, narrow.cluster, query)),
  )
  app.get(
    `${url}/:id`,
    { config, schema: { tags, params: ById, response: { 200: kind.answer } } },
    async ({ params }, reply) => {
      const row = await rowOf(desk.store, kind, params.id)
      reply.header('etag', `"${row.version}"`)
      return answerOf(desk, kind, row)
    },
  )
}

function createRoute<Row extends Named>(app: App, desk: Desk, kind: Kind<Row>): void {
  const schema = { tags: [kind.path], body: kind.body, response: { 201: kind.answer } }
  app.post(`/${kind.path}`, { config: { access: 'admin' }, ...limitOf(kind), schema }, async (request, reply) => {
    const row = await createOne(desk, askerOn(request), kind, request.body)
    reply.code(201).header('location', `/api/v1/${kind.path}/${row.id}`).header('etag', `"${row.version}"`)
    return answerOf(desk, kind, row)
  })
}

function changeRoutes<Row extends Named>(app: App, desk: Desk, kind: Kind<Row>): void {
  const [url, tags, config] = [`/${kind.path}/:id`, [kind.path], { access: 'admin' } as const]
  const schema = { tags, params: ById, body: partial(kind.body), response: { 200: kind.answer } }
  app.patch(url, { config, ...limitOf(kind), schema }, async (request, reply) => {
    const given = request.body as Record<string, unknown>
    const row = await changeOne(desk, askerOn(request), kind, { of: request.params.id, given, ...versionOf(request) })
    reply.header('etag', `"${row.version}"`)
    return answerOf(desk, kind, row)
  })
  app.delete(url, { config, schema: { tags, params: ById } }, async (request, reply) => {
    await removeOne(desk, askerOn(request), kind, { of: request.params.id, ...versionOf(request) })
    return reply.code(204).send()
  })
}

function limitOf({ bodyBytesMax }: Pick<Kind, 'bodyBytesMax'>): { bodyLimit?: number } {
  return bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }
}

async function whereOf<Row>(desk: Desk, field: (keyof Row & string) | undefined, query: unknown): Promise<Where<Row>> {
  const { cluster } = query as { cluster?: string }
  if (field === undefined || cluster === undefined) return {}
  return { [field]: (await rowOf(desk.store, clusters, cluster)).id } as Where<Row>
}
