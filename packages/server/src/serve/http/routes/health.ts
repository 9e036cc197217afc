import { Type } from 'typebox'
import type { Desk } from '../../../desk/desk.ts'
import type { Measures } from '../../../desk/measures.ts'
import { messageOf } from '../../../model/problem.ts'
import { body } from '../../../wire/schema.ts'
import type { App } from '../app.ts'
import { exposition, expositionType } from '../exposition.ts'

const MetricsQuery = body({
  values: Type.Optional(Type.Boolean({ description: 'The newest value of every series too.' })),
})

/** For machines that watch tscaler: whether it lives, whether it works, and how it does. Outside the API, as their tools expect it. */
export function healthRoutes(app: App, desk: Desk, measures: Measures): void {
  const config = { access: 'anyone' } as const
  const tags = ['health']
  app.get('/healthz', { config, schema: { tags } }, () => ({ status: 'ok' }))
  app.get('/readyz', { config, schema: { tags } }, async (_request, reply) => {
    const trouble = await troubleOf(desk)
    return reply.code(trouble.length > 0 ? 503 : 200).send({ status: trouble.length > 0 ? 'not ready' : 'ok', trouble })
  })
  app.get(
    '/metrics',
    { config: { access: 'viewer' }, schema: { tags, querystring: MetricsQuery } },
    async ({ query }, reply) => {
      reply.type(expositionType)
      // The compiled serializer is for JSON; this is text already.
      reply.serializer((text) => String(text))
      return exposition(await measures.read({ values: query.values ?? false }))
    },
  )
}

async function troubleOf(desk: Desk): Promise<string[]> {
  const store = await desk.store.installation.find(1).then(
    () => [],
    (thrown: unknown) => [messageOf(thrown)],
  )
  const history = desk.history.trouble()
  return [...store, ...(history === null ? [] : [history]), ...desk.trouble()]
}
