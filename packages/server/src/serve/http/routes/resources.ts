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
import { clusterWhere } from '../../../desk/narrow.ts'
import type { ListQuery } from '../../../desk/page.ts'
import { answerOf, changeOne, createOne, listOf, removeOne, rowOf } from '../../../desk/resources.ts'
import type { Where } from '../../../keep/store/table.ts'
import { page } from '../../../wire/schema.ts'
import { askerOn, onlyClusters } from '../access.ts'
import type { App, ClusterScope } from '../app.ts'
import { ById, listQuery, NameOrId, partial, Q, versionOf } from './parts.ts'
import { scopes } from './scopes.ts'

/** How a kind belongs to clusters: the field that says which, the scope of one, and whether lists may be narrowed to one. */
interface InCluster<Row> {
  field: keyof Row & string
  scope: ClusterScope
  asked: boolean
}

/** GET list, POST, and GET, PATCH, DELETE of one, for every kind of configuration. */
export function resourceRoutes(app: App, desk: Desk): void {
  routesOf(app, desk, clusters, { field: 'id', scope: scopes.cluster, asked: false })
  routesOf(app, desk, nodes, { field: 'clusterId', scope: scopes.node, asked: true })
  for (const kind of [counters, actions, sshProfiles, jvmProfiles, ec2Profiles]) routesOf(app, desk, kind as Kind, null)
  routesOf(app, desk, schedules, { field: 'clusterId', scope: scopes.schedule, asked: false })
  routesOf(app, desk, triggers, { field: 'clusterId', scope: scopes.trigger, asked: true })
}

function routesOf<Row extends Named>(app: App, desk: Desk, kind: Kind<Row>, within: InCluster<Row> | null): void {
  readRoutes(app, desk, kind, within)
  createRoute(app, desk, kind)
  changeRoutes(app, desk, kind)
}

/** Whoever has a role for single clusters sees what is in them; what clusters share is for those who may see everything. */
function readRoutes<Row extends Named>(app: App, desk: Desk, kind: Kind<Row>, within: InCluster<Row> | null): void {
  const [url, tags, access] = [`/${kind.path}`, [kind.path], 'viewer'] as const
  const byCluster: TProperties = within?.asked ? { cluster: Type.Optional(NameOrId) } : {}
  const querystring = listQuery({ q: Q, ...byCluster })
  app.get(
    url,
    {
      config: { access, ...(within ? { clusters: 'narrowed' as const } : {}) },
      schema: { tags: [...tags], querystring, response: { 200: page(kind.answer) } },
    },
    async (request) => {
      const where = await whereOf<Row>(desk, within, request.query, onlyClusters(request))
      return listOf(desk, kind, request.query as ListQuery, where)
    },
  )
  app.get(
    `${url}/:id`,
    {
      config: { access, ...(within ? { clusters: within.scope } : {}) },
      schema: { tags: [...tags], params: ById, response: { 200: kind.answer } },
    },
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

async function whereOf<Row>(
  desk: Desk,
  within: InCluster<Row> | null,
  query: unknown,
  only: readonly number[] | undefined,
): Promise<Where<Row>> {
  if (within === null) return {}
  const { cluster } = query as { cluster?: string }
  const asked = cluster === undefined ? undefined : (await rowOf(desk.store, clusters, cluster)).id
  const { clusterId } = clusterWhere(asked, only)
  return clusterId === undefined ? {} : ({ [within.field]: clusterId } as Where<Row>)
}
