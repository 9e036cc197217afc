import type { Tables } from '../keep/store/store.ts'
import { type ClusterRole, clusterRoles, mayAct, type Role, roles } from '../model/people.ts'

/** What a group may do: a role everywhere, or (with a cluster's name) on one cluster. The group `*` is everybody. */
export type RoleMapping =
  | { group: string; role: Exclude<Role, 'none'>; cluster: null }
  | { group: string; role: ClusterRole['role']; cluster: string }

/** What was granted. */
export interface Granted {
  role: Role
  clusterRoles: ClusterRole[]
}

/** `group=role; group=role@cluster`; undefined where it is not that. A group may hold `=` and commas, as names of directories do. */
export function parseRoleMap(text: string): RoleMapping[] | undefined {
  const entries = text
    .split(/[;\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const parsed = entries.map(parseMapping)
  const mappings = parsed.filter((mapping) => mapping !== undefined)
  return mappings.length === entries.length && mappings.length > 0 ? mappings : undefined
}

function parseMapping(entry: string): RoleMapping | undefined {
  const [, group = '', word = '', cluster] = /^(.+)=\s*([a-z]+)(?:@([A-Za-z][A-Za-z0-9._-]{0,62}))?$/.exec(entry) ?? []
  const name = group.trim()
  if (name === '') return undefined
  if (cluster === undefined) {
    const role = roles.find((known) => known === word)
    return role === undefined || role === 'none' ? undefined : { group: name, role, cluster: null }
  }
  const role = clusterRoles.find((known) => known === word)
  return role && { group: name, role, cluster }
}

/** What the claims' groups grant: the most of all that match; `none`: no group matches; null: nothing is mapped, roles are given here. */
export async function rightsFrom(
  tables: Pick<Tables, 'clusters'>,
  { roleClaim, roleMap }: { roleClaim: string; roleMap: readonly RoleMapping[] | null },
  claims: Readonly<Record<string, unknown>>,
): Promise<Granted | 'none' | null> {
  if (roleMap === null) return null
  const groups = groupsOf(claims, roleClaim)
  const matching = roleMap.filter(({ group }) => group === '*' || groups.has(group))
  if (matching.length === 0) return 'none'
  const role = matching
    .filter(({ cluster }) => cluster === null)
    .reduce<Role>((most, mapping) => (mayAct(most, mapping.role) ? most : mapping.role), 'none')
  return { role, clusterRoles: await clusterRolesOf(tables, matching) }
}

/** A cluster that is not there (yet) grants nothing. */
async function clusterRolesOf(
  tables: Pick<Tables, 'clusters'>,
  mappings: readonly RoleMapping[],
): Promise<ClusterRole[]> {
  const granted = new Map<number, ClusterRole['role']>()
  for (const { cluster, role } of mappings) {
    if (cluster === null) continue
    const row = await tables.clusters.findOne({ name: cluster })
    const had = row && granted.get(row.id)
    if (row && !(had && mayAct(had, role))) granted.set(row.id, role)
  }
  return [...granted].map(([clusterId, role]) => ({ clusterId, role })).sort((a, b) => a.clusterId - b.clusterId)
}

/** The groups of a claim, which may lie within another (`realm_access.roles`) and may be one text. */
function groupsOf(claims: Readonly<Record<string, unknown>>, path: string): ReadonlySet<string> {
  const whole = claims[path]
  const found = whole ?? path.split('.').reduce<unknown>((inner, key) => ownOf(inner, key), claims)
  const list = Array.isArray(found) ? found : [found]
  return new Set(list.filter((group) => typeof group === 'string'))
}

function ownOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return Object.entries(value).find(([name]) => name === key)?.[1]
}
