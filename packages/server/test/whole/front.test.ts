import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { type Address, freeAddress } from '@tscaler/rehearsal/address.ts'
import { makeCertificate } from '@tscaler/rehearsal/certificate.ts'
import { type Nginx, startNginx } from '@tscaler/rehearsal/nginx.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compressTexts } from '../../../../scripts/pack/compress.mjs'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const { skip } = requirePart('nginx')
const NAME = 'tscaler.example.org'
const password = 'correct horse battery staple'
const certificate = makeCertificate([NAME])

/** What the shipped file is told on a machine: addresses, names and places, and nothing else. */
function configured(places: {
  plain: Address
  secure: Address
  upstreams: readonly Address[]
  folder: string
}): string {
  const { plain, secure, upstreams, folder } = places
  const shipped = readFileSync(path.join(root, 'front/nginx/tscaler.conf'), 'utf8')
  const changes: [RegExp, string][] = [
    [/ {4}listen \[::\].*\n/g, ''],
    [/listen 80;/, `listen ${plain.host}:${plain.port};`],
    [/listen 443 ssl http2;/, `listen ${secure.host}:${secure.port} ssl http2;`],
    [/server 127\.0\.0\.1:8480 (.*);/, upstreams.map(({ host, port }) => `server ${host}:${port} $1;`).join('\n')],
    [/\/etc\/ssl\/tscaler/g, folder],
    [/\/usr\/lib\/node_modules\/tscaler\/dist\/web/, path.join(folder, 'web')],
  ]
  return changes.reduce((text, [what, by]) => {
    expect(text).toMatch(what)
    return text.replace(what, by)
  }, shipped)
}

interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
  body: string
}

interface Asked {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: unknown
  /** The address that the client has. */
  from?: string
}

function ask(where: Address & { secure: boolean }, { method = 'GET', path: asked, headers, body, from }: Asked) {
  return new Promise<Answer>((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const own = { host: `${NAME}:${where.port}`, ...(text === undefined ? {} : { 'content-type': 'application/json' }) }
    const options = {
      ...where,
      method,
      path: asked,
      headers: { ...own, ...headers },
      ...(from ? { localAddress: from } : {}),
    }
    const scheme = where.secure ? https : http
    const request = scheme.request({ ...options, servername: NAME, ca: certificate.cert, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part)).on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }),
      )
    })
    request.on('error', reject).end(text)
  })
}

