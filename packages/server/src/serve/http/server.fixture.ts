import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { openTestDesk, type TestDesk } from '../../desk/desk.fixture.ts'
import { createToken } from '../../desk/tokens.ts'
import { createUser } from '../../desk/users.ts'
import { type Role, roles } from '../../model/people.ts'
import { buildServer, type HttpServer } from './server.ts'

/** A whole server over a test desk, with a token for each role. */
export interface TestServer extends HttpServer {
  desk: TestDesk
  tokens: Record<Role, string>
  /** Asks as a role; null: not signed in. */
  ask(role: Role | null, method: InjectOptions['method'], url: string, body?: unknown): Promise<LightMyRequestResponse>
  close(): Promise<void>
}

export const userPassword = 'correct horse battery'

export async function openTestServer(pages: string | null = null): Promise<TestServer> {
  const desk = await openTestDesk()
  const tokens: Record<Role, string> = { none: '', viewer: '', operator: '', admin: '' }
  for (const role of roles) {
    const user = await createUser(
      desk,
      { who: 'test', role: 'admin', userId: null },
      { name: `the-${role}`, role, password: { value: userPassword } },
    )
    const made = await createToken(desk, { who: user.name, role, userId: user.id }, { name: `for-${role}`, role })
    tokens[role] = made.secret
  }
  const server = await buildServer({ desk, logger: false, pages, requestsMax: 1_000_000 })
  const { app } = server
  return {
    ...server,
    desk,
    tokens,
    ask: (role, method, url, body) =>
      app.inject({
        method: method ?? 'GET',
        url,
        headers: role === null ? {} : { authorization: `Bearer ${tokens[role]}` },
        ...(body === undefined ? {} : { payload: body as object }),
      }),
    async close() {
      await app.close()
      await desk.close()
    },
  }
}
