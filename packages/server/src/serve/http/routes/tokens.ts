import type { Desk } from '../../../desk/desk.ts'
import { cutPage, rowQuery } from '../../../desk/page.ts'
import { changeToken, createToken, removeToken, tokenOf } from '../../../desk/people.ts'
import { viewOf } from '../../../desk/view.ts'
import type { Token } from '../../../model/people.ts'
import { tokenAnswer } from '../../../wire/convert/people.ts'
import { showAnswer } from '../../../wire/convert/show.ts'
import * as wire from '../../../wire/resources.ts'
import { page } from '../../../wire/schema.ts'
import { askerOn } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'
import { ById, listQuery, partial, Q, versionOf } from './parts.ts'

const config = { access: 'admin' } as const
const tags = ['tokens']

/** API tokens: what scripts and other systems sign in with. */
export function tokenRoutes(app: App, desk: ServerDesk): void {
  readRoutes(app, desk)
  app.post(
    '/tokens',
    { config, schema: { tags, body: wire.TokenBody, response: { 201: wire.Token } } },
    async (request, reply) => {
      const { token, secret } = await createToken(desk, askerOn(request), request.body)
      reply.code(201).header('location', `/api/v1/tokens/${token.id}`)
      return { ...(await tokenOne(desk, token)), secret }
    },
  )
  const schema = { tags, params: ById, body: partial(wire.TokenBody), response: { 200: wire.Token } }
  app.patch('/tokens/:id', { config, schema }, async (request) => {
    const given = request.body as Partial<wire.TokenBody>
    return tokenOne(
      desk,
      await changeToken(desk, askerOn(request), { of: request.params.id, given, ...versionOf(request) }),
    )
  })
  app.delete('/tokens/:id', { config, schema: { tags, params: ById } }, async (request, reply) => {
    await removeToken(desk, askerOn(request), request.params.id)
    return reply.code(204).send()
  })
}

function readRoutes(app: App, desk: ServerDesk): void {
  const querystring = listQuery({ q: Q })
  app.get(
    '/tokens',
    { config, schema: { tags, querystring, response: { 200: page(wire.Token) } } },
    async ({ query }) => {
      const rows = await desk.store.tokens.list({ where: { purpose: 'api' }, ...rowQuery(query) })
      const { shown, next } = cutPage(rows, query)
      return { items: await tokenAnswers(desk, shown), next }
    },
  )
  app.get(
    '/tokens/:id',
    { config, schema: { tags, params: ById, response: { 200: wire.Token } } },
    async ({ params }) => tokenOne(desk, await tokenOf(desk.store, params.id)),
  )
}

async function tokenOne(desk: Desk, row: Token): Promise<wire.Token | undefined> {
  return (await tokenAnswers(desk, [row]))[0]
}

async function tokenAnswers(desk: Desk, rows: readonly Token[]): Promise<wire.Token[]> {
  const { directory } = await viewOf(desk.store, ['users'])
  const show = showAnswer({ directory, secrets: desk.secrets, fields: desk.fields })
  return rows.map((row) => tokenAnswer(row, show))
}