describe.skipIf(skip)('behind nginx', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let site: string
  let tscaler: Tscaler
  let nginx: Nginx
  let [plain, secure]: Address[] = []
  let port: number
  let origin: string

  const through = (asked: Asked) => ask({ ...address(secure), secure: true }, asked)
  const begin = () => startTscaler(folder.data, { TSCALER_ADMIN_PASSWORD: password }, { flags: ['--port', `${port}`] })

  beforeAll(async () => {
    execFileSync(process.execPath, [path.join(root, 'scripts/bootstrap.mjs'), 'build'], { stdio: 'ignore' })
    folder = await dataFolder()
    site = mkdtempSync(path.join(tmpdir(), 'tscaler-front-'))
    cpSync(path.join(root, 'dist/web'), path.join(site, 'web'), { recursive: true })
    await compressTexts(path.join(site, 'web'))
    writeFileSync(path.join(site, 'fullchain.pem'), certificate.cert)
    writeFileSync(path.join(site, 'privkey.pem'), certificate.key)
    const [own, dead, first, second] = [
      await freeAddress(),
      await freeAddress(),
      await freeAddress(),
      await freeAddress(),
    ]
    port = own.port
    plain = first
    secure = second
    origin = `https://${NAME}:${second.port}`
    tscaler = await begin()
    const upstreams = [dead, { host: '127.0.0.1', port }]
    nginx = await startNginx({
      http: configured({ plain: first, secure: second, upstreams, folder: site }),
      listens: second,
    })
  }, 120_000) // it may build

  afterAll(async () => {
    await nginx?.stop()
    await tscaler?.kill()
    await folder?.remove()
    if (site) rmSync(site, { recursive: true, force: true })
  })

  async function signIn(headers: Record<string, string> = {}, from?: string): Promise<Answer> {
    const body = { name: 'admin', password }
    const own = { origin, ...headers }
    return through({ method: 'POST', path: '/api/v1/session', body, headers: own, ...(from ? { from } : {}) })
  }

  const cookieOf = ({ headers }: Answer) => `${headers['set-cookie']}`.split(';')[0] ?? ''

  test('plain HTTP leads to HTTPS under the configured name, whatever host was asked for', async () => {
    const asked = { path: '/clusters?x=1', headers: { host: 'evil.example' } }
    const { status, headers } = await ask({ ...address(plain), secure: false }, asked)
    expect([status, headers.location]).toEqual([301, `https://${NAME}/clusters?x=1`])
  })

  test('the page comes over TLS with the server’s own security headers, once each, though one of the processes is dead', async () => {
    for (let n = 0; n < 6; n++) {
      const { status, headers, body } = await through({ path: '/clusters' })
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(body).toContain('<div id="root">')
      expect(headers['content-security-policy']).toMatch(/^default-src 'self';/)
      expect(headers['strict-transport-security']).toBe('max-age=31536000')
    }
  })

  test('signing in works; its cookie goes over TLS only, and the session has the client’s own address', async () => {
    const spoofed = { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' }
    const signedIn = await signIn(spoofed, '127.9.8.7')
    expect([signedIn.status, `${signedIn.headers['set-cookie']}`]).toEqual([200, expect.stringMatching(/; Secure/)])
    const cookie = cookieOf(signedIn)
    const { body } = await through({ path: '/api/v1/sessions', headers: { cookie } })
    expect(JSON.parse(body).items).toMatchObject([{ address: '127.9.8.7' }])
    const made = { method: 'POST', path: '/api/v1/clusters', body: { name: 'shop' } }
    expect((await through({ ...made, headers: { cookie, origin } })).status).toBe(201)
    expect((await through({ ...made, headers: { cookie, origin: 'https://evil.example' } })).status).toBe(403)
  })

  test('wrong tries of one client do not lock out another one behind the same proxy', async () => {
    const guess = (n: number) =>
      through({
        ...{ method: 'POST', path: '/api/v1/session', from: '127.6.6.6', headers: { origin } },
        body: { name: `nobody${n}`, password: 'wrong' },
      })
    let last = 401
    for (let n = 0; n < 30 && last !== 429; n++) last = (await guess(n)).status
    expect(last).toBe(429)
    expect((await signIn({}, '127.9.8.7')).status).toBe(200)
  })

  test('an event arrives at once, not with the next sign of life', async () => {
    const cookie = cookieOf(await signIn())
    const { events, close } = await listen(address(secure), cookie)
    await tscaler.api('POST', '/api/v1/stop-all', { reason: 'to see it arrive' })
    // Buffered it would come with the sign of life, 15 s later. In peace it takes 0.3 s.
    await waitFor('the alert of the red stop', () => events().includes('event: alert'), 5_000)
    close()
    await tscaler.api('POST', '/api/v1/resume', { stopAll: true })
  })

  const script = () => readdirSync(path.join(site, 'web/assets')).find((name) => /^index-.*\.js$/.test(name)) ?? ''

  test('nginx sends the built files itself, compressed and to be kept for good', async () => {
    const asked = { path: `/assets/${script()}`, headers: { 'accept-encoding': 'gzip' } }
    const { status, headers } = await through(asked)
    expect([status, headers['content-encoding']]).toEqual([200, 'gzip'])
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect([headers['x-content-type-options'], headers['content-type']]).toEqual(['nosniff', 'application/javascript'])
    expect(headers).not.toHaveProperty('x-ratelimit-limit') // what tscaler sends with each answer
    expect((await through({ path: '/assets/../../privkey.pem' })).body).not.toContain('PRIVATE KEY')
    expect((await through({ path: '/assets/%2e%2e/%2e%2e/privkey.pem' })).body).not.toContain('PRIVATE KEY')
  })

  test('/readyz says whether tscaler works', async () => {
    expect((await through({ path: '/readyz' })).status).toBe(200)
  })

  describe('bounds', () => {
    const head = `POST /api/v1/session HTTP/1.1\r\nHost: ${NAME}\r\nContent-Type: application/json\r\n`
    test.each([
      {
        name: 'two lengths',
        text: `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        status: 400,
      },
      { name: 'a length twice', text: `${head}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`, status: 400 },
      {
        name: 'an unknown transfer encoding',
        text: `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
        status: 501,
      },
      { name: 'a header of 64 KiB', text: `${head}X-Long: ${'x'.repeat(65_536)}\r\n\r\n`, status: 400 },
      {
        name: 'an address of 64 KiB',
        text: `GET /${'x'.repeat(65_536)} HTTP/1.1\r\nHost: ${NAME}\r\n\r\n`,
        status: 414,
      },
      { name: 'a body of more than a mebibyte', text: `${head}Content-Length: 1048577\r\n\r\n`, status: 413 },
    ])('$name is answered $status', async ({ text, status }) => {
      expect(await raw(address(secure), text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    })

    test('a second request hidden in the body of a first one is not answered', async () => {
      const hidden = `GET /api/v1/openapi.json HTTP/1.1\r\nHost: ${NAME}\r\n\r\n`
      const chunks = `0\r\n\r\n${hidden}`
      const answer = await raw(address(secure), `${head}Content-Length: ${chunks.length}\r\n\r\n${chunks}`)
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
      expect(answer).not.toContain('"openapi"')
    })
  })

  test('while tscaler is down there is a page in words, the API says it as a problem, built files go on; then all is back', async () => {
    await tscaler.stop()
    const page = await through({ path: '/clusters' })
    expect([page.status, page.headers['retry-after'], page.headers['cache-control']]).toEqual([502, '5', 'no-store'])
    expect(page.body).toContain('<h1>tscaler does not answer</h1>')
    const api = await through({ path: '/api/v1/clusters' })
    expect([api.status, api.headers['content-type']]).toEqual([502, 'application/problem+json'])
    expect(JSON.parse(api.body)).toMatchObject({ type: 'urn:tscaler:error:cannot-reach-server', status: 502 })
    expect((await through({ path: '/readyz' })).status).toBe(502)
    expect((await through({ path: `/assets/${script()}` })).status).toBe(200)
    tscaler = await begin()
    await waitFor('nginx to see it', async () => (await through({ path: '/readyz' })).status === 200)
    expect((await signIn()).status).toBe(200)
  }, 60_000) // one start more, and the 5 s for which a dead process is left alone
})

describe('without a proxy', () => {
  test.each([
    { proxies: 'none', secure: false, address: '127.0.0.1' },
    { proxies: '10.0.0.0/8', secure: false, address: '127.0.0.1' },
    { proxies: '127.0.0.1', secure: true, address: '6.6.6.6' },
  ])(
    'TSCALER_TRUSTED_PROXIES=$proxies: a client on this machine is $address',
    async ({ proxies, secure, address: seen }) => {
      const folder = await dataFolder()
      const environment = { TSCALER_ADMIN_PASSWORD: password, TSCALER_TRUSTED_PROXIES: proxies }
      const tscaler = await startTscaler(folder.data, environment)
      try {
        const forwarded = { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'https' }
        const where = { host: '127.0.0.1', port: Number(new URL(tscaler.url).port), secure: false }
        const body = { name: 'admin', password }
        const signedIn = await ask(where, { method: 'POST', path: '/api/v1/session', body, headers: forwarded })
        expect(`${signedIn.headers['set-cookie']}`.includes('; Secure')).toBe(secure)
        const cookie = `${signedIn.headers['set-cookie']}`.split(';')[0] ?? ''
        const { body: sessions } = await ask(where, { path: '/api/v1/sessions', headers: { cookie } })
        expect(JSON.parse(sessions).items).toMatchObject([{ address: seen }])
      } finally {
        await tscaler.stop()
        await folder.remove()
      }
    },
  )
})

function address(given: Address | undefined): Address {
  if (given === undefined) throw new Error('nginx was not started')
  return given
}

/** What comes back for these very bytes, until the connection ends or nothing came for a while. */
function raw({ host, port }: Address, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = tls.connect({ host, port, servername: NAME, ca: certificate.cert }, () => socket.write(text))
    const quietMs = 1_000 // an answer to a second request would come with the first's
    socket.setTimeout(quietMs, () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString()
    })
    socket.on('error', () => {}) // nginx ends some of these before they are written
    socket.on('close', () => resolve(answer))
  })
}

/** Opens the live events; resolves once they flow. */
function listen({ host, port }: Address, cookie: string): Promise<{ events: () => string; close: () => void }> {
  return new Promise((resolve, reject) => {
    let text = ''
    const options = {
      host,
      port,
      path: '/api/v1/live?topics=alert',
      servername: NAME,
      ca: certificate.cert,
      agent: false,
    }
    const request = https.get({ ...options, headers: { host: `${NAME}:${port}`, cookie } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`/live answered ${response.statusCode}`))
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('error', () => {})
      resolve({ events: () => text, close: () => request.destroy() })
    })
    request.on('error', reject)
  })
}
