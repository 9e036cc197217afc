import type { Cluster } from '../../model/cluster.ts'
import type { NodeState } from '../../model/node.ts'
import { clusterAnswer, clusterBody, readCluster } from '../../wire/convert/clusters.ts'
import * as wire from '../../wire/resources.ts'
import { kind, named } from './kind.ts'

/** From planned to draining; these count for min and max. */
const counted: readonly NodeState[] = ['planned', 'launching', 'configuring', 'in-service', 'draining']

export const clusters = kind<Cluster, typeof wire.ClusterBody>({
  name: 'clusters',
  path: 'clusters',
  noun: 'cluster',
  tableOf: (tables) => tables.clusters,
  body: wire.ClusterBody,
  answer: wire.Cluster,
  needs: ['counters'],
  read: readCluster,
  bodyOf: clusterBody,
  answers: (rows, show, { store }) =>
    Promise.all(
      rows.map(async (row) => clusterAnswer(row, show, await store.nodes.count({ clusterId: row.id, state: counted }))),
    ),
  async usedBy({ id }, tables) {
    const active = await tables.activeRuns.find(id)
    return [
      ...named('node', await tables.nodes.list({ where: { clusterId: id }, limit: 5 }), () => true),
      ...named('trigger', await tables.triggers.list({ where: { clusterId: id } }), () => true),
      ...named('schedule', await tables.schedules.list({ where: { clusterId: id } }), () => true),
      ...(active ? [`run ${active.runId}, which is under way`] : []),
    ]
  },
})
