import type { Node } from '../../model/node.ts'
import {
  actions,
  clusters,
  counters,
  ec2Profiles,
  jvmProfiles,
  nodes,
  schedules,
  sshProfiles,
  triggers,
} from '../kinds/all.ts'
import type { Kind, Named } from '../kinds/kind.ts'
import { remove } from '../resources.ts'
import type { DocumentWork } from './work.ts'

/**
 * What is there but not in the document: removed, or listed as left alone. Things are looked at before those that they name, so that
 * what only they used can go too. A node with a machine behind it that tscaler may have deployed always stays.
 */
export async function prune(work: DocumentWork, { remove: wanted }: { remove: boolean }): Promise<void> {
  await pruneKind(work, schedules, wanted)
  await pruneKind(work, triggers, wanted)
  await pruneKind(work, actions, wanted)
  await pruneKind<Node>(work, nodes, wanted, (node) =>
    node.instanceId === null ? undefined : `is EC2 instance ${node.instanceId}`,
  )
  await pruneKind(work, clusters, wanted)
  await pruneKind(work, counters, wanted)
  await pruneKind(work, ec2Profiles, wanted)
  await pruneKind(work, jvmProfiles, wanted)
  await pruneKind(work, sshProfiles, wanted)
}

async function pruneKind<Row extends Named>(
  work: DocumentWork,
  kind: Kind<Row>,
  wanted: boolean,
  keep: (row: Row) => string | undefined = () => undefined,
): Promise<void> {
  const named = work.named.get(kind.name)
  const rows = (await kind.tableOf(work.tables).list()).filter(({ name }) => !named?.has(name))
  for (const row of rows) {
    const users = wanted ? await kind.usedBy(row, work.tables) : []
    const reason = wanted ? (keep(row) ?? (users.length > 0 ? `is used by ${users.join(', ')}` : undefined)) : undefined
    if (!wanted || reason !== undefined) {
      work.answer.leftAlone.push({ kind: kind.noun, name: row.name, ...(reason === undefined ? {} : { reason }) })
      continue
    }
    await remove(kind, work.tables, row, work.now)
    work.answer.changes.push({ kind: kind.noun, name: row.name, what: 'remove', id: row.id, fields: [] })
    work.notes.push({ what: 'remove', kind: kind.noun, subject: { id: row.id, name: row.name } })
  }
}
