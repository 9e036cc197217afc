import type { FastifyReply, FastifyRequest } from 'fastify'
import { changeOwnPassword, userOf, welcome } from '../../../desk/people.ts'
import { openSession, sessionMs, signIn, signOut } from '../../../desk/sessions.ts'
import * as people from '../../../wire/people.ts'
import { askerOn, cookieName } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'

/** Signing in and out, and the passwords of one's own. */
export function sessionRoutes(app: App, desk: ServerDesk): void {
  signRoutes(app, desk)
  passwordRoutes(app, desk)
}

function signRoutes(app: App, desk: ServerDesk): void {
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
}

function passwordRoutes(app: App, desk: ServerDesk): void {
  const tags = ['session']
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
