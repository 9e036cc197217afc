import { randomBytes } from 'node:crypto'
import type { Tables } from '../keep/store/store.ts'
import { keyOf } from './secret-key.ts'
import { base32 } from './totp.ts'

/** A sheet of codes: enough for years, and short enough to be printed. */
const codesMade = 10
/** 80 bits, 16 letters: no slow hash is needed for what nobody can guess. */
const codeBytes = 10

/** Makes new codes, each good once, in place of those that were there. They are shown this once; their digests are kept. */
export async function renewRecoveryCodes(tables: Pick<Tables, 'tokens'>, userId: number): Promise<string[]> {
  await dropRecoveryCodes(tables, userId)
  const codes = Array.from({ length: codesMade }, () => base32(randomBytes(codeBytes)).toLowerCase())
  await tables.tokens.insertMany(
    codes.map((code, index) => ({
      // No API token can have such a name: names hold no colon.
      name: `recovery:${userId}:${index + 1}`,
      key: keyOf(code),
      userId,
      role: 'none' as const,
      clusterRoles: [],
      purpose: 'recovery' as const,
      expiresAt: null,
      lastUsedAt: null,
    })),
  )
  return codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-'))
}

/** Uses a code up; whether it was one, and still unused. */
export async function useRecoveryCode(tables: Pick<Tables, 'tokens'>, userId: number, text: string): Promise<boolean> {
  const code = text.toLowerCase().replace(/[\s-]/g, '')
  if (!/^[a-z2-7]{16}$/.test(code)) return false
  // Removing is the check: of two tries at once, one finds nothing.
  return (await tables.tokens.removeWhere({ userId, purpose: 'recovery', key: keyOf(code) })) === 1
}

/** How many are left. */
export async function countRecoveryCodes(tables: Pick<Tables, 'tokens'>, userId: number): Promise<number> {
  return tables.tokens.count({ userId, purpose: 'recovery' })
}

/** Takes all of the user's codes away. */
export async function dropRecoveryCodes(tables: Pick<Tables, 'tokens'>, userId: number): Promise<void> {
  await tables.tokens.removeWhere({ userId, purpose: 'recovery' })
}
