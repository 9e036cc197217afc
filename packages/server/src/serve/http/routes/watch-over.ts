import { Type } from 'typebox'
import { acknowledge, listAlerts } from '../../../desk/alerts.ts'
import type { Desk } from '../../../desk/desk.ts'
import { pageOf, rowQuery } from '../../../desk/page.ts'
import { pauseFires, resumeFires, stopAll } from '../../../desk/stops.ts'
import { auditAnswer } from '../../../wire/convert/watching.ts'
import { Instant, page } from '../../../wire/schema.ts'
import * as wire from '../../../wire/watching.ts'
import { askerOn, onlyClusters } from '../access.ts'
import type { App } from '../app.ts'
import { ByNumber, listQuery, orNothing } from './parts.ts'
import { scopes } from './scopes.ts'

/** Alerts, the audit trail, pauses and the red stop. */
export function watchOverRoutes(app: App, desk: Desk): void {
  alertRoutes(app, desk)
  auditRoutes(app, desk)
  stopRoutes(app, desk)
}

function alertRoutes(app: App, desk: Desk): void {
  const tags = ['alerts']
  const querystring = listQuery({ state: Type.Optional(Type.Enum(['open', 'acknowledged', 'resolved'])) })
  const config = { access: 'viewer', clusters: 'narrowed' } as const
  app.get('/alerts', { config, schema: { tags, querystring, response: { 200: page(wire.Alert) } } }, (request) =>
    listAlerts(desk, request.query, onlyClusters(request)),
  )
  app.post(
    '/alerts/:id/ack',
    {
      config: { access: 'operator', clusters: scopes.alert },
      schema: { tags, params: ByNumber, response: { 200: wire.Alert } },
    },
    (request) => acknowledge(desk, askerOn(request), request.params.id),
  )
}

function auditRoutes(app: App, desk: Desk): void {
  const querystring = listQuery({
    who: Type.Optional(Type.String({ maxLength: 100 })),
    what: Type.Optional(Type.String({ maxLength: 100 })),
    kind: Type.Optional(Type.String({ maxLength: 100 })),
  })
  app.get(
    '/audit',
    {
      config: { access: 'operator' },
      schema: { tags: ['audit'], querystring, response: { 200: page(wire.AuditEntry) } },
    },
    async ({ query }) => {
      const { limit: _, cursor: __, ...where } = query
      return pageOf(await desk.store.audit.list({ where, ...rowQuery(query), order: 'desc' }), query, auditAnswer)
    },
  )
}

function stopRoutes(app: App, desk: Desk): void {
  const tags = ['stops']
  const config = { access: 'operator', clusters: scopes.pause } as const
  const response = { 200: Type.Object({ until: Instant }) }
  app.post('/pause', { config, schema: { tags, body: wire.PauseBody, response } }, (request) =>
    pauseFires(desk, askerOn(request), request.body),
  )
  app.post('/resume', { config, schema: { tags, body: orNothing(wire.ResumeBody) } }, async (request, reply) => {
    await resumeFires(desk, askerOn(request), request.body ?? {})
    return reply.code(204).send()
  })
  app.post(
    '/stop-all',
    { config: { access: 'operator' }, schema: { tags, body: wire.StopAllBody } },
    async (request, reply) => {
      await stopAll(desk, askerOn(request), request.body)
      return reply.code(204).send()
    },
  )
}
