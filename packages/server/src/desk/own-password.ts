import type { Tables } from '../keep/store/store.ts'
import type { User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import type { Asker } from './desk.ts'
import { beginTry } from './login-throttle.ts'
import { ownUserId, type SignInDesk } from './sessions.ts'
import { changeUser } from './users.ts'

/** The user that asks himself. Throws `wrong-state` for a token and over the local socket. */
export async function ownUser(tables: Pick<Tables, 'users'>, asker: Asker): Promise<User> {
  const id = ownUserId(asker)
  const user = id === undefined ? undefined : await tables.users.find(id)
  if (user) return user
  throw new TscalerError('wrong-state', `${asker.who} is no user with a password. Sign in as one.`)
}

/** The user that asks, once he has shown his present password: a browser left open is not enough. Throws `bad-input`, `too-many-tries`. */
export async function confirmOwn(
  desk: Pick<SignInDesk, 'store' | 'passwords' | 'throttle'>,
  asker: Asker,
  given: { password: string; address: string; field: string },
): Promise<User> {
  const user = await ownUser(desk.store, asker)
  const trier = { name: user.name, address: given.address }
  beginTry(desk.throttle, trier)
  if (!(await desk.passwords.verify(user.passwordHash, given.password))) {
    throw new TscalerError('bad-input', 'The present password is wrong.', {
      findings: [{ path: given.field, message: 'is not the present password' }],
    })
  }
  desk.throttle.right(trier)
  return user
}

/** Changes one's own password; ends all sessions of the user, the asking one too: the caller opens a new one. Throws as `confirmOwn`. */
export async function changeOwnPassword(
  desk: SignInDesk,
  asker: Asker,
  given: { current: string; password: string; address: string },
): Promise<User> {
  const { current, password, address } = given
  const user = await confirmOwn(desk, asker, { password: current, address, field: 'current' })
  return changeUser(desk, asker, { of: `${user.id}`, given: { password: { value: password } } })
}
