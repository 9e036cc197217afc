import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mayAct, type Role, roles } from '../../model/people.ts'
import { cookieName, guardAccess } from './access.ts'
import { openTestServer, type TestServer, userPassword } from './server.fixture.ts'
import { newApp } from './server.ts'

let server: TestServer
beforeAll(async () => {
  server = await openTestServer()
})
afterAll(() => server.close())

/** Streams, which answer for as long as they are listened to. */
const endless = new Set(['/api/v1/live'])

test('every route × every role: nobody gets further than the route says', async () => {
  expect(server.routes.length).toBeGreaterThan(70)
  const wrong: string[] = []
  for (const { method, url, access } of server.routes) {
    for (const role of [null, ...roles] as (Role | null)[]) {
      const allowed = access === 'anyone' || (role !== null && mayAct(role, access))
      if (allowed && (endless.has(url) || method === 'HEAD')) continue
      const { statusCode } = await server.ask(role, method as 'GET', url.replace(/:\w+/g, '999999'))
      const refused = role === null ? statusCode === 401 : statusCode === 403
      // Signing in and the welcome link refuse what they are given, which is nothing here: 400.
      if (allowed === refused) wrong.push(`${method} ${url} as ${role}: ${statusCode}`)
      if (statusCode >= 500) wrong.push(`${method} ${url} as ${role}: ${statusCode}`)
    }
  }
  expect(wrong).toEqual([])
})

test('only these routes are open to anyone', () => {
  const open = server.routes.filter(({ access }) => access === 'anyone').map(({ method, url }) => `${method} ${url}`)
  expect(open.filter((route) => !route.startsWith('HEAD'))).toEqual([
    'GET /healthz',
    'GET /readyz',
    'GET /api/v1/sign-in',
    'GET /api/v1/oidc/start',
    'GET /api/v1/oidc/callback',
    'POST /api/v1/session',
    'POST /api/v1/welcome',
    'GET /api/v1/openapi.json',
    'GET /*',
  ])
})

test('a route that does not say who may use it can not be made', () => {
  const app = newApp(false)
  guardAccess(app, server.desk, server.local)
  expect(() => app.get('/open', () => 'secret')).toThrow('GET /open declares no access')
})

async function signIn(name = 'the-admin', password = userPassword) {
  return server.app.inject({ method: 'POST', url: '/api/v1/session', payload: { name, password } })
}

