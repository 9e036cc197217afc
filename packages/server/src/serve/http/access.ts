import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Asker, Desk } from '../../desk/desk.ts'
import { askerOfSession, askerOfToken } from '../../desk/sessions.ts'
import { mayAct } from '../../model/people.ts'
import { TscalerError } from '../../model/problem.ts'
import type { Access, App } from './app.ts'

export const cookieName = 'tscaler_session'

/** Connections over the local socket, and who they stand for. */
export interface LocalSockets {
  has(socket: Socket): boolean
  readonly asker: Asker
}

/** A route and who may use it. */
export interface GuardedRoute {
  method: string
  url: string
  access: Access
}

/** Finds out who asks, and holds every route to the access that it declares; a route that declares none can't be made. Gives all routes, as they are made. */
export function guardAccess(
  app: App,
  desk: Pick<Desk, 'store' | 'clock'>,
  local: LocalSockets,
): readonly GuardedRoute[] {
  const routes: GuardedRoute[] = []
  app.decorateRequest('asker', null)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${method} ${url} declares no access`)
    for (const one of [method].flat()) routes.push({ method: one, url, access: config.access })
  })
  app.addHook('onRequest', async (request) => {
    // What is not there is answered to everybody as not there.
    const access = request.is404 ? 'anyone' : (request.routeOptions.config.access ?? 'admin')
    const fromBrowser = await identify(request, desk, local)
    if (access !== 'anyone') allow(request, access)
    if (isUnsafe(request) && (fromBrowser || access === 'anyone')) checkOrigin(request, fromBrowser)
  })
  return routes
}

/** Whether whoever asked is still somebody: not signed out, disabled or revoked since. */
export async function isStillAllowed(desk: Pick<Desk, 'store' | 'clock'>, request: FastifyRequest): Promise<boolean> {
  const { authorization } = request.headers
  const [, token] = /^Bearer ([\w-]{1,200})$/i.exec(authorization ?? '') ?? []
  if (token !== undefined) return (await askerOfToken(desk, token)) !== undefined
  const secret = request.cookies[cookieName]
  // Neither: the local socket, whose file nobody else can open.
  return secret === undefined || (await askerOfSession(desk, secret)) !== undefined
}

/** Whether it is a browser's cookie that says who asks. */
async function identify(
  request: FastifyRequest,
  desk: Pick<Desk, 'store' | 'clock'>,
  local: LocalSockets,
): Promise<boolean> {
  if (local.has(request.raw.socket)) {
    request.asker = local.asker
    return false
  }
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const [, secret] = /^Bearer ([\w-]{1,200})$/i.exec(authorization) ?? []
    request.asker = (secret === undefined ? undefined : await askerOfToken(desk, secret)) ?? null
    if (!request.asker)
      throw new TscalerError(
        'not-signed-in',
        'The token is unknown, revoked or too old. Make a new one: `tscaler token create`.',
      )
    return false
  }
  const secret = request.cookies[cookieName]
  request.asker = (secret === undefined ? undefined : await askerOfSession(desk, secret)) ?? null
  return request.asker !== null
}

function allow({ asker }: FastifyRequest, access: Exclude<Access, 'anyone'>): void {
  if (!asker)
    throw new TscalerError('not-signed-in', 'Nobody is signed in. Sign in, or send a token: Authorization: Bearer ….')
  if (mayAct(asker.role, access)) return
  throw new TscalerError('not-allowed', `${asker.who} is ${asker.role}; this needs ${access}. Ask an administrator.`)
}

function isUnsafe({ method }: FastifyRequest): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(method)
}

/** Another site's page must not act with this browser's cookie, nor sign it in: SameSite is the first lock, this the second. */
function checkOrigin({ headers }: FastifyRequest, needed: boolean): void {
  const { origin, host } = headers
  if (origin === undefined && !needed) return
  if (origin !== undefined && host !== undefined && isSameSite(origin, host)) return
  const message = `The request comes from ${origin === undefined ? 'no page that says where it is' : 'another site'}. Use the pages of this server; behind a proxy, pass the Host header on.`
  throw new TscalerError('not-allowed', message)
}

/** The origin's scheme decides which port goes without saying. */
function isSameSite(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false
  const page = new URL(origin)
  const own = `${page.protocol}//${host}`
  return page.host !== '' && URL.canParse(own) && new URL(own).host === page.host
}

/** Who asks, on a route that is not for anyone. */
export function askerOn({ asker }: FastifyRequest): Asker {
  if (asker) return asker
  throw new TscalerError('not-signed-in', 'Nobody is signed in.')
}
