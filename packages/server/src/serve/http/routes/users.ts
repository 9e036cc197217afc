import { pageOf, rowQuery } from '../../../desk/page.ts'
import { changeUser, createUser, passwordLink, removeUser, userOf } from '../../../desk/people.ts'
import { userAnswer } from '../../../wire/convert/people.ts'
import * as people from '../../../wire/people.ts'
import * as wire from '../../../wire/resources.ts'
import { page } from '../../../wire/schema.ts'
import { askerOn } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'
import { ById, listQuery, partial, Q, versionOf } from './parts.ts'

const config = { access: 'admin' } as const
const tags = ['users']

/** The people who may sign in. */
export function userRoutes(app: App, desk: ServerDesk): void {
  readRoutes(app, desk)
  changeRoutes(app, desk)
  const response = { 201: people.LinkAnswer }
  app.post('/users/:id/link', { config, schema: { tags, params: ById, response } }, async (request, reply) => {
    const secret = await passwordLink(desk, askerOn(request), request.params.id)
    reply.code(201)
    return { secret }
  })
}

function readRoutes(app: App, desk: ServerDesk): void {
  const querystring = listQuery({ q: Q })
  app.get('/users', { config, schema: { tags, querystring, response: { 200: page(wire.User) } } }, async ({ query }) =>
    pageOf(await desk.store.users.list(rowQuery(query)), query, userAnswer),
  )
  app.get('/users/:id', { config, schema: { tags, params: ById, response: { 200: wire.User } } }, async ({ params }) =>
    userAnswer(await userOf(desk.store, params.id)),
  )
}

function changeRoutes(app: App, desk: ServerDesk): void {
  app.post(
    '/users',
    { config, schema: { tags, body: wire.UserBody, response: { 201: wire.User } } },
    async (request, reply) => {
      const user = await createUser(desk, askerOn(request), request.body)
      reply.code(201).header('location', `/api/v1/users/${user.id}`)
      return userAnswer(user)
    },
  )
  const schema = { tags, params: ById, body: partial(wire.UserBody), response: { 200: wire.User } }
  app.patch('/users/:id', { config, schema }, async (request) => {
    const given = request.body as Partial<wire.UserBody>
    return userAnswer(await changeUser(desk, askerOn(request), { of: request.params.id, given, ...versionOf(request) }))
  })
  app.delete('/users/:id', { config, schema: { tags, params: ById } }, async (request, reply) => {
    await removeUser(desk, askerOn(request), request.params.id)
    return reply.code(204).send()
  })
}
