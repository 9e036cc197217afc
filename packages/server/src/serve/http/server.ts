import type { Socket } from 'node:net'
import { userInfo } from 'node:os'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { TscalerError } from '../../model/problem.ts'
import { type GuardedRoute, guardAccess } from './access.ts'
import type { App, ServerDesk, WireTypes } from './app.ts'
import { describeApi } from './openapi.ts'
import { answerProblem } from './problems.ts'
import { apiRoutes } from './routes/all.ts'
import { pageRoutes } from './routes/pages.ts'
import { compileSerializer, compileValidator } from './validation.ts'

/** What the HTTP server is made of. */
export interface ServerParts {
  desk: ServerDesk
  logger: FastifyBaseLogger | false
  /** The folder of the built pages; null: none are served. */
  pages: string | null
  /** Requests a minute and address. */
  requestsMax?: number
  /** Addresses and networks of proxies whose X-Forwarded-For and -Proto are believed; a proxy on this machine where left out. */
  proxies?: readonly string[]
}

/** A script's text may be 64 KiB and is escaped in JSON; ten of them fit. */
const bodyBytesMax = 1_048_576
/** A page that is open asks for a few answers a second at most; a script that lists 10,000 nodes for a hundred at once. */
const requestsMaxDefault = 3_000

/** Connections over the local socket are known by the server that took them. */
export class SocketSet {
  readonly #sockets = new WeakSet<Socket>()
  /** The socket's file is open to the owner of this process alone, so that whoever connects is the owner (or root). */
  readonly asker = { who: `os:${userInfo().username}`, role: 'admin', userId: null } as const

  add(socket: Socket): void {
    this.#sockets.add(socket)
  }

  has(socket: Socket): boolean {
    return this.#sockets.has(socket)
  }
}

/** The HTTP face, ready to listen. */
export interface HttpServer {
  app: App
  local: SocketSet
  routes: readonly GuardedRoute[]
}

/** The whole HTTP face, not yet listening; tests `inject` into it. */
export async function buildServer(parts: ServerParts): Promise<HttpServer> {
  const local = new SocketSet()
  const app = newApp(parts.logger, parts.proxies)
  app.setErrorHandler(answerProblem)
  app.setNotFoundHandler((request) => {
    throw new TscalerError(
      'not-found',
      `There is no ${request.method} ${request.url.split('?')[0]}. The API is described at /api/v1/openapi.json.`,
    )
  })
  await app.register(helmet, helmetOptions)
  await app.register(cookie)
  await app.register(rateLimit, {
    max: parts.requestsMax ?? requestsMaxDefault,
    timeWindow: 60_000,
    // Connections over the local socket have no address; they are counted as one, before the list below lets them through.
    keyGenerator: ({ ip }) => ip || 'local socket',
    allowList: (request) => local.has(request.raw.socket),
  })
  const routes = guardAccess(app, parts.desk, local)
  await apiRoutes(app, parts.desk)
  openApiRoute(app, parts)
  await pageRoutes(app, parts.pages)
  await app.ready()
  return { app, local, routes }
}

/** An empty server whose schemas are checked by the wire's own check. */
export function newApp(logger: FastifyBaseLogger | false, proxies: readonly string[] = ['loopback']): App {
  const options = {
    bodyLimit: bodyBytesMax,
    trustProxy: [...proxies],
    logController: new LogController({ disableRequestLogging: true }),
    // Named so that Fastify's own compilers are never loaded; the ones set below are asked.
    schemaController: { compilersFactory: { buildValidator: neverAsked, buildSerializer: neverAsked } },
  }
  const app: FastifyInstance = logger === false ? Fastify(options) : Fastify({ ...options, loggerInstance: logger })
  readJson(app)
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(compileSerializer)
  return app.withTypeProvider<WireTypes>()
}

/** JSON, where an empty body is no body, whatever the header says. */
function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, undefined)
    else parse(request, String(text), done)
  })
}

/** Made at the first request, and kept: it is asked for by people who are reading it. */
function openApiRoute(app: App, { desk }: ServerParts): void {
  let description: Promise<object> | undefined
  app.get('/api/v1/openapi.json', { config: { access: 'anyone' }, schema: { hide: true } }, () => {
    description ??= describeApi(newApp(false), (other) => apiRoutes(other, desk), desk.version)
    return description
  })
}

function neverAsked(): never {
  throw new Error('schemas are compiled by validation.ts')
}

const helmetOptions = {
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      // The pages' component library sets styles from its script.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
      // Served over plain HTTP on the own machine; a proxy with a certificate adds its own.
      upgradeInsecureRequests: null,
    },
  },
  strictTransportSecurity: false,
} as const
