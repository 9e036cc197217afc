import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSession, sessionsMax } from '../../desk/sessions.ts'
import { totpAt } from '../../desk/totp.ts'
import { cookieName } from './access.ts'
import { openTestServer, type TestServer, userPassword } from './server.fixture.ts'

let server: TestServer
beforeEach(async () => {
  server = await openTestServer()
})
afterEach(() => server.close())

const origin = { host: 'localhost:80', origin: 'http://localhost:80' }
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

/** A browser with its cookie. */
class Browser {
  cookie: string
  readonly address: string

  constructor({ cookie = '', address = '127.0.0.1' } = {}) {
    this.cookie = cookie
    this.address = address
  }

  async ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) {
    const answer = await server.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...origin, 'user-agent': firefox },
      remoteAddress: this.address,
      cookies: this.cookie === '' ? {} : { [cookieName]: this.cookie },
      ...(payload === undefined ? {} : { payload }),
    })
    const set = answer.cookies.find(({ name }) => name === cookieName)
    if (set) this.cookie = set.value
    return answer
  }

  signIn(name = 'the-viewer', code?: string, password = userPassword) {
    return this.ask('POST', '/session', { name, password, ...(code === undefined ? {} : { code }) })
  }

  async isSignedIn() {
    return (await this.ask('GET', '/session')).statusCode === 200
  }

  async sessions(query = '') {
    return (await this.ask('GET', `/sessions${query}`)).json().items
  }
}

async function signedIn(name?: string): Promise<Browser> {
  const browser = new Browser()
  expect((await browser.signIn(name)).statusCode).toBe(200)
  return browser
}

describe('sessions', () => {
  test("one's own are listed with where they come from, the present one marked, and no secret in them", async () => {
    const [other, browser] = [await signedIn(), await signedIn()]
    const listed = await browser.sessions()
    expect(listed).toMatchObject([
      { user: { name: 'the-viewer' }, address: '127.0.0.1', userAgent: 'Firefox on Linux', current: true },
      { signedInBy: 'password', current: false },
    ])
    for (const { cookie } of [other, browser]) expect(JSON.stringify(listed)).not.toContain(cookie)
    const keys = (await server.desk.store.sessions.list()).map(({ key }) => key)
    for (const key of keys) expect(JSON.stringify(listed)).not.toContain(key)
  })

  test("one of one's own is ended from another; those of others are not there", async () => {
    const [lost, browser, stranger] = [await signedIn(), await signedIn(), await signedIn('the-operator')]
    const [{ id }] = (await browser.sessions()).filter(({ current }: { current: boolean }) => !current)
    expect((await stranger.ask('DELETE', `/sessions/${id}`)).statusCode).toBe(404)
    expect((await browser.ask('DELETE', `/sessions/${id}`)).statusCode).toBe(204)
    expect([await lost.isSignedIn(), await browser.isSignedIn()]).toEqual([false, true])
    expect((await server.desk.store.audit.list()).at(-1)).toMatchObject({
      who: 'the-viewer',
      what: 'end-session',
      detail: 'Firefox on Linux from 127.0.0.1',
    })
  })

  test('an administrator sees and ends those of others; nobody else does', async () => {
    const [browser, admin] = [await signedIn(), await signedIn('the-admin')]
    const [{ id }] = await admin.sessions('?user=the-viewer')
    expect(await admin.sessions('?everyone=true')).toHaveLength(2)
    expect(await admin.sessions()).toHaveLength(1)
    expect((await browser.ask('GET', '/sessions?user=the-admin')).statusCode).toBe(403)
    expect((await browser.ask('GET', '/sessions?everyone=true')).statusCode).toBe(403)
    expect((await admin.ask('DELETE', `/sessions/${id}`)).statusCode).toBe(204)
    expect(await browser.isSignedIn()).toBe(false)
  })

  test('a cookie that somebody planted is never signed in: each sign-in has a new one, and ends the one before', async () => {
    const planted = new Browser({ cookie: 'f'.repeat(64) })
    await planted.signIn()
    expect(planted.cookie).not.toBe('f'.repeat(64))
    const thief = await signedIn('the-operator')
    const victim = new Browser({ cookie: thief.cookie })
    await victim.signIn()
    expect(victim.cookie).not.toBe(thief.cookie)
    expect(await thief.isSignedIn()).toBe(false)
  })

  test('other rights end the sessions of before; who changes his own goes on under a new name', async () => {
    const [browser, admin] = [await signedIn(), await signedIn('the-admin')]
    await admin.ask('PATCH', '/users/the-viewer', { email: 'v@example.org' })
    expect(await browser.isSignedIn()).toBe(true)
    await admin.ask('PATCH', '/users/the-viewer', { role: 'operator' })
    expect(await browser.isSignedIn()).toBe(false)
    await admin.ask('POST', '/users', { name: 'second', role: 'admin' })
    const before = admin.cookie
    expect((await admin.ask('PATCH', '/users/the-admin', { role: 'operator' })).statusCode).toBe(200)
    expect(await new Browser({ cookie: before }).isSignedIn()).toBe(false)
    expect((await admin.ask('GET', '/session')).json()).toMatchObject({ who: 'the-admin', role: 'operator' })
  })

  test('a changed password ends all but the browser that changed it, and guesses at the present one are slowed down', async () => {
    const [other, browser] = [await signedIn(), await signedIn()]
    const before = browser.cookie
    const change = (current: string) =>
      browser.ask('POST', '/session/password', { current, password: 'another long password' })
    expect((await change(userPassword)).statusCode).toBe(204)
    expect([await other.isSignedIn(), await browser.isSignedIn()]).toEqual([false, true])
    expect(await new Browser({ cookie: before }).isSignedIn()).toBe(false)
    for (let n = 0; n < 5; n++) expect((await change('a guess')).statusCode).toBe(400)
    expect((await change('another long password')).statusCode).toBe(429)
  })

  test(`of more than ${sessionsMax} browsers the one that was used least lately is signed out`, async () => {
    const first = await signedIn()
    const user = await server.desk.store.users.findOne({ name: 'the-viewer' })
    for (let n = 0; n < sessionsMax; n++) {
      server.desk.clock.advance(1)
      if (user)
        await openSession(server.desk, user, { address: '::1', userAgent: undefined, cookie: undefined }, 'password')
    }
    expect(await first.isSignedIn()).toBe(false)
    expect(await server.desk.store.sessions.count()).toBe(sessionsMax)
  })

  test('behind a proxy with a certificate the cookie is sent over it alone', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { 'x-forwarded-proto': 'https' },
      payload: { name: 'the-viewer', password: userPassword },
    })
    expect(answer.headers['set-cookie']).toMatch(/; HttpOnly; Secure; SameSite=Strict$/)
  })

  test('a body that is larger than any form is refused before it is read', async () => {
    const answer = await new Browser().ask('POST', '/session', { name: 'a', password: 'x'.repeat(32_768) })
    expect([answer.statusCode, answer.json().type]).toEqual([413, 'urn:tscaler:error:too-large'])
  })
})

