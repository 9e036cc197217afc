import { type OidcLies, type OidcPerson, type PretendIssuer, startIssuer } from '@tscaler/rehearsal/oidc.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pageToReturnTo } from '../../desk/oidc.ts'
import { parseRoleMap } from '../../desk/oidc-roles.ts'
import { openIssuer } from '../../reach/oidc/issuer.ts'
import { cookieName } from './access.ts'
import { openTestServer, type TestServer, userPassword } from './server.fixture.ts'

let server: TestServer
let issuer: PretendIssuer
beforeEach(async () => {
  server = await openTestServer()
  issuer = await startIssuer()
  useIssuer('ops=operator; admins=admin; shoppers=viewer@shop; cn=ops,ou=bank=operator@bank')
})
afterEach(async () => {
  await issuer.close()
  await server.close()
})

/** The issuer of the test, with this map of groups. */
function useIssuer(roleMap: string | null, monotonic = () => server.desk.clock.monotonic()): void {
  const { url, clientId, clientSecret } = issuer
  server.desk.oidc = {
    issuer: openIssuer({ issuer: url, clientId, clientSecret }, monotonic),
    address: url,
    name: 'Work',
    roleClaim: 'groups',
    roleMap: roleMap === null ? null : (parseRoleMap(roleMap) ?? null),
  }
}

const ada: OidcPerson = { sub: 'u-1', preferred_username: 'ada', email: 'ada@example.org', groups: ['ops'] }

/** A browser as far as cookies go. */
class Browser {
  readonly cookies: Record<string, string> = {}

  async get(url: string) {
    const answer = await server.app.inject({ url, cookies: this.cookies, headers: { host: 'tscaler.example' } })
    for (const { name, value } of answer.cookies) this.cookies[name] = value
    return answer
  }

  /** Goes to the issuer and back; gives the answer to coming back. */
  async signIn(person: OidcPerson | null, to?: string) {
    return this.get(await this.goOut(person, to))
  }

  /** Goes to the issuer; gives the address that it sends the browser back to. */
  async goOut(person: OidcPerson | null, to?: string): Promise<string> {
    issuer.person = person
    const start = await this.get(`/api/v1/oidc/start${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`)
    const back = await fetch(start.headers.location ?? '', { redirect: 'manual' })
    const { pathname, search } = new URL(back.headers.get('location') ?? '')
    return `${pathname}${search}`
  }

  async me() {
    return this.get('/api/v1/session')
  }

  async ways() {
    return (await this.get('/api/v1/sign-in')).json()
  }
}

test('a first sign-in makes the user with the role of his groups and leads to the page asked for', async () => {
  const browser = new Browser()
  const answer = await browser.signIn(ada, '/runs?state=failed')
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/runs?state=failed'])
  expect((await browser.me()).json()).toMatchObject({ who: 'ada', role: 'operator', mustEnrol: false })
  expect((await server.ask('admin', 'GET', '/api/v1/users/ada')).json()).toMatchObject({
    role: 'operator',
    email: 'ada@example.org',
    isExternal: true,
    hasPassword: false,
  })
  const sessions = (await browser.get('/api/v1/sessions')).json().items
  expect(sessions).toMatchObject([{ user: { name: 'ada' }, signedInBy: 'oidc', current: true }])
  expect((await server.desk.store.audit.list()).map(({ who, what }) => `${who} ${what}`).slice(-2)).toEqual([
    'tscaler create',
    'ada sign-in',
  ])
})

test('the way there carries state, nonce and a PKCE challenge, and the way back of this server', async () => {
  const { headers } = await new Browser().get('/api/v1/oidc/start')
  const there = new URL(headers.location ?? '')
  expect(Object.fromEntries(there.searchParams)).toMatchObject({
    redirect_uri: 'http://tscaler.example/api/v1/oidc/callback',
    response_type: 'code',
    scope: 'openid profile email',
    code_challenge_method: 'S256',
    state: expect.stringMatching(/^.{43}$/),
    nonce: expect.stringMatching(/^.{43}$/),
    code_challenge: expect.stringMatching(/^.{43}$/),
  })
  expect(headers['set-cookie']).toMatch(/^tscaler_oidc=\S+; Max-Age=600; Path=\/api\/v1; HttpOnly; SameSite=Lax$/)
  server.desk.publicUrl = 'https://public.example'
  const again = await new Browser().get('/api/v1/oidc/start')
  expect(new URL(again.headers.location ?? '').searchParams.get('redirect_uri')).toBe(
    'https://public.example/api/v1/oidc/callback',
  )
})