describe('sessions', () => {
  test('the cookie signs in; it can not be read by scripts nor sent from other sites', async () => {
    const answer = await signIn()
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['set-cookie']).toMatch(
      /^tscaler_session=[0-9a-f]{64}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    const cookies = { [cookieName]: answer.cookies[0]?.value ?? '' }
    const me = await server.app.inject({ url: '/api/v1/session', cookies })
    expect(me.json()).toMatchObject({ who: 'the-admin', role: 'admin', user: { name: 'the-admin' } })
    // A stolen store signs nobody in.
    const keys = (await server.desk.store.sessions.list()).map(({ key }) => key)
    expect(keys).not.toContain(cookies[cookieName])
  })

  test.each([
    { name: 'its own page', origin: 'http://localhost:80', status: 201 },
    { name: 'another site', origin: 'https://evil.example', status: 403 },
    { name: 'a page that says nothing', origin: undefined, status: 403 },
    { name: 'a page without an address', origin: 'null', status: 403 },
  ])('a change with the cookie from $name is answered $status', async ({ origin, status }) => {
    const cookies = { [cookieName]: (await signIn()).cookies[0]?.value ?? '' }
    const headers = { host: 'localhost:80', ...(origin === undefined ? {} : { origin }) }
    const payload = { name: `from-${status}` }
    const answer = await server.app.inject({ method: 'POST', url: '/api/v1/clusters', cookies, headers, payload })
    expect(answer.statusCode).toBe(status)
  })

  test('ends when signed out, after half a day without use, and after a week', async () => {
    const ask = (cookie: string) => server.app.inject({ url: '/api/v1/session', cookies: { [cookieName]: cookie } })
    const cookie = (await signIn()).cookies[0]?.value ?? ''
    server.desk.clock.advance(12 * 3_600_000 - 1)
    expect((await ask(cookie)).statusCode).toBe(200)
    server.desk.clock.advance(12 * 3_600_000 + 1)
    expect((await ask(cookie)).statusCode).toBe(401)

    const second = (await signIn()).cookies[0]?.value ?? ''
    for (let hour = 0; hour < 7 * 24; hour += 6) {
      expect((await ask(second)).statusCode).toBe(200)
      server.desk.clock.advance(6 * 3_600_000)
    }
    expect((await ask(second)).statusCode).toBe(401)

    const third = (await signIn()).cookies[0]?.value ?? ''
    const headers = { host: 'localhost:80', origin: 'http://localhost:80' }
    await server.app.inject({ method: 'DELETE', url: '/api/v1/session', headers, cookies: { [cookieName]: third } })
    expect((await ask(third)).statusCode).toBe(401)
  })

  test('guessing is slowed down, for the name and for the address; the right password has to wait too', async () => {
    for (let wrong = 0; wrong < 5; wrong++) expect((await signIn('the-viewer', 'wrong password')).statusCode).toBe(401)
    const waiting = await signIn('the-viewer')
    expect([waiting.statusCode, waiting.json().detail]).toEqual([429, 'Too many wrong tries. Wait 2 s and try again.'])
    server.desk.clock.advance(2_000)
    expect((await signIn('the-viewer')).statusCode).toBe(200)
  })

  test('a wrong password and an unknown name are told the same', async () => {
    const [wrong, unknown] = [await signIn('the-admin', 'wrong'), await signIn('nobody', 'wrong')]
    expect(unknown.json()).toEqual(wrong.json())
  })

  test('a changed password ends the other sessions of the user', async () => {
    await server.ask('admin', 'POST', '/api/v1/users', {
      name: 'eve',
      role: 'viewer',
      password: { value: userPassword },
    })
    const other = (await signIn('eve')).cookies[0]?.value ?? ''
    await server.ask('admin', 'PATCH', '/api/v1/users/eve', { password: { value: 'another long password' } })
    expect((await server.app.inject({ url: '/api/v1/session', cookies: { [cookieName]: other } })).statusCode).toBe(401)
    expect((await signIn('eve')).statusCode).toBe(401)
    expect((await signIn('eve', 'another long password')).statusCode).toBe(200)
  })
})

describe('tokens and users', () => {
  test('a token stops working when it is revoked, over its time, or its user is disabled', async () => {
    const make = async (body: object) => (await server.ask('admin', 'POST', '/api/v1/tokens', body)).json()
    const ask = async (secret: string) =>
      (await server.app.inject({ url: '/api/v1/session', headers: { authorization: `Bearer ${secret}` } })).statusCode
    const revoked = await make({ name: 'ci', role: 'viewer' })
    expect(await ask(revoked.secret)).toBe(200)
    expect(JSON.stringify((await server.ask('admin', 'GET', '/api/v1/tokens')).json())).not.toContain(revoked.secret)
    await server.ask('admin', 'DELETE', '/api/v1/tokens/ci')
    expect(await ask(revoked.secret)).toBe(401)
    const soon = new Date(server.desk.clock.now() + 1_000).toISOString()
    const short = await make({ name: 'short', role: 'viewer', expiresAt: soon })
    expect(await ask(short.secret)).toBe(200)
    server.desk.clock.advance(1_000)
    expect(await ask(short.secret)).toBe(401)
  })

  test('the last administrator stays', async () => {
    const answers = [
      await server.ask('admin', 'PATCH', '/api/v1/users/the-admin', { role: 'viewer' }),
      await server.ask('admin', 'PATCH', '/api/v1/users/the-admin', { disabled: true }),
      await server.ask('admin', 'DELETE', '/api/v1/users/the-admin'),
    ]
    expect(answers.map((answer) => answer.json().type)).toEqual(Array(3).fill('urn:tscaler:error:wrong-state'))
  })
})

test('pages from elsewhere can neither frame the pages nor bring scripts in', async () => {
  const { headers } = await server.ask(null, 'GET', '/healthz')
  expect(headers['content-security-policy']).toContain("script-src 'self'")
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['x-frame-options']).toBeDefined()
})
