import { rightsDirectory } from '../../../desk/cluster-roles.ts'
import type { Asker } from '../../../desk/desk.ts'
import { changeOwnPassword } from '../../../desk/own-password.ts'
import { welcome } from '../../../desk/password-links.ts'
import { ownUserId, signOut } from '../../../desk/sessions.ts'
import { signIn } from '../../../desk/sign-in.ts'
import { clusterRoleAnswer } from '../../../wire/convert/people.ts'
import * as people from '../../../wire/people.ts'
import { askerOn, cookieName } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'
import { browserOf, renewSession, setCookie } from './session-cookie.ts'

/** Signing in and out, and the password of one's own. */
export function sessionRoutes(app: App, desk: ServerDesk): void {
  signRoutes(app, desk)
  passwordRoutes(app, desk)
}

const tags = ['session']
/** Whoever is signed in, as what concerns nobody but himself. */
const config = { access: 'none' } as const
/** What strangers may send: a name and two passwords of 1,000 characters, each of up to 12 bytes in JSON. */
const bodyLimit = 32_768

function signRoutes(app: App, desk: ServerDesk): void {
  app.post(
    '/session',
    {
      config: { access: 'anyone' },
      bodyLimit,
      schema: { tags, body: people.SignInBody, response: { 200: people.Me } },
    },
    async (request, reply) => {
      const { secret, asker } = await signIn(desk, request.body, browserOf(request))
      setCookie(request, reply, secret)
      return meAnswer(desk, asker)
    },
  )
  app.get('/session', { config, schema: { tags, response: { 200: people.Me } } }, (request) =>
    meAnswer(desk, askerOn(request)),
  )
  app.delete('/session', { config, schema: { tags } }, async (request, reply) => {
    const secret = request.cookies[cookieName]
    if (secret !== undefined) await signOut(desk, secret)
    return reply.clearCookie(cookieName, { path: '/' }).code(204).send()
  })
}

function passwordRoutes(app: App, desk: ServerDesk): void {
  app.post('/session/password', { config, schema: { tags, body: people.PasswordBody } }, async (request, reply) => {
    const user = await changeOwnPassword(desk, askerOn(request), { ...request.body, address: request.ip })
    await renewSession(desk, request, reply, user)
    return reply.code(204).send()
  })
  app.post(
    '/welcome',
    {
      config: { access: 'anyone' },
      bodyLimit,
      schema: { tags, body: people.WelcomeBody, response: { 200: people.Me } },
    },
    async (request, reply) => {
      const user = await welcome(desk, { ...request.body, address: request.ip })
      const asker = await renewSession(desk, request, reply, user)
      return meAnswer(desk, asker)
    },
  )
}

/** Who is signed in, as the pages ask for it. */
export async function meAnswer(desk: Pick<ServerDesk, 'store'>, asker: Asker): Promise<people.Me> {
  const { who, role, clusterRoles = [], mustEnrol = false } = asker
  const directory = clusterRoles.length > 0 ? await rightsDirectory(desk.store) : null
  const id = ownUserId(asker)
  return {
    who,
    role,
    clusterRoles: directory ? clusterRoles.map((own) => clusterRoleAnswer(own, directory)) : [],
    user: id === undefined ? null : { id, name: who },
    mustEnrol,
  }
}
