import type { Tables } from '../keep/store/store.ts'
import { mayAct, type Role, type Token, type User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import { referenceOf } from '../wire/convert/directory.ts'
import type * as wire from '../wire/resources.ts'
import { audit } from './audit.ts'
import type { Asker } from './desk.ts'
import { keyOf, newSecret } from './secret-key.ts'
import type { SignInDesk } from './sessions.ts'

/** A link that sets a password is good for a day. */
const linkMs = 86_400_000

type PeopleDesk = Omit<SignInDesk, 'throttle'>

/** The user of an id or a name; throws `not-found`. */
export async function userOf(tables: Pick<Tables, 'users'>, text: string): Promise<User> {
  const reference = referenceOf(text)
  const user =
    typeof reference === 'number' ? await tables.users.find(reference) : await tables.users.findOne({ name: reference })
  if (!user) throw new TscalerError('not-found', `There is no user ${JSON.stringify(reference)}.`)
  return user
}

/** Makes a user; without a password he has none until a link sets one. */
export async function createUser(desk: PeopleDesk, asker: Asker, given: wire.UserBody): Promise<User> {
  const passwordHash = given.password ? await desk.passwords.hash(given.password.value) : null
  const at = desk.clock.now()
  return desk.store.transaction(async (tables) => {
    const { name, role, email = null, disabled = false } = given
    const user = await tables.users.insert({ name, role, email, disabled, passwordHash, createdAt: at })
    await audit(tables, asker, { at, what: 'create', kind: 'user', subject: user, detail: `role ${role}` })
    return user
  })
}

/** Changes a user; a new password, and disabling, end his sessions. Throws `wrong-state` for the last administrator's role. */
export async function changeUser(
  desk: PeopleDesk,
  asker: Asker,
  change: { of: string; given: Partial<wire.UserBody>; version?: number },
): Promise<User> {
  const { password, ...rest } = change.given
  const hash = password ? { passwordHash: await desk.passwords.hash(password.value) } : {}
  const at = desk.clock.now()
  return desk.store.transaction(async (tables) => {
    const before = await userOf(tables, change.of)
    await keepAnAdmin(tables, before, { ...before, ...rest })
    const user = await tables.users.update(before.id, { ...rest, ...hash }, change.version)
    if (password || user.disabled) await tables.sessions.removeWhere({ userId: user.id })
    const detail = [...Object.keys(rest), ...(password ? ['password'] : [])].join(', ')
    await audit(tables, asker, { at, what: 'update', kind: 'user', subject: user, detail })
    return user
  })
}

/** Removes a user with his sessions and tokens. */
export async function removeUser(desk: PeopleDesk, asker: Asker, text: string): Promise<void> {
  await desk.store.transaction(async (tables) => {
    const user = await userOf(tables, text)
    await keepAnAdmin(tables, user, undefined)
    await tables.sessions.removeWhere({ userId: user.id })
    await tables.tokens.removeWhere({ userId: user.id })
    await tables.users.remove(user.id)
    await audit(tables, asker, { at: desk.clock.now(), what: 'remove', kind: 'user', subject: user })
  })
}

async function keepAnAdmin(tables: Tables, before: User, after: User | undefined): Promise<void> {
  if (before.role !== 'admin' || before.disabled || (after?.role === 'admin' && !after.disabled)) return
  if ((await tables.users.count({ role: 'admin', disabled: false })) > 1) return
  throw new TscalerError('wrong-state', `"${before.name}" is the last administrator. Make another one first.`)
}

/** Changes one's own password; ends all other sessions of the user. Throws `not-signed-in` where the present one is wrong. */
export async function changeOwnPassword(
  desk: PeopleDesk,
  asker: Asker,
  given: { current: string; password: string },
): Promise<void> {
  const user =
    asker.userId === null || asker.who.startsWith('token:') ? undefined : await desk.store.users.find(asker.userId)
  if (!user) throw new TscalerError('wrong-state', `${asker.who} has no password. Sign in as a user to change one.`)
  if (!(await desk.passwords.verify(user.passwordHash, given.current))) {
    throw new TscalerError('bad-input', 'The present password is wrong.', {
      findings: [{ path: 'current', message: 'is not the present password' }],
    })
  }
  await changeUser(desk, asker, { of: `${user.id}`, given: { password: { value: given.password } } })
}

/** A link's secret that sets the user's password once, within a day; an earlier one stops working. */
export async function passwordLink(
  desk: Pick<PeopleDesk, 'store' | 'clock'>,
  asker: Asker,
  text: string,
): Promise<string> {
  const { secret, key } = newSecret()
  const at = desk.clock.now()
  return desk.store.transaction(async (tables) => {
    const user = await userOf(tables, text)
    await tables.tokens.removeWhere({ userId: user.id, purpose: 'set-password' })
    await tables.tokens.insert({
      name: `set-password.${user.id}`,
      key,
      userId: user.id,
      role: user.role,
      purpose: 'set-password',
      expiresAt: at + linkMs,
      lastUsedAt: null,
    })
    await audit(tables, asker, { at, what: 'password-link', kind: 'user', subject: user })
    return secret
  })
}

/** Uses a link: sets the password of its user. Throws `not-signed-in` where it is used up, over, or none. */
export async function welcome(desk: PeopleDesk, given: { token: string; password: string }): Promise<User> {
  const where = { key: keyOf(given.token), purpose: 'set-password' } as const
  const at = desk.clock.now()
  const known = await desk.store.tokens.findOne(where)
  const passwordHash = known ? await desk.passwords.hash(given.password) : ''
  return desk.store.transaction(async (tables) => {
    const token = await tables.tokens.findOne(where)
    if (!token || (token.expiresAt ?? 0) <= at) {
      throw new TscalerError(
        'not-signed-in',
        'This link has been used, or is too old. `tscaler user passwd NAME` on the server makes a new one.',
      )
    }
    await tables.tokens.remove(token.id)
    await tables.sessions.removeWhere({ userId: token.userId })
    const user = await tables.users.update(token.userId, { passwordHash })
    await audit(
      tables,
      { who: user.name, role: user.role, userId: user.id },
      { at, what: 'set-password', kind: 'user', subject: user },
    )
    return user
  })
}

/** Makes an API token of the asker's; its secret is given once. Throws `not-allowed` for a role beyond his own. */
export async function createToken(
  desk: Pick<PeopleDesk, 'store' | 'clock'>,
  asker: Asker,
  given: wire.TokenBody,
): Promise<{ token: Token; secret: string }> {
  allowRole(asker, given.role)
  const { secret, key } = newSecret('tscaler_')
  const at = desk.clock.now()
  const token = await desk.store.transaction(async (tables) => {
    const token = await tables.tokens.insert({
      name: given.name,
      key,
      userId: asker.userId ?? (await anyAdmin(tables)).id,
      role: given.role,
      purpose: 'api',
      expiresAt: given.expiresAt === null || given.expiresAt === undefined ? null : Date.parse(given.expiresAt),
      lastUsedAt: null,
    })
    await audit(tables, asker, { at, what: 'create', kind: 'token', subject: token, detail: `role ${token.role}` })
    return token
  })
  return { token, secret }
}

/** A token made over the local socket belongs to the first administrator. */
async function anyAdmin(tables: Tables): Promise<User> {
  const [admin] = await tables.users.list({ where: { role: 'admin', disabled: false }, limit: 1 })
  if (admin) return admin
  throw new TscalerError(
    'wrong-state',
    'There is no administrator that the token could belong to. Make one: `tscaler user add`.',
  )
}

/** Changes a token's name, role or end; its secret stays. Throws `not-allowed` for a role beyond the asker's. */
export async function changeToken(
  desk: Pick<PeopleDesk, 'store' | 'clock'>,
  asker: Asker,
  change: { of: string; given: Partial<wire.TokenBody>; version?: number },
): Promise<Token> {
  const { expiresAt, ...rest } = change.given
  const end = expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }
  const at = desk.clock.now()
  return desk.store.transaction(async (tables) => {
    const { id } = await tokenOf(tables, change.of)
    if (rest.role) allowRole(asker, rest.role)
    const token = await tables.tokens.update(id, { ...rest, ...end }, change.version)
    const detail = Object.keys(change.given).join(', ')
    await audit(tables, asker, { at, what: 'update', kind: 'token', subject: token, detail })
    return token
  })
}

function allowRole(asker: Asker, role: Role): void {
  if (!mayAct(asker.role, role))
    throw new TscalerError('not-allowed', `A token may not do more than you: ${asker.role}.`)
}

/** Revokes a token at once. */
export async function removeToken(
  desk: Pick<PeopleDesk, 'store' | 'clock'>,
  asker: Asker,
  text: string,
): Promise<void> {
  await desk.store.transaction(async (tables) => {
    const token = await tokenOf(tables, text)
    await tables.tokens.remove(token.id)
    await audit(tables, asker, { at: desk.clock.now(), what: 'remove', kind: 'token', subject: token })
  })
}

/** The API token of an id or a name; throws `not-found`. */
export async function tokenOf(tables: Pick<Tables, 'tokens'>, text: string): Promise<Token> {
  const reference = referenceOf(text)
  const where = typeof reference === 'number' ? { id: reference } : { name: reference }
  const token = await tables.tokens.findOne({ ...where, purpose: 'api' })
  if (!token) throw new TscalerError('not-found', `There is no token ${JSON.stringify(reference)}.`)
  return token
}
