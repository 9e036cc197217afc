import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Asker } from '../../desk/desk.ts'
import { askerOfSession, askerOfToken, type SignInDesk } from '../../desk/sessions.ts'
import type { Tables } from '../../keep/store/store.ts'
import { clustersOf, mayAct, mayActOn, type Role } from '../../model/people.ts'
import { TscalerError } from '../../model/problem.ts'
import type { Access, App, ClusterScope } from './app.ts'

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
  clusters?: ClusterScope
}

type AccessDesk = Pick<SignInDesk, 'store' | 'clock' | 'secondFactor'>

/** Finds out who asks, and holds every route to the access that it declares; a route that declares none can't be made. Gives all routes, as they are made. */
export function guardAccess(app: App, desk: AccessDesk, local: LocalSockets): readonly GuardedRoute[] {
  const routes: GuardedRoute[] = []
  app.decorateRequest('asker', null)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${method} ${url} declares no access`)
    const { access, clusters } = config
    for (const one of [method].flat()) routes.push({ method: one, url, access, ...(clusters ? { clusters } : {}) })
  })
  app.addHook('onRequest', async (request) => {
    const { access, clusters } = ruleOf(request)
    const fromBrowser = await identify(request, desk, local)
    if (access !== 'anyone') allow(request, access, clusters)
    if (isUnsafe(request) && (fromBrowser || access === 'anyone')) checkOrigin(request, fromBrowser)
  })
  // Only here is the body known, which may say what the request is about.
  app.addHook('preHandler', async (request) => {
    const { access, clusters } = ruleOf(request)
    if (access === 'anyone' || typeof clusters !== 'function' || mayAct(askerOn(request).role, access)) return
    allowOn(request, access, await clustersAsked(desk.store, request, clusters))
  })
  return routes
}

/** What is not there is answered to everybody as not there. */
function ruleOf(request: FastifyRequest): { access: Access; clusters?: ClusterScope } {
  if (request.is404) return { access: 'anyone' }
  const { access = 'admin', clusters } = request.routeOptions.config
  return { access, ...(clusters ? { clusters } : {}) }
}

/** The clusters whose things the asker may see; undefined: all, and what belongs to none. For routes that are `narrowed`. */
export function onlyClusters(request: FastifyRequest): readonly number[] | undefined {
  const clusters = clustersOf(askerOn(request), 'viewer')
  return clusters === 'all' ? undefined : clusters
}

/** Who asked, as he is now; undefined where he was signed out, disabled or revoked since. */
export async function askerNow(desk: AccessDesk, request: FastifyRequest): Promise<Asker | undefined> {
  const { authorization } = request.headers
  const [, token] = /^Bearer ([\w-]{1,200})$/i.exec(authorization ?? '') ?? []
  if (token !== undefined) return askerOfToken(desk, token)
  const secret = request.cookies[cookieName]
  // Neither: the local socket, whose file nobody else can open.
  return secret === undefined ? (request.asker ?? undefined) : askerOfSession(desk, secret)
}

/** Whether it is a browser's cookie that says who asks. */
async function identify(request: FastifyRequest, desk: AccessDesk, local: LocalSockets): Promise<boolean> {
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

function allow({ asker }: FastifyRequest, access: Role, clusters: ClusterScope | undefined): void {
  if (!asker)
    throw new TscalerError('not-signed-in', 'Nobody is signed in. Sign in, or send a token: Authorization: Bearer ….')
  if (mayAct(asker.role, access)) return
  if (asker.mustEnrol)
    throw new TscalerError('not-allowed', 'Your role needs a second factor. Set it up first: nothing else is open yet.')
  // Whether a role for a cluster reaches is seen once it is known which cluster is meant.
  if (clusters !== undefined && clustersOf(asker, access).length > 0) return
  throw refusal(asker, access)
}

/** Where nothing is named that belongs to a cluster, the role everywhere counts, and that has been found too small. */
function allowOn(request: FastifyRequest, access: Role, asked: readonly (number | null)[]): void {
  const asker = askerOn(request)
  if (asked.length > 0 && asked.every((cluster) => mayActOn(asker, access, cluster))) return
  throw refusal(asker, access)
}

/** What is not there is refused like what belongs to others: whoever may not see it learns no names. */
async function clustersAsked(
  tables: Tables,
  request: FastifyRequest,
  clusters: Exclude<ClusterScope, 'narrowed'>,
): Promise<readonly (number | null)[]> {
  return clusters(tables, request).catch((thrown: unknown) => {
    if (thrown instanceof TscalerError && thrown.code === 'not-found') return []
    throw thrown
  })
}

function refusal(asker: Asker, access: Role): TscalerError {
  const own = (asker.clusterRoles ?? []).length > 0 ? `${asker.role} beyond his own clusters` : asker.role
  return new TscalerError('not-allowed', `${asker.who} is ${own}; this needs ${access}. Ask an administrator.`)
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
