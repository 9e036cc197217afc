import type { User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import { audit } from './audit.ts'
import type { Asker } from './desk.ts'
import { beginTry } from './login-throttle.ts'
import { hasFactor, takeFactor } from './second-factor.ts'
import { keyOf, newSecret } from './secret-key.ts'
import { askerOf, type SignInDesk } from './sessions.ts'
import { codeNeeded } from './sign-in.ts'
import { refuseExternal, userOf } from './users.ts'

/** A link that sets a password is good for a day. */
const linkMs = 86_400_000

/** A link's secret that sets the user's password once, within a day; an earlier one stops working. */
export async function passwordLink(
  desk: Pick<SignInDesk, 'store' | 'clock'>,
  asker: Asker,
  text: string,
): Promise<string> {
  const { secret, key } = newSecret()
  const at = desk.clock.now()
  return desk.store.transaction(async (tables) => {
    const user = await userOf(tables, text)
    refuseExternal(user)
    await tables.tokens.removeWhere({ userId: user.id, purpose: 'set-password' })
    await tables.tokens.insert({
      name: `set-password.${user.id}`,
      key,
      userId: user.id,
      role: user.role,
      clusterRoles: [],
      purpose: 'set-password',
      expiresAt: at + linkMs,
      lastUsedAt: null,
    })
    await audit(tables, asker, { at, what: 'password-link', kind: 'user', subject: user })
    return secret
  })
}

/**
 * Uses a link: sets the password of its user. A link is no second factor: who has one gives a code too. Throws `not-signed-in` where the
 * link is used up, over, or none, or the code is wrong; `code-needed`, `too-many-tries`.
 */
export async function welcome(
  desk: SignInDesk,
  given: { token: string; password: string; code?: string; address: string },
): Promise<User> {
  const where = { key: keyOf(given.token), purpose: 'set-password' } as const
  const at = desk.clock.now()
  const known = await desk.store.tokens.findOne(where)
  if (!known || (known.expiresAt ?? 0) <= at) throw usedUp()
  const before = await desk.store.users.get(known.userId)
  if (before.disabled) throw usedUp()
  await proveFactor(desk, before, given)
  const passwordHash = await desk.passwords.hash(given.password)
  return desk.store.transaction(async (tables) => {
    // Removing is the check: of two who use it at once, one finds nothing.
    if ((await tables.tokens.removeWhere(where)) !== 1) throw usedUp()
    await tables.sessions.removeWhere({ userId: known.userId })
    const user = await tables.users.update(known.userId, { passwordHash })
    await audit(tables, askerOf(user), { at, what: 'set-password', kind: 'user', subject: user })
    return user
  })
}

function usedUp(): TscalerError {
  return new TscalerError(
    'not-signed-in',
    'This link has been used, or is too old. `tscaler user passwd NAME` on the server makes a new one.',
  )
}

async function proveFactor(
  desk: SignInDesk,
  user: User,
  { code, address }: { code?: string; address: string },
): Promise<void> {
  if (!(await hasFactor(desk.store, user.id))) return
  if (code === undefined) throw codeNeeded()
  const trier = { name: user.name, address }
  beginTry(desk.throttle, trier)
  if (!(await desk.store.transaction((tables) => takeFactor(desk, tables, user.id, code))))
    throw new TscalerError(
      'not-signed-in',
      'The code is wrong, or was used before. Take the one that the app shows now.',
    )
  desk.throttle.right(trier)
}
