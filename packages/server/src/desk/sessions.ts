import { commonRights, type Session, type User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import { audit } from './audit.ts'
import type { Asker, ConfigDesk } from './desk.ts'
import type { LoginThrottle } from './login-throttle.ts'
import type { Passwords } from './passwords.ts'
import { mustEnrol, type SecondFactorRule } from './second-factor-rule.ts'
import { keyOf, newSecret } from './secret-key.ts'
import { shortUserAgent } from './user-agent.ts'

/** A browser that nobody used for a working day is signed out … */
export const idleMs = 12 * 3_600_000
/** … and each after a week. */
export const sessionMs = 7 * 86_400_000
/** How often the last use is written: a page asks many times a second. */
const seenEveryMs = 300_000
/** Browsers of one person; the one that was used least lately makes room. */
export const sessionsMax = 50

/** What signing in works with. */
export interface SignInDesk extends Pick<ConfigDesk, 'store' | 'clock' | 'secrets'> {
  passwords: Passwords
  throttle: LoginThrottle
  secondFactor: SecondFactorRule
}

type SessionDesk = Pick<SignInDesk, 'store' | 'clock'>

/** Where a session is begun. */
export interface Browser {
  address: string
  /** As the browser calls itself; shortened before it is kept. */
  userAgent: string | undefined
  /** The cookie that it came with; what was signed in with it ends, as somebody else may know it. */
  cookie: string | undefined
}

/** A new session of the user, never one that was there; gives the cookie's secret, and who it stands for. */
export async function openSession(
  desk: Pick<SignInDesk, 'store' | 'clock' | 'secondFactor'>,
  user: User,
  { address, userAgent, cookie }: Browser,
  signedInBy: Session['signedInBy'],
): Promise<{ secret: string; asker: Asker }> {
  const { store, clock } = desk
  const { secret, key } = newSecret()
  const now = clock.now()
  await store.transaction(async (tables) => {
    if (cookie !== undefined) await tables.sessions.removeWhere({ key: keyOf(cookie) })
    const own = await tables.sessions.list({ where: { userId: user.id } })
    const late = own.filter((session) => isOver(session, now))
    const rest = own.filter((session) => !isOver(session, now)).sort((a, b) => b.lastSeenAt - a.lastSeenAt)
    const ended = [...late, ...rest.slice(sessionsMax - 1)].map(({ id }) => id)
    if (ended.length > 0) await tables.sessions.removeWhere({ id: ended })
    await tables.sessions.insert({
      key,
      userId: user.id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + sessionMs,
      address: address.slice(0, addressCharactersMax),
      userAgent: shortUserAgent(userAgent),
      signedInBy,
    })
    const detail = `${signedInBy} from ${address}`
    await audit(tables, askerOf(user), { at: now, what: 'sign-in', kind: 'user', subject: user, detail })
  })
  return { secret, asker: await askerBy(desk, user, signedInBy) }
}

async function askerBy(
  { store, secondFactor }: Pick<SignInDesk, 'store' | 'secondFactor'>,
  user: User,
  signedInBy: Session['signedInBy'],
): Promise<Asker> {
  // What the issuer asks of whom it vouches for is its own affair.
  const held = signedInBy === 'password' && (await mustEnrol(store, secondFactor, user))
  return held ? { who: user.name, userId: user.id, role: 'none', mustEnrol: true } : askerOf(user)
}

/** As wide as its column. */
const addressCharactersMax = 63

/** Who the cookie's secret stands for; undefined where nobody (any more). */
export async function askerOfSession(
  desk: Pick<SignInDesk, 'store' | 'clock' | 'secondFactor'>,
  secret: string,
): Promise<Asker | undefined> {
  const { store, clock } = desk
  const session = await store.sessions.findOne({ key: keyOf(secret) })
  const now = clock.now()
  if (!session || isOver(session, now)) return undefined
  const user = await store.users.find(session.userId)
  if (!user || user.disabled) return undefined
  if (now - session.lastSeenAt > seenEveryMs) await store.sessions.updateWhere({ id: session.id }, { lastSeenAt: now })
  return askerBy(desk, user, session.signedInBy)
}

/** Ends the session of the secret. */
export async function signOut({ store }: Pick<ConfigDesk, 'store'>, secret: string): Promise<void> {
  await store.sessions.removeWhere({ key: keyOf(secret) })
}

/** Who an API token stands for: its rights, but never more than its user's. */
export async function askerOfToken({ store, clock }: SessionDesk, secret: string): Promise<Asker | undefined> {
  const token = await store.tokens.findOne({ key: keyOf(secret), purpose: 'api' })
  const now = clock.now()
  if (!token || (token.expiresAt !== null && token.expiresAt <= now)) return undefined
  const user = await store.users.find(token.userId)
  if (!user || user.disabled) return undefined
  const due = token.lastUsedAt === null || now - token.lastUsedAt > seenEveryMs
  if (due) await store.tokens.updateWhere({ id: token.id }, { lastUsedAt: now })
  return { who: `token:${token.name}`, userId: user.id, ...commonRights(token, user) }
}

export function askerOf(user: User): Asker {
  return { who: user.name, role: user.role, clusterRoles: user.clusterRoles, userId: user.id }
}

/** The user that asks himself, in a browser of his; undefined for a token and over the local socket. */
export function ownUserId({ who, userId }: Asker): number | undefined {
  return userId === null || who.startsWith('token:') ? undefined : userId
}

/** The sessions that have not ended, of one user or (null) of everybody, newest first. */
export async function listSessions({ store, clock }: SessionDesk, userId: number | null): Promise<Session[]> {
  const where = userId === null ? {} : { userId }
  const now = clock.now()
  const rows = await store.sessions.list({ where, order: 'desc', limit: sessionsShownMax })
  return rows.filter((session) => !isOver(session, now))
}

/** Of everybody: hundreds of people with a few browsers each. */
const sessionsShownMax = 1_000

/** Ends one session: one's own, or an admin anybody's. Throws `not-found`, which another's is to everybody else. */
export async function endSession({ store, clock }: SessionDesk, asker: Asker, id: number): Promise<void> {
  await store.transaction(async (tables) => {
    const session = await tables.sessions.find(id)
    if (!session || (asker.role !== 'admin' && session.userId !== ownUserId(asker)))
      throw new TscalerError('not-found', `There is no session ${id}.`)
    await tables.sessions.remove(id)
    const user = await tables.users.get(session.userId)
    const detail = `${session.userAgent} from ${session.address}`
    await audit(tables, asker, { at: clock.now(), what: 'end-session', kind: 'user', subject: user, detail })
  })
}

/** Whether the cookie's secret is this session's. */
export function isSessionOf({ key }: Session, cookie: string | undefined): boolean {
  return cookie !== undefined && key === keyOf(cookie)
}

function isOver({ lastSeenAt, expiresAt }: { lastSeenAt: number; expiresAt: number }, now: number): boolean {
  return now >= expiresAt || now - lastSeenAt > idleMs
}
