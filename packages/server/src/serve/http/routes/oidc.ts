import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { beginWithIssuer, finishWithIssuer, noteToSay, oidcMs, saidIn } from '../../../desk/oidc-sign-in.ts'
import { signInWays } from '../../../desk/sign-in-ways.ts'
import { TscalerError } from '../../../model/problem.ts'
import * as people from '../../../wire/people.ts'
import { body } from '../../../wire/schema.ts'
import type { App, ServerDesk } from '../app.ts'
import { renewSession } from './session-cookie.ts'

const StartQuery = body({
  to: Type.Optional(Type.String({ maxLength: 2_000, description: 'The page to come back to: a path of this server.' })),
})

const noteCookie = 'tscaler_oidc'
const config = { access: 'anyone' } as const
const tags = ['session']

/** Signing in with a single sign-on: what the sign-in page shows of it, the way there, and the way back. All three are the browser's own steps. */
export function oidcRoutes(app: App, desk: ServerDesk): void {
  app.get('/sign-in', { config, schema: { tags, response: { 200: people.SignInWays } } }, async (request, reply) => {
    const said = saidIn(desk, request.cookies[noteCookie])
    if (said !== null) reply.clearCookie(noteCookie, { path: notePath })
    reply.header('cache-control', 'no-store')
    return { ...(await signInWays(desk)), said }
  })
  app.get('/oidc/start', { config, schema: { tags, querystring: StartQuery } }, (request, reply) =>
    orSay(desk, request, reply, async () => {
      const redirectUri = `${desk.publicUrl ?? `${request.protocol}://${request.host}`}/api/v1/oidc/callback`
      const { url, note } = await beginWithIssuer(desk, { redirectUri, to: request.query.to })
      keepNote(request, reply, note)
      return url
    }),
  )
  app.get('/oidc/callback', { config, schema: { tags } }, (request, reply) =>
    orSay(desk, request, reply, async () => {
      const note = request.cookies[noteCookie]
      // Good for one return, whatever comes of it.
      reply.clearCookie(noteCookie, { path: notePath })
      const { user, to } = await finishWithIssuer(desk, { note, search: request.url.split('?')[1] ?? '' })
      await renewSession(desk, request, reply, user, 'oidc')
      return to
    }),
  )
}

/** Leads the browser on; trouble is said by the sign-in page, as nobody can read a problem document. */
async function orSay(
  desk: ServerDesk,
  request: FastifyRequest,
  reply: FastifyReply,
  lead: () => Promise<string>,
): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store')
  try {
    return reply.redirect(await lead(), 303)
  } catch (thrown) {
    if (!(thrown instanceof TscalerError)) throw thrown
    request.log.warn({ code: thrown.code }, 'a single sign-on came to nothing')
    keepNote(request, reply, noteToSay(desk, thrown.message))
    return reply.redirect('/sign-in', 303)
  }
}

/** Only these addresses are sent it. */
const notePath = '/api/v1'

/** Lax: the way back begins on the issuer's page. */
function keepNote(request: FastifyRequest, reply: FastifyReply, note: string): void {
  const secure = request.protocol === 'https'
  const maxAge = oidcMs / 1_000
  reply.setCookie(noteCookie, note, { path: notePath, httpOnly: true, sameSite: 'lax', secure, maxAge })
}
