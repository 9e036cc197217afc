import type { Oidc } from '../desk/oidc.ts'
import type { Clock } from '../model/clock.ts'
import { TscalerError } from '../model/problem.ts'
import { openIssuer } from '../reach/oidc/issuer.ts'
import type { Settings } from './settings.ts'

type OidcSettings = Pick<
  Settings,
  'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcRoleClaim' | 'oidcRoleMap' | 'oidcName'
>

/** The single sign-on that the settings name; null: none. Throws `bad-input` where an issuer is named without an id for it. */
export function openOidc(settings: OidcSettings, clock: Pick<Clock, 'monotonic'>): Oidc | null {
  const { oidcIssuer: address, oidcClientId: clientId, oidcClientSecret: clientSecret } = settings
  if (address === null) return null
  if (clientId === null) {
    throw new TscalerError(
      'bad-input',
      `TSCALER_OIDC_CLIENT_ID is missing, which ${address} knows tscaler by. Set it, or leave TSCALER_OIDC_ISSUER out.`,
    )
  }
  return {
    issuer: openIssuer({ issuer: address, clientId, clientSecret }, () => clock.monotonic()),
    address,
    name: settings.oidcName,
    roleClaim: settings.oidcRoleClaim,
    roleMap: settings.oidcRoleMap,
  }
}
