import type { Stored } from './record.ts'

/** Each role may do all that the ones before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Whether `role` may do what needs `needed`. */
export function mayAct(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}

export interface User extends Stored {
  name: string
  role: Role
  email: string | null
  /** Argon2id in PHC form; null: no password yet (a one-time link sets it). */
  passwordHash: string | null
  disabled: boolean
}

/** A signed-in browser. `key` is the SHA-256 of the cookie's value, so that a stolen store signs nobody in. */
export interface Session {
  id: number
  key: string
  userId: number
  createdAt: number
  lastSeenAt: number
  expiresAt: number
}

/** An API token, or a one-time link; `key` is the SHA-256 of its secret. */
export interface Token extends Stored {
  name: string
  key: string
  userId: number
  role: Role
  purpose: 'api' | 'set-password'
  expiresAt: number | null
  lastUsedAt: number | null
}

/** A line of the audit trail. */
export interface AuditEntry {
  id: number
  at: number
  /** `admin`, `token:ci`, `os:root`, `tscaler`. */
  who: string
  /** `create`, `update`, `remove`, `execute`, `stop-all`, … */
  what: string
  kind: string
  subjectId: number | null
  subjectName: string | null
  detail: string | null
}
