import type { Tables } from '../keep/store/store.ts'
import type { Where } from '../keep/store/table.ts'
import { mayAct, mayActOn, type Rights, type Token, type User } from '../model/people.ts'
import { TscalerError } from '../model/problem.ts'
import { referenceOf } from '../wire/convert/directory.ts'
import { tokenBody } from '../wire/convert/people.ts'
import type * as wire from '../wire/resources.ts'
import { audit } from './audit.ts'
import { readClusterRoles, rightsDirectory } from './cluster-roles.ts'
import type { Asker } from './desk.ts'
import { differences, inWords } from './differences.ts'
import { newSecret } from './secret-key.ts'
import { ownUserId, type SignInDesk } from './sessions.ts'

type TokenDesk = Pick<SignInDesk, 'store' | 'clock'>

/** Of one person: scripts and machines, each with its own. */
const tokensMax = 200

/** Makes an API token of the asker's; its secret is given once. Throws `not-allowed` for more rights than his own. */
export async function createToken(
  desk: TokenDesk,
  asker: Asker,
  given: wire.TokenBody,
): Promise<{ token: Token; secret: string }> {
  allowTokens(asker)
  const { secret, key } = newSecret('tscaler_')
  const at = desk.clock.now()
  const token = await desk.store.transaction(async (tables) => {
    const clusterRoles = await readClusterRoles(tables, given.clusterRoles ?? [])
    allowRights(asker, { role: given.role, clusterRoles })
    const userId = await ownerId(tables, asker)
    if ((await tables.tokens.count({ userId, purpose: 'api' })) >= tokensMax)
      throw new TscalerError('wrong-state', `There are ${tokensMax} tokens already. Revoke some first.`)
    const token = await tables.tokens.insert({
      name: given.name,
      key,
      userId,
      role: given.role,
      clusterRoles,
      purpose: 'api',
      expiresAt: given.expiresAt === null || given.expiresAt === undefined ? null : Date.parse(given.expiresAt),
      lastUsedAt: null,
    })
    const detail = inWords(differences({}, await bodyInWords(tables, token)))
    await audit(tables, asker, { at, what: 'create', kind: 'token', subject: token, detail })
    return token
  })
  return { token, secret }
}

/** A token belongs to who makes it. */
async function ownerId(tables: Tables, asker: Asker): Promise<number> {
  return asker.userId ?? (await anyAdmin(tables)).id
}

/** What a token could make would live on when the token itself is over: only an admin's may change tokens. */
function allowTokens(asker: Asker): void {
  if (ownUserId(asker) !== undefined || mayAct(asker.role, 'admin')) return
  throw new TscalerError('not-allowed', `${asker.who} is ${asker.role}; a token that changes tokens needs admin.`)
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

/** Changes a token's name, rights or end; its secret stays. Throws `not-allowed` for more rights than the asker's, `not-found`. */
export async function changeToken(
  desk: TokenDesk,
  asker: Asker,
  change: { of: string; given: Partial<wire.TokenBody>; version?: number },
): Promise<Token> {
  const { expiresAt, clusterRoles, ...rest } = change.given
  const end = expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : Date.parse(expiresAt) }
  const at = desk.clock.now()
  return desk.store.transaction(async (tables) => {
    const before = await tokenOf(tables, asker, change.of)
    allowTokens(asker)
    const clusters = clusterRoles && { clusterRoles: await readClusterRoles(tables, clusterRoles) }
    if (rest.role !== undefined || clusters) allowRights(asker, { ...before, ...rest, ...clusters })
    const token = await tables.tokens.update(before.id, { ...rest, ...clusters, ...end }, change.version)
    const detail = inWords(differences(await bodyInWords(tables, before), await bodyInWords(tables, token)))
    await audit(tables, asker, { at, what: 'update', kind: 'token', subject: token, detail })
    return token
  })
}

function allowRights(asker: Asker, { role, clusterRoles = [] }: Rights): void {
  if (mayAct(asker.role, role) && clusterRoles.every((own) => mayActOn(asker, own.role, own.clusterId))) return
  throw new TscalerError('not-allowed', `A token may not do more than you: ${asker.role}, and your roles for clusters.`)
}

/** Revokes a token at once. */
export async function removeToken(desk: TokenDesk, asker: Asker, text: string): Promise<void> {
  await desk.store.transaction(async (tables) => {
    const token = await tokenOf(tables, asker, text)
    allowTokens(asker)
    await tables.tokens.remove(token.id)
    await audit(tables, asker, { at: desk.clock.now(), what: 'remove', kind: 'token', subject: token })
  })
}

/** The API token of an id or a name: one's own, or an admin anybody's; throws `not-found`, which another's is to everybody else. */
export async function tokenOf(tables: Pick<Tables, 'tokens'>, asker: Asker, text: string): Promise<Token> {
  const reference = referenceOf(text)
  const where = typeof reference === 'number' ? { id: reference } : { name: reference }
  const token = await tables.tokens.findOne({ ...where, purpose: 'api' })
  if (!token || !(mayAct(asker.role, 'admin') || token.userId === asker.userId))
    throw new TscalerError('not-found', `There is no token ${JSON.stringify(reference)}.`)
  return token
}

/** The tokens that the asker may see: his own, an admin all. */
export function visibleTokens({ role, userId }: Asker): Where<Token> {
  if (mayAct(role, 'admin')) return { purpose: 'api' }
  // 0 is nobody's id.
  return { purpose: 'api', userId: userId ?? 0 }
}

async function bodyInWords(tables: Tables, token: Token): Promise<Record<string, unknown>> {
  return { ...tokenBody(token, await rightsDirectory(tables)) }
}
