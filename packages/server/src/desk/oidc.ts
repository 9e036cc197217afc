import { createHash } from 'node:crypto'
import type { Tables } from '../keep/store/store.ts'
import { isName } from '../model/name.ts'
import type { User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import type { Identity, Issuer } from '../reach/oidc/issuer.ts'
import { audit } from './audit.ts'
import { type Granted, type RoleMapping, rightsFrom } from './oidc-roles.ts'
import type { SignInDesk } from './sessions.ts'
import { changeInWords, hasSameRights } from './users.ts'

/** The single sign-on beside names and passwords. */
export interface Oidc {
  issuer: Issuer
  /** The issuer's address; with a subject it is who somebody is. */
  address: string
  /** What the button on the sign-in page says. */
  name: string
  /** Which claim says what groups somebody is in, such as `groups` or `realm_access.roles`. */
  roleClaim: string
  /** What each group may do; null: whoever the issuer lets in is viewer, and admins give roles here. */
  roleMap: readonly RoleMapping[] | null
}

/** What the single sign-on is asked through; null: there is none. */
export interface OidcDesk {
  oidc: Oidc | null
  /** The address that people use, as the settings say; null: as each request says. */
  publicUrl: string | null
}

type PeopleDesk = Pick<SignInDesk, 'store' | 'clock'>

/**
 * The user that the issuer vouches for, made at his first sign-in; where roles are mapped, his are those of his groups now. Throws
 * `not-allowed` where no group of his may sign in, or he is disabled here.
 */
export async function userOfIssuer(desk: PeopleDesk, oidc: Oidc, identity: Identity): Promise<User> {
  const externalKey = keyOfIdentity(oidc, identity)
  const { user, refused } = await desk.store.transaction(async (tables) => {
    const known = await tables.users.findOne({ externalKey })
    const rights = await rightsFrom(tables, oidc, identity.claims)
    if (rights === 'none') return { user: known && (await withdraw(desk, tables, known)), refused: true }
    if (!known) return { user: await make(desk, tables, externalKey, identity, rights ?? viewer), refused: false }
    return { user: rights === null ? known : await setRights(desk, tables, known, rights), refused: false }
  })
  if (refused || !user) throw notMapped(oidc)
  if (!user.disabled) return user
  throw new TscalerError('not-allowed', `The user "${user.name}" is disabled here. Ask an administrator.`)
}

const viewer: Granted = { role: 'viewer', clusterRoles: [] }

function notMapped({ name, roleClaim }: Oidc): TscalerError {
  const message = `${name} knows you, but none of your groups (its claim "${roleClaim}") may do anything here. Ask an administrator.`
  return new TscalerError('not-allowed', message)
}

/** The subject alone is who somebody is: names and addresses are given again, and may be anybody's own words. */
function keyOfIdentity({ address }: Oidc, { subject }: Identity): string {
  return createHash('sha256').update(`${address}\n${subject}`).digest('hex')
}

async function make(
  { clock }: PeopleDesk,
  tables: Tables,
  externalKey: string,
  { claims }: Identity,
  rights: Granted,
): Promise<User> {
  const at = clock.now()
  const email = typeof claims.email === 'string' && claims.email.length <= emailCharactersMax ? claims.email : null
  const name = await freeName(tables, nameFrom(claims))
  const values = { name, ...rights, email, disabled: false, passwordHash: null, externalKey }
  const user = await tables.users.insert({ ...values, createdAt: at })
  const detail = `by the single sign-on, role ${user.role}`
  await audit(tables, { who: 'tscaler' }, { at, what: 'create', kind: 'user', subject: user, detail })
  return user
}

/** RFC 5321: 254 with its brackets taken off. */
const emailCharactersMax = 254

async function setRights({ clock }: PeopleDesk, tables: Tables, before: User, rights: Granted): Promise<User> {
  if (hasSameRights(before, rights)) return before
  const user = await tables.users.update(before.id, rights)
  await tables.sessions.removeWhere({ userId: user.id })
  const detail = `by the single sign-on: ${await changeInWords(tables, before, user, false)}`
  await audit(tables, { who: 'tscaler' }, { at: clock.now(), what: 'update', kind: 'user', subject: user, detail })
  return user
}

/** Whoever is in none of the groups any more may nothing, with his tokens neither. */
async function withdraw(desk: PeopleDesk, tables: Tables, user: User): Promise<User> {
  return setRights(desk, tables, user, { role: 'none', clusterRoles: [] })
}

function nameFrom(claims: Identity['claims']): string {
  const given = [claims.preferred_username, claims.nickname, claims.email].find((text) => typeof text === 'string')
  const [first = ''] = `${given ?? ''}`.split('@')
  const name = first
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, nameCharactersMax)
  return isName(name) ? name : 'user'
}

/** Of a name's 63 characters the last are for a number. */
const nameCharactersMax = 55
/** Nobody else's name is taken over, nor what the audit trail calls tscaler itself and the first administrator: another gets a number. */
const reserved = ['tscaler', 'admin']

async function freeName(tables: Tables, wanted: string): Promise<string> {
  for (let n = 1; n <= namesakesMax; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`
    if (!reserved.includes(name) && !(await tables.users.findOne({ name }))) return name
  }
  throw new TscalerError('wrong-state', `There are ${namesakesMax} users named like "${wanted}". Ask an administrator.`)
}

const namesakesMax = 1_000

/** Where the sign-in page leads back to: a page of this server, never another one. */
export function pageToReturnTo(given: string | undefined): string {
  // A browser reads a backslash as a slash, and leaves tabs and line ends out.
  if (given === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(given) || given.includes('\\')) return '/'
  const here = 'http://here.invalid'
  return URL.canParse(given, here) && new URL(given, here).origin === here ? given : '/'
}