describe('a second factor', () => {
  const step = () => server.desk.clock.advance(30_000)
  const codeOf = (secret: string) => totpAt(secret, server.desk.clock.now())
  const begin = (browser: Browser, password = userPassword) =>
    browser.ask('POST', '/session/second-factor', { password })

  /** Sets it up; gives its secret and the recovery codes. */
  async function setUp(browser: Browser): Promise<{ secret: string; recoveryCodes: string[] }> {
    const { secret } = (await begin(browser)).json()
    const confirmed = await browser.ask('POST', '/session/second-factor/confirm', { code: codeOf(secret) })
    expect(confirmed.statusCode).toBe(200)
    step()
    return { secret, recoveryCodes: confirmed.json().recoveryCodes }
  }

  test('is begun with the password, shown once, and asked for only once a code has confirmed it', async () => {
    const browser = await signedIn()
    expect((await begin(browser, 'wrong')).statusCode).toBe(400)
    const begun = (await begin(browser)).json()
    expect(begun.uri).toBe(
      `otpauth://totp/tscaler:the-viewer?secret=${begun.secret}&issuer=tscaler&algorithm=SHA1&digits=6&period=30`,
    )
    const state = async () => (await browser.ask('GET', '/session/second-factor')).json()
    expect(await state()).toEqual({ state: 'pending', required: false, recoveryCodesLeft: 0 })
    expect((await new Browser().signIn()).statusCode).toBe(200)
    expect((await browser.ask('POST', '/session/second-factor/confirm', { code: '000000' })).statusCode).toBe(400)
    const confirmed = await browser.ask('POST', '/session/second-factor/confirm', { code: codeOf(begun.secret) })
    expect(confirmed.json().recoveryCodes).toHaveLength(10)
    expect(await state()).toEqual({ state: 'on', required: false, recoveryCodesLeft: 10 })
    expect((await begin(browser)).statusCode).toBe(409)
    const rows = JSON.stringify([await server.desk.store.secondFactors.list(), await server.desk.store.tokens.list()])
    for (const shown of [begun.secret, ...confirmed.json().recoveryCodes])
      expect([rows.includes(shown), rows.includes(shown.replaceAll('-', ''))]).toEqual([false, false])
  })

  test('ends the sessions that knew none; the browser that set it up goes on', async () => {
    const [other, browser] = [await signedIn(), await signedIn()]
    await setUp(browser)
    expect([await other.isSignedIn(), await browser.isSignedIn()]).toEqual([false, true])
  })

  test('the right password alone is told that a code is needed; a code signs in once', async () => {
    const { secret } = await setUp(await signedIn())
    const alone = await new Browser().signIn()
    expect([alone.statusCode, alone.json()]).toEqual([
      401,
      {
        type: 'urn:tscaler:error:code-needed',
        title: 'A code is needed',
        status: 401,
        detail: 'A code is needed. Send the one that your app shows now, or a recovery code, along with the password.',
      },
    ])
    const code = codeOf(secret)
    expect((await new Browser().signIn('the-viewer', code)).statusCode).toBe(200)
    expect((await new Browser().signIn('the-viewer', code)).statusCode).toBe(401)
    step()
    expect((await new Browser().signIn('the-viewer', codeOf(secret))).statusCode).toBe(200)
  })

  test('of two who use a code at the same time one is let in', async () => {
    const { secret, recoveryCodes } = await setUp(await signedIn())
    for (const code of [codeOf(secret), recoveryCodes[0]]) {
      const answers = await Promise.all([1, 2, 3].map(() => new Browser().signIn('the-viewer', code)))
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401, 401])
    }
  })

  test('who guesses codes learns nothing of the password, and is slowed down', async () => {
    await setUp(await signedIn())
    const guesser = () => new Browser({ address: '10.0.0.9' })
    const [wrongCode, wrongPassword] = [
      await guesser().signIn('the-viewer', '123456'),
      await guesser().signIn('the-viewer', '123456', 'wrong'),
    ]
    expect(wrongCode.json().detail).toBe(
      'The name, the password or the code is wrong. Try again, or ask an administrator for a new password.',
    )
    expect([wrongPassword.statusCode, wrongPassword.body]).toEqual([wrongCode.statusCode, wrongCode.body])
    // Asking with the password alone in between starts nothing anew.
    for (let n = 0; n < 3; n++) {
      await guesser().signIn()
      await guesser().signIn('the-viewer', '123456')
    }
    expect((await guesser().signIn('the-viewer', '123456')).statusCode).toBe(429)
    expect((await guesser().signIn()).statusCode).toBe(429)
  })

  test('a recovery code signs in once, however it is written', async () => {
    const browser = await signedIn()
    const { recoveryCodes } = await setUp(browser)
    const code = recoveryCodes[3] ?? ''
    expect(code).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
    expect((await new Browser().signIn('the-viewer', ` ${code.toUpperCase().replaceAll('-', ' ')}`)).statusCode).toBe(
      200,
    )
    expect((await new Browser().signIn('the-viewer', code)).statusCode).toBe(401)
    expect((await browser.ask('GET', '/session/second-factor')).json().recoveryCodesLeft).toBe(9)
  })

  test('recovery codes are no API tokens', async () => {
    const { recoveryCodes } = await setUp(await signedIn())
    const [code = ''] = recoveryCodes
    for (const secret of [code, code.replaceAll('-', '')]) {
      const headers = { authorization: `Bearer ${secret}` }
      expect((await server.app.inject({ url: '/api/v1/session', headers })).statusCode).toBe(401)
    }
    expect(
      (await server.ask('admin', 'GET', '/api/v1/tokens')).json().items.map(({ name }: { name: string }) => name),
    ).toEqual(['for-none', 'for-viewer', 'for-operator', 'for-admin'])
  })

  test('is taken away with the password and a code; with a password alone it is not', async () => {
    const browser = await signedIn()
    const { secret } = await setUp(browser)
    const remove = (code: string) =>
      browser.ask('POST', '/session/second-factor/remove', { password: userPassword, code })
    expect((await remove('000000')).statusCode).toBe(400)
    expect((await remove(codeOf(secret))).statusCode).toBe(204)
    expect((await new Browser().signIn()).statusCode).toBe(200)
    expect(await server.desk.store.tokens.count({ purpose: 'recovery' })).toBe(0)
  })

  test('an administrator resets it for who lost it: his sessions end, and he signs in with his password', async () => {
    const [browser, admin] = [await signedIn(), await signedIn('the-admin')]
    await setUp(browser)
    const shown = async () => (await admin.ask('GET', '/users/the-viewer')).json().hasSecondFactor
    expect(await shown()).toBe(true)
    expect((await browser.ask('DELETE', '/users/the-viewer/second-factor')).statusCode).toBe(403)
    expect((await admin.ask('DELETE', '/users/the-viewer/second-factor')).statusCode).toBe(204)
    expect([await shown(), await browser.isSignedIn()]).toEqual([false, false])
    expect((await new Browser().signIn()).statusCode).toBe(200)
    expect((await server.desk.store.audit.list()).map(({ what }) => what)).toContain('second-factor-reset')
  })

  test('a password link is no way around it', async () => {
    const { secret } = await setUp(await signedIn())
    const link = (await server.ask('admin', 'POST', '/api/v1/users/the-viewer/link')).json().secret
    const use = (code?: string) =>
      new Browser().ask('POST', '/welcome', {
        token: link,
        password: 'a third long password',
        ...(code === undefined ? {} : { code }),
      })
    expect((await use()).json().type).toBe('urn:tscaler:error:code-needed')
    expect((await use('000000')).statusCode).toBe(401)
    expect((await use(codeOf(secret))).statusCode).toBe(200)
  })

  test('a token has none', async () => {
    expect((await server.ask('viewer', 'GET', '/api/v1/session/second-factor')).statusCode).toBe(409)
  })

  test('where it is required nothing else is open until it is on', async () => {
    server.desk.secondFactor = 'operator'
    const browser = await signedIn('the-operator')
    expect((await browser.ask('GET', '/session')).json()).toMatchObject({ role: 'none', mustEnrol: true })
    const refused = await browser.ask('GET', '/status')
    expect([refused.statusCode, refused.json().detail]).toEqual([
      403,
      'Your role needs a second factor. Set it up first: nothing else is open yet.',
    ])
    expect((await browser.ask('POST', '/tokens', { name: 'around', role: 'operator' })).statusCode).toBe(403)
    expect((await browser.ask('GET', '/session/second-factor')).json()).toMatchObject({ state: 'off', required: true })
    await setUp(browser)
    expect((await browser.ask('GET', '/session')).json()).toMatchObject({ role: 'operator', mustEnrol: false })
    expect((await browser.ask('GET', '/status')).statusCode).toBe(200)
    const viewer = await signedIn()
    expect((await viewer.ask('GET', '/status')).statusCode).toBe(200)
  })
})

