import { TscalerError } from '../model/problem.ts'
import type { Asker } from './desk.ts'
import { beginTry } from './login-throttle.ts'
import { hasFactor, takeFactor } from './second-factor.ts'
import { type Browser, openSession, type SignInDesk } from './sessions.ts'

/** What somebody says who he is. */
export interface Given {
  name: string
  password: string
  /** Of the second factor, or a recovery code. */
  code?: string
}

/**
 * Signs in; gives the cookie's secret. Throws `not-signed-in`, `too-many-tries`, and `code-needed` where the password is right, a code is
 * needed and none was given. Where one was given nothing tells whether the password or the code was wrong: who guesses codes learns nothing.
 */
export async function signIn(
  desk: SignInDesk,
  given: Given,
  browser: Browser,
): Promise<{ secret: string; asker: Asker }> {
  const trier = { name: given.name, address: browser.address }
  beginTry(desk.throttle, trier)
  const user = await desk.store.users.findOne({ name: given.name })
  const right = await desk.passwords.verify(user?.disabled ? null : (user?.passwordHash ?? null), given.password)
  if (!user || !right) throw wrong(given)
  if (await hasFactor(desk.store, user.id)) {
    const { code } = given
    if (code === undefined) {
      desk.throttle.neither(trier)
      throw codeNeeded()
    }
    if (!(await desk.store.transaction((tables) => takeFactor(desk, tables, user.id, code)))) throw wrong(given)
  }
  desk.throttle.right(trier)
  return openSession(desk, user, browser, 'password')
}

/** What says that a code is to be given beside the password. */
export function codeNeeded(): TscalerError {
  return new TscalerError(
    'code-needed',
    'A code is needed. Send the one that your app shows now, or a recovery code, along with the password.',
  )
}

function wrong({ code }: Given): TscalerError {
  const what = code === undefined ? 'The name or the password' : 'The name, the password or the code'
  const message = `${what} is wrong. Try again, or ask an administrator for a new password.`
  return new TscalerError('not-signed-in', message)
}
