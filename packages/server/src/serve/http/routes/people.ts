import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Desk } from '../../../desk/desk.ts'
import {
  changeOwnPassword,
  changeUser,
  createToken,
  createUser,
  passwordLink,
  removeToken,
  removeUser,
  tokenOf,
  userOf,
  welcome,
} from '../../../desk/people.ts'
import { pageLimit } from '../../../desk/resources.ts'
import { openSession, type SignInDesk, sessionMs, signIn, signOut } from '../../../desk/sessions.ts'
import { viewOf } from '../../../desk/view.ts'
import type { Token } from '../../../model/people.ts'
import { tokenAnswer, userAnswer } from '../../../wire/convert/people.ts'
import { showAnswer } from '../../../wire/convert/show.ts'
import * as people from '../../../wire/people.ts'
import * as wire from '../../../wire/resources.ts'
import { page } from '../../../wire/schema.ts'
import { askerOn, cookieName } from '../access.ts'
import type { App } from '../app.ts'
import { ById, listQuery, partial, Q, versionOf } from './parts.ts'

type PeopleDesk = Desk & SignInDesk

/** Signing in and out, users and tokens. */
export function peopleRoutes(app: App, desk: PeopleDesk): void {
  sessionRoutes(app, desk)
  userRoutes(app, desk)
  tokenRoutes(app, desk)
}

function sessionRoutes(app: App, desk: PeopleDesk): void {
  const tags = ['session']
  app.post(
    '/session',
    { config: { access: 'anyone' }, schema: { tags, body: people.SignInBody, response: { 200: people.Me } } },
    async (request, reply) => {
      const { secret, asker } = await signIn(desk, { ...request.body, address: request.ip })
      setCookie(request, reply, secret)
      return { who: asker.who, role: asker.role, user: { id: asker.userId, name: asker.who } }
    },
  )
  app.get(
    '/session',
    { config: { access: 'viewer' }, schema: { tags, response: { 200: people.Me } } },
    async (request) => {
      const { who, role, userId } = askerOn(request)
      const isUser = userId !== null && !who.startsWith('token:')
      return { who, role, user: isUser ? { id: userId, name: who } : null }
    },
  )
  app.delete('/session', { config: { access: 'viewer' }, schema: { tags } }, async (request, reply) => {
    const secret = request.cookies[cookieName]
    if (secret !== undefined) await signOut(desk, secret)
    return reply.clearCookie(cookieName, { path: '/' }).code(204).send()
  })
  app.post(
    '/session/password',
    { config: { access: 'viewer' }, schema: { tags, body: people.PasswordBody } },
    async (request, reply) => {
      const asker = askerOn(request)
      await changeOwnPassword(desk, asker, request.body)
      if (asker.userId !== null)
        setCookie(request, reply, await openSession(desk, await userOf(desk.store, `${asker.userId}`)))
      return reply.code(204).send()
    },
  )
  app.post(
    '/welcome',
    { config: { access: 'anyone' }, schema: { tags, body: people.WelcomeBody, response: { 200: people.Me } } },
    async (request, reply) => {
      const user = await welcome(desk, request.body)
      setCookie(request, reply, await openSession(desk, user))
      return { who: user.name, role: user.role, user: { id: user.id, name: user.name } }
    },
  )
}

function setCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  const secure = request.protocol === 'https'
  reply.setCookie(cookieName, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: sessionMs / 1_000,
  })
}

function userRoutes(app: App, desk: PeopleDesk): void {
  const tags = ['users']
  const admin = { access: 'admin' } as const
  app.get(
    '/users',
    { config: admin, schema: { tags, querystring: listQuery({ q: Q }), response: { 200: page(wire.User) } } },
    async ({ query: { limit = pageLimit.default, cursor, q } }) => {
      const after = cursor === undefined ? {} : { cursor: Number(cursor) }
      const rows = await desk.store.users.list({ ...after, ...(q ? { q } : {}), limit: limit + 1 })
      return {
        items: rows.slice(0, limit).map(userAnswer),
        next: rows.length > limit ? `${rows[limit - 1]?.id}` : null,
      }
    },
  )
  app.post(
    '/users',
    { config: admin, schema: { tags, body: wire.UserBody, response: { 201: wire.User } } },
    async (request, reply) => {
      const user = await createUser(desk, askerOn(request), request.body)
      reply.code(201).header('location', `/api/v1/users/${user.id}`)
      return userAnswer(user)
    },
  )
  app.get(
    '/users/:id',
    { config: admin, schema: { tags, params: ById, response: { 200: wire.User } } },
    async ({ params }) => userAnswer(await userOf(desk.store, params.id)),
  )
  app.patch(
    '/users/:id',
    { config: admin, schema: { tags, params: ById, body: partial(wire.UserBody), response: { 200: wire.User } } },
    async (request) => {
      const version = versionOf(request.headers['if-match'])
      const given = request.body as Partial<wire.UserBody>
      const change = { of: request.params.id, given, ...(version === undefined ? {} : { version }) }
      return userAnswer(await changeUser(desk, askerOn(request), change))
    },
  )
  app.delete('/users/:id', { config: admin, schema: { tags, params: ById } }, async (request, reply) => {
    await removeUser(desk, askerOn(request), request.params.id)
    return reply.code(204).send()
  })
  app.post(
    '/users/:id/link',
    { config: admin, schema: { tags, params: ById, response: { 201: people.LinkAnswer } } },
    async (request, reply) => {
      const secret = await passwordLink(desk, askerOn(request), request.params.id)
      reply.code(201)
      return { secret }
    },
  )
}

function tokenRoutes(app: App, desk: PeopleDesk): void {
  const tags = ['tokens']
  const admin = { access: 'admin' } as const
  app.get(
    '/tokens',
    { config: admin, schema: { tags, querystring: listQuery({ q: Q }), response: { 200: page(wire.Token) } } },
    async ({ query: { limit = pageLimit.default, cursor, q } }) => {
      const after = cursor === undefined ? {} : { cursor: Number(cursor) }
      const where = { purpose: 'api' } as const
      const rows = await desk.store.tokens.list({ where, ...after, ...(q ? { q } : {}), limit: limit + 1 })
      const items = await tokenAnswers(desk, rows.slice(0, limit))
      return { items, next: rows.length > limit ? `${rows[limit - 1]?.id}` : null }
    },
  )
  app.post(
    '/tokens',
    { config: admin, schema: { tags, body: wire.TokenBody, response: { 201: wire.Token } } },
    async (request, reply) => {
      const { token, secret } = await createToken(desk, askerOn(request), request.body)
      reply.code(201)
      const [answer] = await tokenAnswers(desk, [token])
      return { ...answer, secret }
    },
  )
  app.get(
    '/tokens/:id',
    { config: admin, schema: { tags, params: ById, response: { 200: wire.Token } } },
    async ({ params }) => {
      const [answer] = await tokenAnswers(desk, [await tokenOf(desk.store, params.id)])
      return answer
    },
  )
  app.delete('/tokens/:id', { config: admin, schema: { tags, params: ById } }, async (request, reply) => {
    await removeToken(desk, askerOn(request), request.params.id)
    return reply.code(204).send()
  })
}

async function tokenAnswers(desk: Desk, rows: readonly Token[]): Promise<wire.Token[]> {
  const { directory } = await viewOf(desk.store, ['users'])
  const show = showAnswer({ directory, secrets: desk.secrets, fields: desk.fields })
  return rows.map((row) => tokenAnswer(row, show))
}
