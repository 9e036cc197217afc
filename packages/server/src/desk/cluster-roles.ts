import type { Tables } from '../keep/store/store.ts'
import type { ClusterRole } from '../model/people.ts'
import { type Finding, TscalerError } from '../model/problem.ts'
import type { Directory } from '../wire/convert/directory.ts'
import type * as wire from '../wire/resources.ts'
import { viewOf } from './view.ts'

/** Roles for single clusters as they are kept, in the order of the clusters. Throws `bad-input` for a cluster that is not there, or is named twice. */
export async function readClusterRoles(tables: Tables, given: readonly wire.ClusterRoleIn[]): Promise<ClusterRole[]> {
  const directory = await rightsDirectory(tables)
  const findings: Finding[] = []
  const roles = new Map<number, ClusterRole['role']>()
  given.forEach(({ cluster, role }, index) => {
    const path = `clusterRoles[${index}].cluster`
    const id = directory.idOf('clusters', cluster)
    if (id === undefined) findings.push({ path, message: `there is no cluster ${JSON.stringify(cluster)}` })
    else if (roles.has(id))
      findings.push({ path, message: `${JSON.stringify(cluster)} is there twice, expected one role` })
    else roles.set(id, role)
  })
  if (findings.length > 0) {
    const lines = findings.slice(0, 3).map(({ path, message }) => `${path}: ${message}`)
    throw new TscalerError('bad-input', `The roles for clusters can't be taken as given: ${lines.join('; ')}`, {
      findings,
    })
  }
  return [...roles].map(([clusterId, role]) => ({ clusterId, role })).sort((a, b) => a.clusterId - b.clusterId)
}

/** The names that rights are shown with. */
export async function rightsDirectory(tables: Tables): Promise<Directory> {
  return (await viewOf(tables, ['clusters', 'users'])).directory
}
