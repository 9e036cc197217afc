import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Whom the issuer vouches for; `sub` is its own name for him. */
export interface OidcPerson {
  sub: string
  [claim: string]: unknown
}

/** How the issuer lies about the next sign-in; each lie stands until it is taken away. */
export interface OidcLies {
  /** Claims of the ID token in place of the true ones. */
  claims?: Record<string, unknown>
  /** Without a signature at all (`alg: none`), or by a key that it never showed. */
  signature?: 'none' | 'other-key' | 'as-hmac'
  /** Claims of the userinfo endpoint in place of the true ones. */
  userinfo?: Record<string, unknown>
  /** What the browser is sent back with in place of the true answer. */
  returned?: Record<string, string>
  /** What the issuer calls itself where it describes itself. */
  describedAs?: string
}

/** A pretend OpenID Connect issuer over HTTP: discovery, keys, authorization code with PKCE, tokens signed with RS256, userinfo. */
export interface PretendIssuer {
  url: string
  clientId: string
  clientSecret: string
  /** Who sits before the browser: he agrees to everything at once. null: he says no. */
  person: OidcPerson | null
  lies: OidcLies
  /** Which endpoints were asked, in order. */
  asked: string[]
  close(): Promise<void>
}

interface Grant {
  person: OidcPerson
  redirectUri: string
  challenge: string
  nonce: string | null
}

/** Long enough for any test, short enough to be over in one that waits. */
const tokenSeconds = 300

/** Starts one on a free port of this machine, or on `port`; `now` is its clock, epoch ms. */
export async function startIssuer({ port = 0, now = Date.now } = {}): Promise<PretendIssuer> {
  const issuer = new Issuer(now)
  await issuer.listen(port)
  return issuer
}

class Issuer implements PretendIssuer {
  url = ''
  readonly clientId = 'tscaler'
  readonly clientSecret = randomUUID()
  person: OidcPerson | null = null
  lies: OidcLies = {}
  readonly asked: string[] = []
  readonly #now: () => number
  readonly #own = keyPair()
  readonly #other = keyPair()
  readonly #grants = new Map<string, Grant>()
  readonly #accessTokens = new Map<string, OidcPerson>()
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((thrown: unknown) => json(response, 500, { error: String(thrown) }))
  })

  constructor(now: () => number) {
    this.#now = now
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    this.asked.push(pathname)
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return json(response, 200, describe(this.lies.describedAs ?? this.url, this.url))
      case '/jwks':
        return json(response, 200, { keys: [{ ...this.#own.publicKey.export({ format: 'jwk' }), ...keyNames }] })
      case '/authorize':
        return this.#authorize(searchParams, response)
      case '/token':
        return this.#token(request, new URLSearchParams(await textOf(request)), response)
      case '/userinfo':
        return this.#userinfo(request, response)
      default:
        return json(response, 404, { error: 'not_found' })
    }
  }

  #authorize(given: URLSearchParams, response: ServerResponse): void {
    const redirectUri = given.get('redirect_uri') ?? ''
    const isRight =
      given.get('client_id') === this.clientId &&
      given.get('response_type') === 'code' &&
      given.get('code_challenge_method') === 'S256' &&
      URL.canParse(redirectUri)
    if (!isRight) {
      json(response, 400, { error: 'invalid_request' })
      return
    }
    const back = new URL(redirectUri)
    back.searchParams.set('state', given.get('state') ?? '')
    if (this.person === null) back.searchParams.set('error', 'access_denied')
    else back.searchParams.set('code', this.#grant(this.person, redirectUri, given))
    for (const [name, value] of Object.entries(this.lies.returned ?? {})) back.searchParams.set(name, value)
    response.writeHead(303, { location: back.href }).end()
  }

  #grant(person: OidcPerson, redirectUri: string, given: URLSearchParams): string {
    const code = randomUUID()
    const challenge = given.get('code_challenge') ?? ''
    this.#grants.set(code, { person, redirectUri, challenge, nonce: given.get('nonce') })
    return code
  }

  #token(request: IncomingMessage, given: URLSearchParams, response: ServerResponse): void {
    const code = given.get('code') ?? ''
    const grant = this.#grants.get(code)
    this.#grants.delete(code)
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url')
    if (!isClient(request.headers.authorization, this.clientId, this.clientSecret))
      json(response, 401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="issuer"' })
    else if (!grant || grant.redirectUri !== given.get('redirect_uri') || grant.challenge !== challenge)
      json(response, 400, { error: 'invalid_grant' })
    else {
      const accessToken = randomUUID()
      this.#accessTokens.set(accessToken, grant.person)
      const tokens = { access_token: accessToken, token_type: 'Bearer', expires_in: tokenSeconds }
      json(response, 200, { ...tokens, id_token: this.#idToken(grant) })
    }
  }

  #idToken({ person, nonce }: Grant): string {
    const seconds = Math.floor(this.#now() / 1_000)
    const claims = { ...person, iss: this.url, aud: this.clientId, iat: seconds, exp: seconds + tokenSeconds }
    const told = { ...claims, ...(nonce === null ? {} : { nonce }), ...this.lies.claims }
    return signed(told, this.lies.signature, this.#own, this.#other)
  }

  #userinfo(request: IncomingMessage, response: ServerResponse): void {
    const person = this.#accessTokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (person) json(response, 200, { ...person, ...this.lies.userinfo })
    else json(response, 401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer' })
  }
}

type KeyPair = ReturnType<typeof keyPair>

function keyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  // RFC 7518 §3.3: 2,048 bits or more.
  return generateKeyPairSync('rsa', { modulusLength: 2_048 })
}

const keyNames = { kid: 'key-1', use: 'sig', alg: 'RS256' }

function describe(issuer: string, url: string): object {
  return {
    issuer,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/userinfo`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
  }
}

function signed(claims: object, lie: OidcLies['signature'], own: KeyPair, other: KeyPair): string {
  const alg = lie === 'none' ? 'none' : lie === 'as-hmac' ? 'HS256' : 'RS256'
  const parts = [{ alg, typ: 'JWT', kid: keyNames.kid }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const text = parts.join('.')
  if (lie === 'none') return `${text}.`
  // "As HMAC" keeps a signature that is none of that kind: whoever believes the header alone never checks it.
  const { privateKey } = lie === 'other-key' ? other : own
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
}

/** RFC 6749 §2.3.1: both parts are encoded as in forms before they are joined. */
function isClient(header: string | undefined, id: string, secret: string): boolean {
  const [, encoded = ''] = /^Basic (.+)$/.exec(header ?? '') ?? []
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return decodeURIComponent(user) === id && decodeURIComponent(password) === secret
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function json(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