describe('roles', () => {
  beforeEach(async () => {
    for (const name of ['shop', 'bank']) await server.ask('admin', 'POST', '/api/v1/clusters', { name })
  })

  test.each([
    { name: 'the most of several groups', groups: ['ops', 'admins', 'others'], role: 'admin', clusters: [] },
    { name: 'one cluster', groups: ['shoppers'], role: 'none', clusters: ['viewer of shop'] },
    { name: 'a directory name', groups: ['cn=ops,ou=bank'], role: 'none', clusters: ['operator of bank'] },
    { name: 'one text', groups: 'ops', role: 'operator', clusters: [] },
  ])('$name', async ({ groups, role, clusters }) => {
    const browser = new Browser()
    await browser.signIn({ ...ada, groups })
    const me = (await browser.me()).json()
    const own = me.clusterRoles.map(
      (one: { role: string; cluster: { name: string } }) => `${one.role} of ${one.cluster.name}`,
    )
    expect([me.role, own]).toEqual([role, clusters])
  })

  test('groups are read again at each sign-in; other rights end the sessions of before', async () => {
    const [first, second] = [new Browser(), new Browser()]
    await first.signIn(ada)
    await second.signIn({ ...ada, groups: ['admins'] })
    expect((await second.me()).json().role).toBe('admin')
    expect((await first.me()).statusCode).toBe(401)
    expect((await server.desk.store.audit.list()).at(-2)).toMatchObject({
      who: 'tscaler',
      what: 'update',
      detail: 'by the single sign-on: role: "operator" → "admin"',
    })
  })

  test('who is in none of the groups any more is refused in words, and may nothing, with his tokens neither', async () => {
    const browser = new Browser()
    await browser.signIn(ada)
    const asker = { who: 'ada', role: 'operator' as const, userId: (await browser.me()).json().user.id }
    const { createToken } = await import('../../desk/tokens.ts')
    const { secret } = await createToken(server.desk, asker, { name: 'of-ada', role: 'operator' })
    const later = new Browser()
    const answer = await later.signIn({ ...ada, groups: [] })
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in'])
    const said =
      'Work knows you, but none of your groups (its claim "groups") may do anything here. Ask an administrator.'
    expect(await later.ways()).toEqual({ oidc: { name: 'Work', path: '/api/v1/oidc/start', trouble: null }, said })
    expect((await later.ways()).said).toBeNull()
    expect((await browser.me()).statusCode).toBe(401)
    const headers = { authorization: `Bearer ${secret}` }
    expect((await server.app.inject({ url: '/api/v1/session', headers })).json().role).toBe('none')
    expect((await server.app.inject({ url: '/api/v1/status', headers })).statusCode).toBe(403)
  })

  test('a stranger in no group leaves nothing behind', async () => {
    const before = await server.desk.store.users.count()
    expect((await new Browser().signIn({ sub: 'u-9', groups: ['others'] })).headers.location).toBe('/sign-in')
    expect(await server.desk.store.users.count()).toBe(before)
  })

  test('without a map everybody is viewer, and keeps the role that an administrator gives', async () => {
    useIssuer(null)
    const browser = new Browser()
    await browser.signIn(ada)
    expect((await browser.me()).json().role).toBe('viewer')
    await server.ask('admin', 'PATCH', '/api/v1/users/ada', { role: 'operator' })
    await browser.signIn(ada)
    expect((await browser.me()).json().role).toBe('operator')
  })

  test('a claim within another', async () => {
    if (server.desk.oidc) server.desk.oidc.roleClaim = 'realm_access.roles'
    const browser = new Browser()
    await browser.signIn({ ...ada, groups: ['admins'], realm_access: { roles: ['ops'] } })
    expect((await browser.me()).json().role).toBe('operator')
  })
})

