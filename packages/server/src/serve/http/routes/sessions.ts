import { Type } from 'typebox'
import { rightsDirectory } from '../../../desk/cluster-roles.ts'
import { endSession, isSessionOf, listSessions, ownUserId } from '../../../desk/sessions.ts'
import { userOf } from '../../../desk/users.ts'
import { TscalerError } from '../../../model/problem.ts'
import { sessionAnswer } from '../../../wire/convert/people.ts'
import { Session } from '../../../wire/people.ts'
import { body } from '../../../wire/schema.ts'
import { askerOn, cookieName } from '../access.ts'
import type { App, ServerDesk } from '../app.ts'
import { ByNumber, NameOrId } from './parts.ts'

const Query = body({
  user: Type.Optional(NameOrId),
  everyone: Type.Optional(Type.Boolean({ description: "Everybody's, for administrators." })),
})

/** Where somebody is signed in: one's own browsers, for administrators anybody's. */
export function sessionListRoutes(app: App, desk: ServerDesk): void {
  const [config, tags] = [{ access: 'none' } as const, ['session']]
  const answer = Type.Object({ items: Type.Array(Session) })
  app.get('/sessions', { config, schema: { tags, querystring: Query, response: { 200: answer } } }, async (request) => {
    const rows = await listSessions(desk, await wantedUser(desk, request))
    const directory = await rightsDirectory(desk.store)
    const cookie = request.cookies[cookieName]
    return { items: rows.map((row) => sessionAnswer(row, { directory, current: isSessionOf(row, cookie) })) }
  })
  app.delete('/sessions/:id', { config, schema: { tags, params: ByNumber } }, async (request, reply) => {
    await endSession(desk, askerOn(request), request.params.id)
    return reply.code(204).send()
  })
}

/** Whose sessions are asked for; null: everybody's. A user that is not one's own is refused before it is looked for. */
async function wantedUser(
  desk: ServerDesk,
  request: Parameters<typeof askerOn>[0] & { query: { user?: string; everyone?: boolean } },
): Promise<number | null> {
  const asker = askerOn(request)
  const { user, everyone } = request.query
  // The local socket has no sessions of its own; 0 is nobody's id.
  const own = ownUserId(asker) ?? 0
  const isOwn = user === undefined || user === asker.who || user === `${own}`
  if (!everyone && isOwn) return own
  if (asker.role !== 'admin')
    throw new TscalerError('not-allowed', `${asker.who} is ${asker.role}; to see the sessions of others needs admin.`)
  return user === undefined ? null : (await userOf(desk.store, user)).id
}
