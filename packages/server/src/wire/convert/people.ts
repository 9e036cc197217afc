import type { Token, User } from '../../model/people.ts'
import type * as wire from '../resources.ts'
import type { Ref } from '../schema.ts'
import { instantOrNull, type Show, stored } from './show.ts'

/** A user; of the password only whether there is one. */
export function userAnswer(row: User): wire.User {
  return {
    ...stored(row),
    name: row.name,
    role: row.role,
    email: row.email,
    disabled: row.disabled,
    hasPassword: row.passwordHash !== null,
  }
}

/** A token without its secret, which is answered once, when it is made. */
export function tokenAnswer(row: Token, show: Show<Ref>): wire.Token {
  return {
    ...stored(row),
    name: row.name,
    role: row.role,
    user: show.ref('users', row.userId),
    expiresAt: instantOrNull(row.expiresAt),
    lastUsedAt: instantOrNull(row.lastUsedAt),
  }
}
