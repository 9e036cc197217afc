import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Asker } from '../../../desk/desk.ts'
import { type Browser, openSession, sessionMs } from '../../../desk/sessions.ts'
import type { Session, User } from '../../../model/people.ts'
import { cookieName } from '../access.ts'
import type { ServerDesk } from '../app.ts'

/** A new session in place of the one that the request came with. */
export async function renewSession(
  desk: ServerDesk,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  signedInBy: Session['signedInBy'] = 'password',
): Promise<Asker> {
  const { secret, asker } = await openSession(desk, user, browserOf(request), signedInBy)
  setCookie(request, reply, secret)
  return asker
}

/** From where a request comes, and what it came with. */
export function browserOf(request: FastifyRequest): Browser {
  return { address: request.ip, userAgent: request.headers['user-agent'], cookie: request.cookies[cookieName] }
}

/** Neither scripts nor other sites' pages get hold of it. */
export function setCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  const secure = request.protocol === 'https'
  reply.setCookie(cookieName, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: sessionMs / 1_000,
  })
}
