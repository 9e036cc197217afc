import type { Sealed, Stored } from './record.ts'

/** Each role may do all that the ones before it may; `none` only what concerns himself, and what his roles for single clusters allow. */
export const roles = ['none', 'viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** What a role for one cluster may be. No admin: configuration is shared between clusters, so that changing it is never one cluster's affair. */
export const clusterRoles = ['viewer', 'operator'] as const

/** What somebody may do on one cluster, whatever his role elsewhere. */
export interface ClusterRole {
  clusterId: number
  role: (typeof clusterRoles)[number]
}

/** What somebody may do: everywhere, and on single clusters beyond that. */
export interface Rights {
  role: Role
  /** Left out: no cluster is anything special. */
  clusterRoles?: readonly ClusterRole[]
}

/** Whether `role` may do what needs `needed`. */
export function mayAct(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}

/** Whether `rights` reach `needed` on the cluster; null: what belongs to no cluster, where the role everywhere alone counts. */
export function mayActOn(rights: Rights, needed: Role, clusterId: number | null): boolean {
  if (mayAct(rights.role, needed)) return true
  return (rights.clusterRoles ?? []).some((own) => own.clusterId === clusterId && mayAct(own.role, needed))
}

/** The clusters on which `rights` reach `needed`; `all` where they do everywhere. */
export function clustersOf(rights: Rights, needed: Role): 'all' | number[] {
  if (mayAct(rights.role, needed)) return 'all'
  return (rights.clusterRoles ?? []).filter(({ role }) => mayAct(role, needed)).map(({ clusterId }) => clusterId)
}

/** What both allow: what a token may, which is never more than its user may. */
export function commonRights(one: Rights, other: Rights): { role: Role; clusterRoles: ClusterRole[] } {
  const role = mayAct(one.role, other.role) ? other.role : one.role
  const clusters = new Set([one, other].flatMap((rights) => (rights.clusterRoles ?? []).map((own) => own.clusterId)))
  const shared = [...clusters].flatMap((clusterId) => {
    const reached = clusterRoles.filter((of) => mayActOn(one, of, clusterId) && mayActOn(other, of, clusterId)).at(-1)
    return reached === undefined || mayAct(role, reached) ? [] : [{ clusterId, role: reached }]
  })
  return { role, clusterRoles: shared }
}

export interface User extends Stored {
  name: string
  role: Role
  clusterRoles: ClusterRole[]
  email: string | null
  /** Argon2id in PHC form; null: no password (a one-time link sets the first). */
  passwordHash: string | null
  /** SHA-256 of the issuer and the subject that it knows this user by; null: a user of tscaler's own. */
  externalKey: string | null
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
  /** From where it signed in. */
  address: string
  /** The browser in short, such as `Firefox on Linux`. */
  userAgent: string
  signedInBy: 'password' | 'oidc'
}

/** An API token, a one-time link, or a recovery code; `key` is the SHA-256 of its secret. */
export interface Token extends Stored {
  name: string
  key: string
  userId: number
  role: Role
  clusterRoles: ClusterRole[]
  purpose: 'api' | 'set-password' | 'recovery'
  expiresAt: number | null
  lastUsedAt: number | null
}

/** What makes a user's one-time codes (RFC 6238). */
export interface SecondFactor {
  id: number
  userId: number
  secret: Sealed
  createdAt: number
  /** When a code first proved that the user has it; null: not yet, and none is asked for. */
  confirmedAt: number | null
  /** The step of the last code that was taken: none is taken twice, nor one before it. */
  lastStep: number
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
