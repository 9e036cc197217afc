import type { Asker } from './desk.ts'
import { passwordLink } from './password-links.ts'
import type { SignInDesk } from './sessions.ts'
import { createUser } from './users.ts'

const tscaler: Asker = { who: 'tscaler', role: 'admin', userId: null }

/**
 * Sees to it that somebody can sign in: where there is no user, makes the administrator `admin` with the given password. Gives the secret
 * of a one-time link (`/welcome#<secret>`) while `admin` has no password, null otherwise. Every start makes the link anew.
 */
export async function firstStart(
  desk: Omit<SignInDesk, 'throttle'>,
  adminPassword: string | null,
): Promise<string | null> {
  const users = await desk.store.users.count()
  if (users === 0) {
    const password = adminPassword === null ? {} : { password: { value: adminPassword } }
    await createUser(desk, tscaler, { name: 'admin', role: 'admin', ...password })
  }
  const admin = await desk.store.users.findOne({ name: 'admin' })
  if (!admin || admin.disabled || admin.passwordHash !== null || admin.externalKey !== null) return null
  return passwordLink(desk, tscaler, `${admin.id}`)
}
