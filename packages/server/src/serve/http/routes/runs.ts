import { Type } from 'typebox'
import type { Desk } from '../../../desk/desk.ts'
import { helpedBy } from '../../../desk/helped.ts'
import { execute, listRuns, logOf, orderRun, resolveTask, runOf } from '../../../desk/runs.ts'
import { runStates } from '../../../model/run.ts'
import * as wire from '../../../wire/runs.ts'
import { body, page } from '../../../wire/schema.ts'
import { askerOn } from '../access.ts'
import type { App } from '../app.ts'
import { ById, ByNumber, listQuery, NameOrId, onlyOf, orNothing } from './parts.ts'
import { scopes } from './scopes.ts'

/** Runs: begun by hand, looked at, stopped and helped on. */
export function runRoutes(app: App, desk: Desk): void {
  executeRoutes(app, desk)
  readRoutes(app, desk)
  orderRoutes(app, desk)
}

function executeRoutes(app: App, desk: Desk): void {
  const schema = {
    tags: ['runs'],
    params: ById,
    body: orNothing(wire.ExecuteBody),
    response: { 200: wire.Plan, 202: wire.Run },
  }
  const access = 'operator' as const
  app.post(
    '/triggers/:id/execute',
    { config: { access, clusters: scopes.executeTrigger }, schema },
    async (request, reply) => {
      const answer = await execute(desk, askerOn(request), { trigger: request.params.id }, request.body ?? {})
      return 'plan' in answer ? answer.plan : reply.code(202).send(answer.run)
    },
  )
  app.post(
    '/actions/:id/execute',
    { config: { access, clusters: scopes.executeAction }, schema },
    async (request, reply) => {
      const answer = await execute(desk, askerOn(request), { action: request.params.id }, request.body ?? {})
      return 'plan' in answer ? answer.plan : reply.code(202).send(answer.run)
    },
  )
}

const StepParams = body({ id: Type.Integer({ minimum: 1 }), n: Type.Integer({ minimum: 1 }) })
const LogQuery = body({
  node: Type.Optional(NameOrId),
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'The id of the last line that is known.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000 })),
})

function readRoutes(app: App, desk: Desk): void {
  const tags = ['runs']
  const access = 'viewer' as const
  const querystring = listQuery({
    trigger: Type.Optional(NameOrId),
    cluster: Type.Optional(NameOrId),
    state: Type.Optional(Type.Enum([...runStates])),
  })
  app.get(
    '/runs',
    { config: { access, clusters: 'narrowed' }, schema: { tags, querystring, response: { 200: page(wire.Run) } } },
    (request) => listRuns(desk, { ...request.query, ...onlyOf(request) }),
  )
  const config = { access, clusters: scopes.run }
  app.get(
    '/runs/:id',
    { config, schema: { tags, params: ByNumber, response: { 200: wire.Run } } },
    async ({ params }) => ({
      ...(await runOf(desk, params.id)),
      helped: await helpedBy(desk, params.id),
    }),
  )
  app.get(
    '/runs/:id/steps/:n/log',
    { config, schema: { tags, params: StepParams, querystring: LogQuery, response: { 200: page(wire.LogLine) } } },
    ({ params, query }) => logOf(desk, { run: params.id, step: params.n, ...query }),
  )
}

function orderRoutes(app: App, desk: Desk): void {
  const config = { access: 'operator', clusters: scopes.runAndNodes } as const
  for (const order of ['cancel', 'retry', 'approve', 'reject'] as const) {
    const schema = { tags: ['runs'], params: ByNumber, response: { 200: wire.Run } }
    app.post(`/runs/:id/${order}`, { config, schema }, (request) =>
      orderRun(desk, askerOn(request), order, request.params.id),
    )
  }
  const schema = { tags: ['runs'], params: ByNumber, body: wire.ResolveBody, response: { 200: wire.Run } }
  app.post('/runs/:id/resolve', { config, schema }, (request) => {
    const { task, answer } = request.body
    return resolveTask(desk, askerOn(request), { runId: request.params.id, taskId: task, answer })
  })
}
