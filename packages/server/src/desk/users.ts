import type { Tables } from '../keep/store/store.ts'
import type { ClusterRole, User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import { referenceOf } from '../wire/convert/directory.ts'
import { userBody } from '../wire/convert/people.ts'
import type * as wire from '../wire/resources.ts'
import { audit } from './audit.ts'
import { readClusterRoles, rightsDirectory } from './cluster-roles.ts'
import type { Asker } from './desk.ts'
import { differences, inWords, same } from './differences.ts'
import type { SignInDesk } from './sessions.ts'

type UserDesk = Pick<SignInDesk, 'store' | 'clock' | 'passwords'>

/** The user of an id or a name; throws `not-found`. */
export async function userOf(tables: Pick<Tables, 'users'>, text: string): Promise<User> {
  const reference = referenceOf(text)
  const user =
    typeof reference === 'number' ? await tables.users.find(reference) : await tables.users.findOne({ name: reference })
  if (!user) throw new TscalerError('not-found', `There is no user ${JSON.stringify(reference)}.`)
  return user
}

/** Makes a user; without a password he has none until a link sets one. Throws `name-taken`, `bad-input`. */
export async function createUser(desk: UserDesk, asker: Asker, given: wire.UserBody): Promise<User> {
  const passwordHash = given.password ? await desk.passwords.hash(given.password.value) : null
  const at = desk.clock.now()
  return desk.store.transaction(async (tables) => {
    const { name, role, email = null, disabled = false } = given
    const clusterRoles = await readClusterRoles(tables, given.clusterRoles ?? [])
    const values = { name, role, clusterRoles, email, disabled, passwordHash, externalKey: null }
    const user = await tables.users.insert({ ...values, createdAt: at })
    const detail = await rightsInWords(tables, user)
    await audit(tables, asker, { at, what: 'create', kind: 'user', subject: user, detail })
    return user
  })
}

/**
 * Changes a user; a new password, other rights, and disabling end his sessions: nobody goes on with what he was given before. Throws
 * `wrong-state` for the last administrator's role.
 */
export async function changeUser(
  desk: UserDesk,
  asker: Asker,
  change: { of: string; given: Partial<wire.UserBody>; version?: number },
): Promise<User> {
  const { password, clusterRoles, ...rest } = change.given
  const hash = password ? { passwordHash: await desk.passwords.hash(password.value) } : {}
  const at = desk.clock.now()
  return desk.store.transaction(async (tables) => {
    const before = await userOf(tables, change.of)
    if (password) refuseExternal(before)
    const clusters = clusterRoles && { clusterRoles: await readClusterRoles(tables, clusterRoles) }
    const values = { ...rest, ...clusters }
    await keepAnAdmin(tables, before, { ...before, ...values })
    const user = await tables.users.update(before.id, { ...values, ...hash }, change.version)
    if (password || user.disabled || !hasSameRights(before, user))
      await tables.sessions.removeWhere({ userId: user.id })
    const detail = await changeInWords(tables, before, user, password !== undefined)
    await audit(tables, asker, { at, what: 'update', kind: 'user', subject: user, detail })
    return user
  })
}

/** Throws `wrong-state` for a user that an issuer vouches for: a password would let him in when the issuer no longer does. */
export function refuseExternal({ name, externalKey }: User): void {
  if (externalKey === null) return
  throw new TscalerError('wrong-state', `"${name}" signs in with the single sign-on and has no password here.`)
}

/** Removes a user with his sessions, tokens and second factor. */
export async function removeUser(desk: Pick<UserDesk, 'store' | 'clock'>, asker: Asker, text: string): Promise<void> {
  await desk.store.transaction(async (tables) => {
    const user = await userOf(tables, text)
    await keepAnAdmin(tables, user, undefined)
    await tables.users.remove(user.id)
    const detail = await rightsInWords(tables, user)
    await audit(tables, asker, { at: desk.clock.now(), what: 'remove', kind: 'user', subject: user, detail })
  })
}

/** Whether both may do the same. */
export function hasSameRights(
  one: { role: string; clusterRoles: readonly ClusterRole[] },
  other: { role: string; clusterRoles: readonly ClusterRole[] },
): boolean {
  return one.role === other.role && same(one.clusterRoles, other.clusterRoles)
}

/** What differs between two rows of a user, by field, before and after; of a password only that there is another. */
export async function changeInWords(tables: Tables, before: User, after: User, newPassword: boolean): Promise<string> {
  const directory = await rightsDirectory(tables)
  const changes = inWords(differences(userBody(before, directory), userBody(after, directory)))
  return [changes, newPassword ? 'password changed' : ''].filter(Boolean).join(', ')
}

async function rightsInWords(tables: Tables, user: User): Promise<string> {
  const { role, clusterRoles } = userBody(user, await rightsDirectory(tables))
  const clusters = clusterRoles.map((own) => `, ${own.role} of ${own.cluster}`).join('')
  return `role ${role}${clusters}`
}

async function keepAnAdmin(tables: Tables, before: User, after: User | undefined): Promise<void> {
  if (before.role !== 'admin' || before.disabled || (after?.role === 'admin' && !after.disabled)) return
  if ((await tables.users.count({ role: 'admin', disabled: false })) > 1) return
  throw new TscalerError('wrong-state', `"${before.name}" is the last administrator. Make another one first.`)
}
