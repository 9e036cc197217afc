import type { Tables } from '../keep/store/store.ts'
import type { SecondFactor, User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import { audit } from './audit.ts'
import type { Asker } from './desk.ts'
import { beginTry } from './login-throttle.ts'
import { confirmOwn, ownUser } from './own-password.ts'
import { countRecoveryCodes, dropRecoveryCodes, renewRecoveryCodes, useRecoveryCode } from './recovery-codes.ts'
import { mustEnrol } from './second-factor-rule.ts'
import type { SignInDesk } from './sessions.ts'
import { newTotpSecret, otpauthUri, totpStep } from './totp.ts'
import { userOf } from './users.ts'

/** How a user's second factor stands. */
export interface FactorState {
  state: 'off' | 'pending' | 'on'
  /** Whether nothing else is open until it is on. */
  required: boolean
  recoveryCodesLeft: number
}

/** How one's own second factor stands. Throws `wrong-state` for a token. */
export async function factorState(desk: SignInDesk, asker: Asker): Promise<FactorState> {
  const user = await ownUser(desk.store, asker)
  const factor = await desk.store.secondFactors.findOne({ userId: user.id })
  return {
    state: factor === undefined ? 'off' : factor.confirmedAt === null ? 'pending' : 'on',
    required: await mustEnrol(desk.store, desk.secondFactor, user),
    recoveryCodesLeft: await countRecoveryCodes(desk.store, user.id),
  }
}

/**
 * Makes a secret for one's own second factor and gives it this once; it counts when a code confirms it. Throws `wrong-state` where one
 * is on already, `bad-input` where the password is wrong, `too-many-tries`.
 */
export async function beginFactor(
  desk: SignInDesk,
  asker: Asker,
  given: { password: string; address: string },
): Promise<{ secret: string; uri: string }> {
  const user = await confirmOwn(desk, asker, { ...given, field: 'password' })
  const secret = newTotpSecret()
  const at = desk.clock.now()
  await desk.store.transaction(async (tables) => {
    const before = await tables.secondFactors.findOne({ userId: user.id })
    if (before && before.confirmedAt !== null)
      throw new TscalerError('wrong-state', 'Your second factor is on. Remove it first to set up another one.')
    if (before) await tables.secondFactors.remove(before.id)
    const sealed = desk.secrets.seal(secret)
    await tables.secondFactors.insert({
      userId: user.id,
      secret: sealed,
      createdAt: at,
      confirmedAt: null,
      lastStep: 0,
    })
  })
  return { secret, uri: otpauthUri(secret, { account: user.name, issuer: 'tscaler' }) }
}

/**
 * Switches the second factor on with a first code; gives the recovery codes, this once. The other sessions of the user are the caller's to
 * end. Throws `wrong-state` where none was begun, `bad-input` for a wrong code, `too-many-tries`.
 */
export async function confirmFactor(
  desk: SignInDesk,
  asker: Asker,
  given: { code: string; address: string },
): Promise<{ recoveryCodes: string[]; user: User }> {
  const user = await ownUser(desk.store, asker)
  return guessing(desk, { name: user.name, address: given.address }, async () => {
    const at = desk.clock.now()
    return desk.store.transaction(async (tables) => {
      const factor = await tables.secondFactors.findOne({ userId: user.id })
      if (!factor || factor.confirmedAt !== null)
        throw new TscalerError('wrong-state', 'No second factor waits for its first code. Begin to set one up.')
      if (!(await takeCode(desk, tables, factor, given.code))) return undefined
      await tables.secondFactors.update(factor.id, { confirmedAt: at })
      await tables.sessions.removeWhere({ userId: user.id })
      const recoveryCodes = await renewRecoveryCodes(tables, user.id)
      await audit(tables, asker, { at, what: 'second-factor-on', kind: 'user', subject: user })
      return { recoveryCodes, user }
    })
  })
}

/** Takes one's own second factor away, with the password and a code of it (or a recovery code). Throws as confirming does. */
export async function removeFactor(
  desk: SignInDesk,
  asker: Asker,
  given: { password: string; code: string; address: string },
): Promise<void> {
  const user = await confirmOwn(desk, asker, { ...given, field: 'password' })
  await guessing(desk, { name: user.name, address: given.address }, () =>
    desk.store.transaction(async (tables) => {
      if (!(await takeFactor(desk, tables, user.id, given.code))) return undefined
      await dropFactor(tables, asker, user, { at: desk.clock.now(), what: 'second-factor-off' })
      return true
    }),
  )
}

/** Takes a user's second factor away, for one who lost it; ends his sessions. */
export async function resetFactor(
  desk: Pick<SignInDesk, 'store' | 'clock'>,
  asker: Asker,
  text: string,
): Promise<void> {
  await desk.store.transaction(async (tables) => {
    const user = await userOf(tables, text)
    await tables.sessions.removeWhere({ userId: user.id })
    await dropFactor(tables, asker, user, { at: desk.clock.now(), what: 'second-factor-reset' })
  })
}

/** Whether the user has a second factor that is on. */
export async function hasFactor(tables: Pick<Tables, 'secondFactors'>, userId: number): Promise<boolean> {
  const factor = await tables.secondFactors.findOne({ userId })
  return factor !== undefined && factor.confirmedAt !== null
}

/** Those of the users whose second factor is on. */
export async function usersWithFactor(
  tables: Pick<Tables, 'secondFactors'>,
  users: readonly User[],
): Promise<ReadonlySet<number>> {
  const factors = await tables.secondFactors.list({ where: { userId: users.map(({ id }) => id) } })
  return new Set(factors.filter(({ confirmedAt }) => confirmedAt !== null).map(({ userId }) => userId))
}

/** Uses up a code, or a recovery code, of the user's second factor; false where it is none, or was used before. */
export async function takeFactor(
  desk: Pick<SignInDesk, 'clock' | 'secrets'>,
  tables: Pick<Tables, 'secondFactors' | 'tokens'>,
  userId: number,
  code: string,
): Promise<boolean> {
  const factor = await tables.secondFactors.findOne({ userId })
  if (!factor || factor.confirmedAt === null) return false
  return (await takeCode(desk, tables, factor, code)) || useRecoveryCode(tables, userId, code)
}

async function takeCode(
  { clock, secrets }: Pick<SignInDesk, 'clock' | 'secrets'>,
  tables: Pick<Tables, 'secondFactors'>,
  { id, secret, lastStep }: SecondFactor,
  text: string,
): Promise<boolean> {
  const code = text.replace(/\s/g, '')
  const step = totpStep(secrets.open(secret), code, { now: clock.now(), after: lastStep })
  // Compare and set: of two tries with the same code at once, one finds another last step.
  return step !== undefined && (await tables.secondFactors.updateWhere({ id, lastStep }, { lastStep: step })) === 1
}

async function dropFactor(
  tables: Tables,
  asker: Asker,
  user: User,
  { at, what }: { at: number; what: string },
): Promise<void> {
  await tables.secondFactors.removeWhere({ userId: user.id })
  await dropRecoveryCodes(tables, user.id)
  await audit(tables, asker, { at, what, kind: 'user', subject: user })
}

/** Guesses of codes are counted like those of passwords; undefined is a wrong one. */
async function guessing<Result>(
  { throttle }: SignInDesk,
  trier: { name: string; address: string },
  work: () => Promise<Result | undefined>,
): Promise<Result> {
  beginTry(throttle, trier)
  const result = await work().catch((thrown: unknown) => {
    throttle.neither(trier)
    throw thrown
  })
  if (result === undefined)
    throw new TscalerError('bad-input', 'The code is wrong, or was used before. Take the one that the app shows now.', {
      findings: [{ path: 'code', message: 'is not a code of now' }],
    })
  throttle.right(trier)
  return result
}
