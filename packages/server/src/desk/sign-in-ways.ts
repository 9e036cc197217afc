import type { SignInWays } from '../wire/people.ts'
import type { OidcDesk } from './oidc.ts'

/** Where signing in with the issuer begins. */
export const oidcStartPath = '/api/v1/oidc/start'

/** What the sign-in page offers; asks the issuer whether it is there. */
export async function signInWays({ oidc }: OidcDesk): Promise<Pick<SignInWays, 'oidc'>> {
  if (oidc === null) return { oidc: null }
  return { oidc: { name: oidc.name, path: oidcStartPath, trouble: await oidc.issuer.trouble() } }
}
