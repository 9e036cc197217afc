import { mayAct, type User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import { audit } from './audit.ts'
import type { Asker, ConfigDesk } from './desk.ts'
import type { LoginThrottle } from './login-throttle.ts'
import type { Passwords } from './passwords.ts'
import { keyOf, newSecret } from './secret-key.ts'

/** A browser that nobody used for a working day is signed out … */
export const idleMs = 12 * 3_600_000
/** … and each after a week. */
export const sessionMs = 7 * 86_400_000
/** How often the last use is written: a page asks many times a second. */
const seenEveryMs = 300_000

/** What signing in works with. */
export interface SignInDesk extends Pick<ConfigDesk, 'store' | 'clock'> {
  passwords: Passwords
  throttle: LoginThrottle
}

/** Signs in; gives the cookie's secret. Throws `not-signed-in`, `too-many-tries`. */
export async function signIn(
  desk: SignInDesk,
  given: { name: string; password: string; address: string },
): Promise<{ secret: string; asker: Asker }> {
  const keys = [`name ${given.name.toLowerCase()}`, `address ${given.address}`]
  const waitMs = desk.throttle.waitMs(keys)
  if (waitMs > 0) {
    const message = `Too many wrong passwords. Wait ${Math.ceil(waitMs / 1_000)} s and try again.`
    throw new TscalerError('too-many-tries', message, { retryable: true })
  }
  const user = await desk.store.users.findOne({ name: given.name })
  const right = await desk.passwords.verify(user?.disabled ? null : (user?.passwordHash ?? null), given.password)
  if (!user || !right) {
    desk.throttle.wrong(keys)
    throw new TscalerError(
      'not-signed-in',
      'The name or the password is wrong. Try again, or ask an administrator for a new password.',
    )
  }
  desk.throttle.right(keys)
  return { secret: await openSession(desk, user), asker: askerOf(user) }
}

/** A new session of the user; gives the cookie's secret. */
export async function openSession({ store, clock }: Pick<ConfigDesk, 'store' | 'clock'>, user: User): Promise<string> {
  const { secret, key } = newSecret()
  const now = clock.now()
  await store.transaction(async (tables) => {
    const old = (await tables.sessions.list({ where: { userId: user.id } })).filter((session) => isOver(session, now))
    if (old.length > 0) await tables.sessions.removeWhere({ id: old.map(({ id }) => id) })
    await tables.sessions.insert({ key, userId: user.id, createdAt: now, lastSeenAt: now, expiresAt: now + sessionMs })
    await audit(tables, askerOf(user), { at: now, what: 'sign-in', kind: 'user', subject: user })
  })
  return secret
}

/** Who the cookie's secret stands for; undefined where nobody (any more). */
export async function askerOfSession(
  { store, clock }: Pick<ConfigDesk, 'store' | 'clock'>,
  secret: string,
): Promise<Asker | undefined> {
  const session = await store.sessions.findOne({ key: keyOf(secret) })
  const now = clock.now()
  if (!session || isOver(session, now)) return undefined
  const user = await store.users.find(session.userId)
  if (!user || user.disabled) return undefined
  if (now - session.lastSeenAt > seenEveryMs) await store.sessions.updateWhere({ id: session.id }, { lastSeenAt: now })
  return askerOf(user)
}

/** Ends the session of the secret. */
export async function signOut({ store }: Pick<ConfigDesk, 'store'>, secret: string): Promise<void> {
  await store.sessions.removeWhere({ key: keyOf(secret) })
}

/** Who an API token stands for: its role, but never more than its user's. */
export async function askerOfToken(
  { store, clock }: Pick<ConfigDesk, 'store' | 'clock'>,
  secret: string,
): Promise<Asker | undefined> {
  const token = await store.tokens.findOne({ key: keyOf(secret), purpose: 'api' })
  const now = clock.now()
  if (!token || (token.expiresAt !== null && token.expiresAt <= now)) return undefined
  const user = await store.users.find(token.userId)
  if (!user || user.disabled) return undefined
  const due = token.lastUsedAt === null || now - token.lastUsedAt > seenEveryMs
  if (due) await store.tokens.updateWhere({ id: token.id }, { lastUsedAt: now })
  const role = mayAct(user.role, token.role) ? token.role : user.role
  return { who: `token:${token.name}`, role, userId: user.id }
}

export function askerOf(user: User): Asker {
  return { who: user.name, role: user.role, userId: user.id }
}

function isOver({ lastSeenAt, expiresAt }: { lastSeenAt: number; expiresAt: number }, now: number): boolean {
  return now >= expiresAt || now - lastSeenAt > idleMs
}