describe('who somebody is', () => {
  test('a user of tscaler of the same name is somebody else', async () => {
    await server.ask('admin', 'POST', '/api/v1/users', { name: 'ada', role: 'admin' })
    const browser = new Browser()
    await browser.signIn(ada)
    expect((await browser.me()).json()).toMatchObject({ who: 'ada-2', role: 'operator' })
  })

  test.each([
    { name: 'the first administrator', claims: { preferred_username: 'admin' }, expected: 'admin-2' },
    { name: 'tscaler itself', claims: { preferred_username: 'tscaler' }, expected: 'tscaler-2' },
    { name: 'a token', claims: { preferred_username: 'token:ci' }, expected: 'token-ci' },
    { name: 'nothing that is a name', claims: { preferred_username: '42 ✓' }, expected: 'user' },
    { name: 'an address', claims: { email: 'bob@example.org' }, expected: 'bob' },
  ])('who calls himself $name is $expected', async ({ claims, expected }) => {
    const browser = new Browser()
    await browser.signIn({ sub: 'u-2', groups: ['ops'], ...claims })
    expect((await browser.me()).json().who).toBe(expected)
  })

  test('the same subject under another name is the same user', async () => {
    const browser = new Browser()
    await browser.signIn(ada)
    const { id } = (await browser.me()).json().user
    await browser.signIn({ ...ada, preferred_username: 'ada.lovelace' })
    expect((await browser.me()).json().user).toEqual({ id, name: 'ada' })
  })

  test('a disabled user is refused', async () => {
    const browser = new Browser()
    await browser.signIn(ada)
    await server.ask('admin', 'PATCH', '/api/v1/users/ada', { disabled: true })
    await browser.signIn(ada)
    expect((await browser.ways()).said).toBe('The user "ada" is disabled here. Ask an administrator.')
  })

  test('he gets no password here, by which he could go on when the issuer lets him in no more', async () => {
    await new Browser().signIn(ada)
    const answers = [
      await server.ask('admin', 'POST', '/api/v1/users/ada/link'),
      await server.ask('admin', 'PATCH', '/api/v1/users/ada', { password: { value: userPassword } }),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([409, 409])
  })
})

describe('an answer that does not hold signs nobody in', () => {
  test.each<{ name: string; lies: OidcLies }>([
    { name: 'another nonce', lies: { claims: { nonce: 'of-another-sign-in' } } },
    { name: 'for another client', lies: { claims: { aud: 'another-client' } } },
    { name: 'from another issuer', lies: { claims: { iss: 'https://other.example' } } },
    { name: 'over its time', lies: { claims: { exp: 1_000 } } },
    { name: 'without an end', lies: { claims: { exp: undefined } } },
    { name: 'for nobody', lies: { claims: { sub: undefined } } },
    { name: 'without a signature', lies: { signature: 'none' } },
    { name: 'signed by another key', lies: { signature: 'other-key' } },
    { name: 'that says it is signed with a shared secret', lies: { signature: 'as-hmac' } },
    { name: 'about somebody else at the userinfo endpoint', lies: { userinfo: { sub: 'u-2' } } },
    { name: 'with another state', lies: { returned: { state: 'of-another-browser' } } },
    { name: 'with a code that was never given', lies: { returned: { code: 'made-up' } } },
  ])('$name', async ({ lies }) => {
    issuer.lies = lies
    const browser = new Browser()
    const answer = await browser.signIn(ada)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in'])
    expect(browser.cookies[cookieName]).toBeUndefined()
    expect((await browser.ways()).said).toMatch(
      /^What the single sign-on sent does not hold( \([a-z ]+\))?\. Try again\.$/,
    )
    expect(await server.desk.store.users.findOne({ name: 'ada' })).toBeUndefined()
  })

  test('a person who says no', async () => {
    const browser = new Browser()
    await browser.signIn(null)
    expect((await browser.ways()).said).toMatch(/^What the single sign-on sent does not hold/)
    expect((await browser.me()).statusCode).toBe(401)
  })

  test('the same way back a second time, in the same browser and in another', async () => {
    const browser = new Browser()
    const back = await browser.goOut(ada)
    const kept = { ...browser.cookies }
    await browser.get(back)
    expect((await browser.me()).statusCode).toBe(200)
    const thief = new Browser()
    expect((await thief.get(back)).headers.location).toBe('/sign-in')
    Object.assign(thief.cookies, kept)
    await thief.get(back)
    expect((await thief.me()).statusCode).toBe(401)
  })

  test('a way back that this browser did not begin, or began too long ago', async () => {
    const back = await new Browser().goOut(ada)
    const victim = new Browser()
    await victim.get(back)
    const said = 'This sign-in was not begun in this browser, or too long ago. Try again.'
    expect((await victim.ways()).said).toBe(said)
    const slow = new Browser()
    const late = await slow.goOut(ada)
    server.desk.clock.advance(600_000)
    await slow.get(late)
    expect((await slow.ways()).said).toBe(said)
    expect((await slow.me()).statusCode).toBe(401)
  })

  test('words that another page put into the cookie are not said', async () => {
    const browser = new Browser()
    browser.cookies.tscaler_oidc = Buffer.from(JSON.stringify({ kind: 'said', text: 'Call 555' })).toString('base64')
    expect((await browser.ways()).said).toBeNull()
  })
})

test.each([
  ['/nodes/3?from=1h#graph', '/nodes/3?from=1h#graph'],
  [undefined, '/'],
  ['', '/'],
  ['nodes', '/'],
  ['https://evil.example', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/%09/evil.example', '/%09/evil.example'],
  ['/x\\..\\..//evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [' /nodes', '/'],
])('back from %j leads to %s', (given, expected) => expect(pageToReturnTo(given)).toBe(expected))

describe('an issuer that is not there', () => {
  test('is said on the sign-in page; passwords go on working; and it is found again', async () => {
    const { port } = new URL(issuer.url)
    await issuer.close()
    const browser = new Browser()
    const trouble = 'The single sign-on does not answer as it should. Names and passwords of tscaler work.'
    expect((await browser.ways()).oidc.trouble).toBe(trouble)
    expect((await browser.get('/api/v1/oidc/start')).headers.location).toBe('/sign-in')
    expect((await browser.ways()).said).toBe(trouble)
    const payload = { name: 'the-viewer', password: userPassword }
    expect((await server.app.inject({ method: 'POST', url: '/api/v1/session', payload })).statusCode).toBe(200)
    issuer = await startIssuer({ port: Number(port) })
    // A failed look is believed for a while.
    expect((await browser.ways()).oidc.trouble).toBe(trouble)
    server.desk.clock.advance(15_000)
    expect((await browser.ways()).oidc.trouble).toBeNull()
  })

  test('does not know tscaler', async () => {
    const { url, clientId } = issuer
    if (server.desk.oidc)
      server.desk.oidc.issuer = openIssuer({ issuer: url, clientId, clientSecret: 'wrong' }, () => 0)
    const browser = new Browser()
    await browser.signIn(ada)
    expect((await browser.ways()).said).toBe(
      'The single sign-on does not know tscaler itself. An administrator is to correct TSCALER_OIDC_CLIENT_ID and TSCALER_OIDC_CLIENT_SECRET.',
    )
  })

  test('calls itself another', async () => {
    issuer.lies = { describedAs: 'https://other.example' }
    expect((await new Browser().ways()).oidc.trouble).toBe(
      'The single sign-on does not answer as it should (json attribute comparison failed). Names and passwords of tscaler work.',
    )
  })
})

test('without one the sign-in page offers names and passwords alone', async () => {
  server.desk.oidc = null
  const browser = new Browser()
  expect(await browser.ways()).toEqual({ oidc: null, said: null })
  await browser.get('/api/v1/oidc/start')
  expect((await browser.ways()).said).toBe('There is no single sign-on here. Set TSCALER_OIDC_ISSUER to have one.')
})

test.each([
  ['ops=operator', 1],
  ['a=viewer; b=operator@shop;\nc=admin', 3],
  ['ops', undefined],
  ['ops=none', undefined],
  ['ops=boss', undefined],
  ['ops=admin@shop', undefined],
  ['=admin', undefined],
  [';', undefined],
])('a map of groups: %j', (text, entries) => expect(parseRoleMap(text)?.length).toBe(entries))
