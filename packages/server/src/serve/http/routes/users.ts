import { rightsDirectory } from '../../../desk/cluster-roles.ts'
import { cutPage, rowQuery } from '../../../desk/page.ts'
import { passwordLink } from '../../../desk/password-links.ts'
import { resetFactor, usersWithFactor } from '../../../desk/second-factor.ts'
import { changeUser, createUser, removeUser, userOf } from '../../../desk/users.ts'
import type { User } from '../../../model/people.ts'
import { userAnswer } from '../../../wire/convert/people.ts'
import * as people from '../../../wire/people.ts'
import * as wire from '../../../wire/resources.ts'
import { page } from '../../../wire/schema.ts'
import { askerOn } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'
import { ById, listQuery, partial, Q, versionOf } from './parts.ts'
import { renewSession } from './session-cookie.ts'

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
  app.delete('/users/:id/second-factor', { config, schema: { tags, params: ById } }, async (request, reply) => {
    await resetFactor(desk, askerOn(request), request.params.id)
    return reply.code(204).send()
  })
}

function readRoutes(app: App, desk: ServerDesk): void {
  const querystring = listQuery({ q: Q })
  app.get(
    '/users',
    { config, schema: { tags, querystring, response: { 200: page(wire.User) } } },
    async ({ query }) => {
      const { shown, next } = cutPage(await desk.store.users.list(rowQuery(query)), query)
      return { items: await userAnswers(desk, shown), next }
    },
  )
  app.get('/users/:id', { config, schema: { tags, params: ById, response: { 200: wire.User } } }, async ({ params }) =>
    userOne(desk, await userOf(desk.store, params.id)),
  )
}

function changeRoutes(app: App, desk: ServerDesk): void {
  app.post(
    '/users',
    { config, schema: { tags, body: wire.UserBody, response: { 201: wire.User } } },
    async (request, reply) => {
      const user = await createUser(desk, askerOn(request), request.body)
      reply.code(201).header('location', `/api/v1/users/${user.id}`)
      return userOne(desk, user)
    },
  )
  const schema = { tags, params: ById, body: partial(wire.UserBody), response: { 200: wire.User } }
  app.patch('/users/:id', { config, schema }, async (request, reply) => {
    const given = request.body as Partial<wire.UserBody>
    const asker = askerOn(request)
    const user = await changeUser(desk, asker, { of: request.params.id, given, ...versionOf(request) })
    if (isOwnAndEnded(asker, user, given)) await renewSession(desk, request, reply, user)
    return userOne(desk, user)
  })
  app.delete('/users/:id', { config, schema: { tags, params: ById } }, async (request, reply) => {
    await removeUser(desk, askerOn(request), request.params.id)
    return reply.code(204).send()
  })
}

/** Who changes his own rights or password in his browser goes on there with a session of a new name. */
function isOwnAndEnded(
  asker: ReturnType<typeof askerOn>,
  user: User,
  { role, clusterRoles, password }: Partial<wire.UserBody>,
): boolean {
  const isChanged = role !== undefined || clusterRoles !== undefined || password !== undefined
  return isChanged && !user.disabled && asker.userId === user.id && asker.who === user.name
}

async function userOne(desk: ServerDesk, row: User): Promise<wire.User | undefined> {
  return (await userAnswers(desk, [row]))[0]
}

async function userAnswers(desk: ServerDesk, rows: readonly User[]): Promise<wire.User[]> {
  const directory = await rightsDirectory(desk.store)
  const withFactor = await usersWithFactor(desk.store, rows)
  return rows.map((row) => userAnswer(row, { directory, withFactor }))
}
