import { keepJvms } from '../../keep/store/jvms.ts'
import type { Tables } from '../../keep/store/store.ts'
import { jvmSubject } from '../../model/alert.ts'
import type { Node } from '../../model/node.ts'
import type { MachineStatus } from '../../reach/machine.ts'
import { nodeAnswer, nodeBody, readNode } from '../../wire/convert/nodes.ts'
import { instant, instantOrNull } from '../../wire/convert/show.ts'
import * as wire from '../../wire/resources.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { kind } from './kind.ts'

export const nodes = kind<Node, typeof wire.NodeBody>({
  name: 'nodes',
  path: 'nodes',
  noun: 'node',
  tableOf: (tables) => tables.nodes,
  body: wire.NodeBody,
  answer: wire.Node,
  needs: ['clusters', 'sshProfiles', 'jvmProfiles', 'ec2Profiles'],
  read: readNode,
  bodyOf: nodeBody,
  answers: async (rows, show, { machines }) =>
    rows.map((row) => ({
      ...nodeAnswer(row, show, connectionOf(machines.statusOf(row.id))),
      fingerprints: { pinned: fingerprintOf(row.hostKey), offered: fingerprintOf(row.offeredHostKey) },
    })),
  keeps: ['hostKey', 'instanceId', 'ec2Profile'],
  async usedBy({ id }, tables) {
    const lock = await tables.nodeLocks.find(id)
    return lock ? [`run ${lock.runId}, which works on it`] : []
  },
  async saveRest(row, tables, now) {
    await settle(tables, (await keepJvms(tables, row)).map(jvmSubject), now)
  },
  /** What people were told of the node and its JVMs is settled with it. */
  async removeRest({ id }, tables, now) {
    const jvms = await tables.jvms.list({ where: { nodeId: id } })
    await settle(tables, [`node:${id}`, ...jvms.map((jvm) => jvmSubject(jvm.id))], now)
  },
})

async function settle(tables: Tables, subject: string[], now: number): Promise<void> {
  const open = { subject, state: ['open', 'acknowledged'] as const }
  await tables.alerts.updateWhere(open, { state: 'resolved', resolvedAt: now })
}

/** How a machine stands, as answers show it. */
export function connectionOf(status: MachineStatus | undefined): wire.Node['connection'] {
  if (!status) return { state: 'idle', failure: null, retryAt: null }
  const { state, failure, retryAt } = status
  return {
    state,
    failure: failure && { kind: failure.kind, text: failure.text, at: instant(failure.at) },
    retryAt: instantOrNull(retryAt),
  }
}
