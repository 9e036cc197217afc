import type { User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import type { Sealed } from '../model/record.ts'
import { IssuerTrouble } from '../reach/oidc/issuer.ts'
import type { ConfigDesk } from './desk.ts'
import { type Oidc, type OidcDesk, pageToReturnTo, userOfIssuer } from './oidc.ts'

/** How long somebody may take at the issuer: to find his phone and type a code. */
export const oidcMs = 600_000

type SignInDesk = Pick<ConfigDesk, 'store' | 'clock' | 'secrets'> & OidcDesk

/** What the browser keeps meanwhile, sealed: what to check afterwards, and where to go then. No server has to remember it. */
interface Pending {
  kind: 'pending'
  state: string
  nonce: string
  verifier: string
  redirectUri: string
  to: string
  until: number
}

/** What the sign-in page is to say once, sealed so that nobody else can put words there. */
interface Said {
  kind: 'said'
  text: string
}

/** Begins to sign in with the issuer: where to send the browser, and what it is to bring back. Throws `wrong-state`, `cannot-reach-server`. */
export async function beginWithIssuer(
  desk: SignInDesk,
  { redirectUri, to }: { redirectUri: string; to: string | undefined },
): Promise<{ url: string; note: string }> {
  const { issuer } = oidcOf(desk)
  const { url, checks } = await issuer.begin(redirectUri).catch(troubled)
  const until = desk.clock.now() + oidcMs
  return { url, note: seal(desk, { kind: 'pending', ...checks, redirectUri, to: pageToReturnTo(to), until }) }
}

/**
 * Ends signing in with the issuer: who came back, and to which page. `search` is all that the address held behind its `?`. Throws
 * `not-signed-in` where what came back does not hold, `not-allowed`, `cannot-reach-server`.
 */
export async function finishWithIssuer(
  desk: SignInDesk,
  { note, search }: { note: string | undefined; search: string },
): Promise<{ user: User; to: string }> {
  const oidc = oidcOf(desk)
  const pending = note === undefined ? undefined : open(desk, note)
  if (pending?.kind !== 'pending' || pending.until <= desk.clock.now())
    throw new TscalerError('not-signed-in', 'This sign-in was not begun in this browser, or too long ago. Try again.')
  const returned = new URL(pending.redirectUri)
  returned.search = search
  const identity = await oidc.issuer.finish(returned, pending).catch(troubled)
  return { user: await userOfIssuer(desk, oidc, identity), to: pending.to }
}

/** What the sign-in page is to say, for the browser to keep until then. */
export function noteToSay(desk: Pick<ConfigDesk, 'secrets'>, text: string): string {
  return seal(desk, { kind: 'said', text })
}

/** What a browser's note says to its user; null: nothing. */
export function saidIn(desk: Pick<ConfigDesk, 'secrets'>, note: string | undefined): string | null {
  const said = note === undefined ? undefined : open(desk, note)
  return said?.kind === 'said' ? said.text : null
}

function oidcOf({ oidc }: OidcDesk): Oidc {
  if (oidc) return oidc
  throw new TscalerError('wrong-state', 'There is no single sign-on here. Set TSCALER_OIDC_ISSUER to have one.')
}

function troubled(thrown: unknown): never {
  if (!(thrown instanceof IssuerTrouble)) throw thrown
  const code = thrown.kind === 'down' ? 'cannot-reach-server' : 'not-signed-in'
  throw new TscalerError(code, thrown.message, { cause: thrown, retryable: thrown.kind === 'down' })
}

function seal({ secrets }: Pick<ConfigDesk, 'secrets'>, note: Pending | Said): string {
  return secrets.seal(JSON.stringify(note))
}

/** Undefined for what this server did not seal. */
function open({ secrets }: Pick<ConfigDesk, 'secrets'>, note: string): Pending | Said | undefined {
  try {
    const opened: Pending | Said = JSON.parse(secrets.open(note as Sealed))
    return opened.kind === 'pending' || opened.kind === 'said' ? opened : undefined
  } catch {
    return undefined
  }
}
