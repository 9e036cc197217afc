import { Type } from 'typebox'
import type { Desk } from '../../../desk/desk.ts'
import { endInstance, seenInstances } from '../../../desk/seen-instances.ts'
import { body } from '../../../wire/schema.ts'
import { EndInstanceBody, SeenInstances } from '../../../wire/seen-instances.ts'
import { askerOn } from '../access.ts'
import type { App } from '../app.ts'

/** The machines in the clouds as tscaler last saw them, and the end of those that no node has. */
export function seenInstanceRoutes(app: App, desk: Desk): void {
  const tags = ['instances']
  app.get(
    '/instances',
    { config: { access: 'viewer' }, schema: { tags, querystring: SeenQuery, response: { 200: SeenInstances } } },
    ({ query }) => seenInstances(desk, { fresh: query.fresh ?? false }),
  )
  app.post(
    '/instances/:id/end',
    { config: { access: 'admin' }, schema: { tags, params: ByVm, body: EndInstanceBody } },
    async (request, reply) => {
      await endInstance(desk, askerOn(request), { vmId: request.params.id, reason: request.body.reason })
      return reply.code(204).send()
    },
  )
}

const SeenQuery = body({
  fresh: Type.Optional(Type.Boolean({ description: 'Looks now; without it the last look of the minute is answered.' })),
})

/** The clouds' own ids, not numbers of the store. */
const ByVm = body({
  id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$', description: 'An id such as "i-0abc".' }),
})