describe('tokens', () => {
  test("everybody makes, sees and revokes his own, with no more than he may himself; others' are not there", async () => {
    const [browser, stranger] = [await signedIn('the-operator'), await signedIn()]
    const made = await browser.ask('POST', '/tokens', { name: 'mine', role: 'viewer' })
    expect([made.statusCode, made.json().secret]).toEqual([201, expect.stringMatching(/^tscaler_[0-9a-f]{64}$/)])
    expect((await browser.ask('POST', '/tokens', { name: 'more', role: 'admin' })).statusCode).toBe(403)
    const names = async (of: Browser) =>
      (await of.ask('GET', '/tokens')).json().items.map(({ name }: { name: string }) => name)
    expect([await names(browser), await names(stranger)]).toEqual([['for-operator', 'mine'], ['for-viewer']])
    for (const method of ['GET', 'DELETE'] as const)
      expect((await stranger.ask(method, '/tokens/mine')).statusCode).toBe(404)
    expect((await stranger.ask('PATCH', '/tokens/mine', { role: 'viewer' })).statusCode).toBe(404)
    expect((await browser.ask('PATCH', '/tokens/mine', { role: 'admin' })).statusCode).toBe(403)
    expect((await browser.ask('DELETE', '/tokens/mine')).statusCode).toBe(204)
  })

  test('a token neither makes, changes nor revokes tokens, but an administrator’s', async () => {
    const answers = [
      await server.ask('operator', 'POST', '/api/v1/tokens', { name: 'child', role: 'viewer' }),
      await server.ask('operator', 'PATCH', '/api/v1/tokens/for-operator', { expiresAt: null }),
      await server.ask('operator', 'DELETE', '/api/v1/tokens/for-operator'),
      await server.ask('admin', 'POST', '/api/v1/tokens', { name: 'child', role: 'viewer' }),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 201])
  })

  test('what was changed is in the trail, before and after, and no secret', async () => {
    const browser = await signedIn('the-admin')
    await server.ask('admin', 'POST', '/api/v1/clusters', { name: 'shop' })
    const { secret } = (await browser.ask('POST', '/tokens', { name: 'ci', role: 'viewer' })).json()
    await browser.ask('PATCH', '/tokens/ci', { role: 'none', clusterRoles: [{ cluster: 'shop', role: 'operator' }] })
    await browser.ask('PATCH', '/users/the-viewer', { role: 'operator', password: { value: 'another long password' } })
    const lines = (await server.desk.store.audit.list()).slice(-2)
    expect(lines.map(({ detail }) => detail)).toEqual([
      'role: "viewer" → "none", clusterRoles: [] → [{"cluster":"shop","role":"operator"}]',
      'role: "viewer" → "operator", password changed',
    ])
    expect(JSON.stringify(await server.desk.store.audit.list())).not.toContain(secret)
  })
})
