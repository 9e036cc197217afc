import type {} from '@fastify/swagger'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Asker, Desk } from '../../desk/desk.ts'
import type { SignInDesk } from '../../desk/sessions.ts'
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
export type ServerDesk = Desk & SignInDesk

/** Who may use a route; every route says so. `anyone`: not signed in either. */
export type Access = Role | 'anyone'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** Who asks; null: nobody has signed in. */
    asker: Asker | null
  }
}
