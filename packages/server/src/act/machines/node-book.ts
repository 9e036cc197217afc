import { tell } from '../../keep/queue/topics.ts'
import { keepJvms } from '../../keep/store/jvms.ts'
import type { Transaction } from '../../keep/store/store.ts'
import type { Change } from '../../keep/store/table.ts'
import { jvmSubject } from '../../model/alert.ts'
import type { Node } from '../../model/node.ts'
import { resolveIn } from '../alerts/rows.ts'
import type { MachineMeans } from './means.ts'

type Book = Pick<MachineMeans, 'store' | 'queue'>

/** What a node that a run makes is made with. */
export interface Reservation {
  taskId: number
  cluster: { id: number; name: string }
  sshProfileId: number | null
  jvmProfileIds: number[]
  ec2ProfileId: number | null
  port: number
  /** Names that the cloud has given out already, whoever's they are. */
  taken: ReadonlySet<string>
}

/**
 * Writes the node that a task is to make, with the lowest free name of its cluster (`shop01` … `shop99`, `shop100`), and binds the task to
 * it: one transaction, so that after a crash there is a node with its task or none.
 */
export async function reserveNode(book: Book, { taskId, cluster, taken, ...rest }: Reservation): Promise<Node> {
  const node = await book.store.transaction(async (tx) => {
    const names = new Set([...taken, ...(await tx.nodes.list()).map(({ name }) => name)])
    const row = await tx.nodes.insert({
      ...rest,
      name: freeName(cluster.name, names),
      clusterId: cluster.id,
      local: false,
      hostname: 'not-known-yet',
      hostKey: null,
      offeredHostKey: null,
      instanceId: null,
      protected: false,
      site: null,
      labels: {},
      state: 'planned',
      inServiceAt: null,
      pausedUntil: null,
    })
    await keepJvms(tx, row)
    await tx.tasks.update(taskId, { nodeId: row.id, nodeName: row.name })
    return row
  })
  announce(book, node.id)
  return node
}

/** The lowest number that is free, of two digits at least. */
export function freeName(cluster: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = `${cluster}${String(number).padStart(2, '0')}`
    if (!taken.has(name)) return name
  }
}

/** Changes a node, and lets the loop know. `also` is written in the same transaction. */
export async function changeNode(
  book: Book,
  nodeId: number,
  change: Change<Node>,
  also: (tx: Transaction) => Promise<unknown> = async () => {},
): Promise<Node> {
  const node = await book.store.transaction(async (tx) => {
    const row = await tx.nodes.update(nodeId, change)
    await keepJvms(tx, row)
    await also(tx)
    return row
  })
  announce(book, nodeId)
  return node
}

/** The node's row goes, with what people were told of it. `also` is written in the same transaction. One that is gone is no trouble. */
export async function removeNode(
  book: Book,
  nodeId: number,
  now: number,
  also: (tx: Transaction) => Promise<unknown> = async () => {},
): Promise<void> {
  const alerts = await book.store.transaction(async (tx) => {
    const resolved: number[] = []
    const jvms = await tx.jvms.list({ where: { nodeId } })
    for (const subject of [`node:${nodeId}`, ...jvms.map(({ id }) => jvmSubject(id))])
      resolved.push(...(await resolveIn(tx, { kind: alertKindsOfNodes, subject }, now)))
    await also(tx)
    await tx.nodes.remove(nodeId)
    return resolved
  })
  for (const alertId of alerts) tell(book.queue, 'alert.changed', { alertId })
  announce(book, nodeId)
}

const alertKindsOfNodes = [
  'host-key-changed',
  'node-unreachable',
  'node-auth',
  'jvm-unreachable',
  'jvm-auth',
  'vm-gone',
  'vm-changed',
] as const

function announce({ queue }: Book, nodeId: number): void {
  tell(queue, 'config.changed', { who: 'tscaler' })
  tell(queue, 'node.changed', { nodeId })
}
