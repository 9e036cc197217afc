import { messageOf } from '../../model/problem.ts'

/** What the issuer knows tscaler by, and where it is. */
export interface IssuerSettings {
  /** `https://…`; plain HTTP on this machine only. */
  issuer: string
  clientId: string
  /** null: tscaler is a public client, which PKCE alone protects. */
  clientSecret: string | null
}

/** What has to come back unchanged from one sign-in; nobody else may know it. */
export interface Checks {
  state: string
  nonce: string
  verifier: string
}

/** Whom the issuer vouches for. */
export interface Identity {
  /** The issuer's own name for him, which never changes and is never given again. */
  subject: string
  claims: Readonly<Record<string, unknown>>
}

/** Why a sign-in came to nothing: `down`: the issuer does not answer; `refused`: it said no, or what it said does not hold. */
export class IssuerTrouble extends Error {
  readonly kind: 'down' | 'refused'

  constructor(kind: 'down' | 'refused', message: string, options?: { cause: unknown }) {
    super(message, options)
    this.name = 'IssuerTrouble'
    this.kind = kind
  }
}

/** An OpenID Connect issuer, by authorization code with PKCE, state and nonce. */
export interface Issuer {
  /** Where to send the browser, and what to check afterwards. Rejects with `IssuerTrouble`. */
  begin(redirectUri: string): Promise<{ url: string; checks: Checks }>
  /** Whom the issuer vouches for, by the address that the browser came back with. Rejects with `IssuerTrouble`. */
  finish(returned: URL, checks: Checks): Promise<Identity>
  /** Whether it answers; why not, in words. Never rejects. */
  trouble(): Promise<string | null>
}

/** Somebody waits for the sign-in page meanwhile. */
const answerMsMax = 5_000
const answerSecondsMax = answerMsMax / 1_000
/** Both clocks may be a little off (OpenID Connect Core §3.1.3.7: "clock skew"). */
const clockToleranceSeconds = 30
/** How long a failed look is believed: a page that is reloaded must not wait each time. */
const failedMs = 15_000
/** How long what the issuer said of itself is believed: it may move its endpoints. */
const knownMs = 3_600_000

type Client = typeof import('openid-client')

/** The issuer of these settings; nothing is asked before it is needed. `monotonic` is a clock in ms. */
export function openIssuer(settings: IssuerSettings, monotonic: () => number): Issuer {
  const discover = discovery(settings, monotonic)
  return {
    async begin(redirectUri) {
      const { client, configuration } = await discover()
      const checks = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, checks }
    },
    async finish(returned, checks) {
      const { client, configuration } = await discover()
      return identityOf(client, configuration, returned, checks).catch((thrown: unknown) => {
        throw inWords(thrown)
      })
    },
    trouble: () =>
      discover().then(
        () => null,
        (thrown: unknown) => messageOf(thrown),
      ),
  }
}

/** Asks the issuer for its endpoints once, and again when that is old or failed a while ago. */
function discovery({ issuer, clientId, clientSecret }: IssuerSettings, monotonic: () => number) {
  const server = new URL(issuer)
  let known: { answer: ReturnType<typeof ask>; until: number } | undefined
  async function ask() {
    // Loaded at the first use: most installations have no issuer.
    const client = await import('openid-client')
    const authentication = clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret)
    const metadata = { [client.clockTolerance]: clockToleranceSeconds }
    // The token comes over TLS, yet its signature is checked as well: a proxy in between must not make people up.
    const execute = [client.enableNonRepudiationChecks, ...(isLoopback(server) ? [client.allowInsecureRequests] : [])]
    const options = { execute, timeout: answerSecondsMax }
    const configuration = await client.discovery(server, clientId, metadata, authentication, options)
    return { client, configuration }
  }
  return () => {
    const now = monotonic()
    if (known && known.until > now) return known.answer
    const answer = ask().catch((thrown: unknown) => {
      known = { answer, until: now + failedMs }
      throw notThere(thrown)
    })
    known = { answer, until: now + knownMs }
    return answer
  }
}

/** Plain HTTP is for an issuer on this machine, which nobody can listen to. */
function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

async function identityOf(
  client: Client,
  configuration: Awaited<ReturnType<Client['discovery']>>,
  returned: URL,
  { state, nonce, verifier }: Checks,
): Promise<Identity> {
  const tokens = await client.authorizationCodeGrant(configuration, returned, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined) throw new IssuerTrouble('refused', 'The single sign-on sent no ID token.')
  const more =
    configuration.serverMetadata().userinfo_endpoint === undefined
      ? {}
      : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
  return { subject: claims.sub, claims: { ...more, ...claims } }
}

/** Whatever keeps the issuer from being asked at all. */
function notThere(thrown: unknown): IssuerTrouble {
  const message = `The single sign-on does not answer as it should${reasonOf(thrown)}. Names and passwords of tscaler work.`
  return new IssuerTrouble('down', message, { cause: thrown })
}

/** The library's words are for programmers: its code alone is told, and nothing that the issuer sent. */
function inWords(thrown: unknown): IssuerTrouble {
  if (thrown instanceof IssuerTrouble) return thrown
  const code = codeOf(thrown)
  if (code === undefined || code === 'OAUTH_TIMEOUT') return notThere(thrown)
  if (code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' || errorOf(thrown) === 'invalid_client') {
    const message =
      'The single sign-on does not know tscaler itself. An administrator is to correct TSCALER_OIDC_CLIENT_ID and TSCALER_OIDC_CLIENT_SECRET.'
    return new IssuerTrouble('down', message, { cause: thrown })
  }
  const message = `What the single sign-on sent does not hold${reasonOf(thrown)}. Try again.`
  return new IssuerTrouble('refused', message, { cause: thrown })
}

function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown)
  return code === undefined
    ? ''
    : ` (${code
        .toLowerCase()
        .replaceAll('_', ' ')
        .replace(/^oauth /, '')})`
}

/** The library's code; undefined for what its requests threw: no route, no name, no certificate. */
function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' && thrown.code.startsWith('OAUTH_') ? thrown.code : undefined
}

/** The issuer's own code for why it refuses (RFC 6749 §5.2). */
function errorOf(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null && 'error' in thrown ? thrown.error : undefined
}
