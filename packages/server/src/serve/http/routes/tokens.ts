import { rightsDirectory } from '../../../desk/cluster-roles.ts'
import { cutPage, rowQuery } from '../../../desk/page.ts'
import { changeToken, createToken, removeToken, tokenOf, visibleTokens } from '../../../desk/tokens.ts'
import type { Token } from '../../../model/people.ts'
import { tokenAnswer } from '../../../wire/convert/people.ts'
import * as wire from '../../../wire/resources.ts'
import { page } from '../../../wire/schema.ts'
import { askerOn } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'
import { ById, listQuery, partial, Q, versionOf } from './parts.ts'

/** One's own are everybody's own affair; those of others an administrator's, as the desk's functions see to. */
const config = { access: 'none' } as const
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
    async (request) => {
      const { query } = request
      const rows = await desk.store.tokens.list({ where: visibleTokens(askerOn(request)), ...rowQuery(query) })
      const { shown, next } = cutPage(rows, query)
      return { items: await tokenAnswers(desk, shown), next }
    },
  )
  app.get('/tokens/:id', { config, schema: { tags, params: ById, response: { 200: wire.Token } } }, async (request) =>
    tokenOne(desk, await tokenOf(desk.store, askerOn(request), request.params.id)),
  )
}

async function tokenOne(desk: ServerDesk, row: Token): Promise<wire.Token | undefined> {
  return (await tokenAnswers(desk, [row]))[0]
}

async function tokenAnswers(desk: ServerDesk, rows: readonly Token[]): Promise<wire.Token[]> {
  const directory = await rightsDirectory(desk.store)
  return rows.map((row) => tokenAnswer(row, directory))
}
