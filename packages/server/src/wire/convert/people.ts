import type { ClusterRole, Session, Token, User } from '../../model/people.ts'
import type * as people from '../people.ts'
import type * as wire from '../resources.ts'
import type { Directory } from './directory.ts'
import { instant, instantOrNull, stored } from './show.ts'

/** A user; of the password only whether there is one. */
export function userAnswer(row: User, { directory, withFactor }: PeopleShown): wire.User {
  return {
    ...stored(row),
    name: row.name,
    role: row.role,
    clusterRoles: row.clusterRoles.map((own) => clusterRoleAnswer(own, directory)),
    email: row.email,
    disabled: row.disabled,
    hasPassword: row.passwordHash !== null,
    hasSecondFactor: withFactor.has(row.id),
    isExternal: row.externalKey !== null,
  }
}

/** What users are shown with. */
export interface PeopleShown {
  directory: Directory
  /** The ids of users whose second factor is on. */
  withFactor: ReadonlySet<number>
}

/** A user as bodies write him, for the words of the audit trail; without his password. */
export function userBody({ name, role, clusterRoles, email, disabled }: User, directory: Directory) {
  return { name, role, clusterRoles: clusterRoles.map((own) => clusterRoleBody(own, directory)), email, disabled }
}

/** A token without its secret, which is answered once, when it is made. */
export function tokenAnswer(row: Token, directory: Directory): wire.Token {
  return {
    ...stored(row),
    name: row.name,
    role: row.role,
    clusterRoles: row.clusterRoles.map((own) => clusterRoleAnswer(own, directory)),
    user: { id: row.userId, name: directory.nameOf('users', row.userId) ?? `${row.userId}` },
    expiresAt: instantOrNull(row.expiresAt),
    lastUsedAt: instantOrNull(row.lastUsedAt),
  }
}

/** A token as bodies write it. */
export function tokenBody({ name, role, clusterRoles, expiresAt }: Token, directory: Directory) {
  const roles = clusterRoles.map((own) => clusterRoleBody(own, directory))
  return { name, role, clusterRoles: roles, expiresAt: instantOrNull(expiresAt) }
}

/** A signed-in browser; `current`: the one that asks. */
export function sessionAnswer(
  row: Session,
  { directory, current }: { directory: Directory; current: boolean },
): people.Session {
  return {
    id: row.id,
    user: { id: row.userId, name: directory.nameOf('users', row.userId) ?? `${row.userId}` },
    createdAt: instant(row.createdAt),
    lastSeenAt: instant(row.lastSeenAt),
    expiresAt: instant(row.expiresAt),
    address: row.address,
    userAgent: row.userAgent,
    signedInBy: row.signedInBy,
    current,
  }
}

/** A role for one cluster, with the cluster by id and name. A cluster that is gone keeps its id for a name. */
export function clusterRoleAnswer({ clusterId, role }: ClusterRole, directory: Directory): wire.ClusterRole {
  return { cluster: { id: clusterId, name: directory.nameOf('clusters', clusterId) ?? `${clusterId}` }, role }
}

function clusterRoleBody({ clusterId, role }: ClusterRole, directory: Directory) {
  return { cluster: directory.nameOf('clusters', clusterId) ?? `${clusterId}`, role }
}
