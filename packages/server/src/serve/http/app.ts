import type {} from '@fastify/swagger'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Asker, Desk } from '../../desk/desk.ts'
import type { OidcDesk } from '../../desk/oidc.ts'
import type { SignInDesk } from '../../desk/sessions.ts'
import type { SubjectClusters } from '../../desk/subjects.ts'
import type { Tables } from '../../keep/store/store.ts'
import type { Role } from '../../model/people.ts'

/** What a request holds is what its schema says. */
export interface WireTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  serializer: unknown
}

/** The HTTP server as routes see it. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  WireTypes
>

/** What the server's routes work with. */
export type ServerDesk = Desk & SignInDesk & OidcDesk

/** Who may use a route; every route says so. `none`: whoever is signed in. `anyone`: not signed in either. */
export type Access = Role | 'anyone'

/**
 * How a role for single clusters opens a route too: with the clusters that the request is about, on all of which it must reach, or
 * `narrowed` where the route itself answers only what belongs to the asker's clusters. A route that says neither asks for a role everywhere.
 */
export type ClusterScope = 'narrowed' | ((tables: Tables, request: FastifyRequest) => Promise<SubjectClusters>)

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    clusters?: ClusterScope
  }
  interface FastifyRequest {
    /** Who asks; null: nobody has signed in. */
    asker: Asker | null
  }
}
