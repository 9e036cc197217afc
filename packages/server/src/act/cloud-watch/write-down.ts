import { tell } from '../../keep/queue/topics.ts'
import type { Transaction } from '../../keep/store/store.ts'
import type { Node } from '../../model/node.ts'
import { raiseIn, resolveIn } from '../alerts/rows.ts'
import { type Facts, watchedAlerts } from './facts.ts'
import { type Findings, nodeSubject, type Told } from './findings.ts'
import type { CloudWatchParts } from './parts.ts'

type Parts = Pick<CloudWatchParts, 'store' | 'queue' | 'clock' | 'alerts'>

/**
 * Writes down what a look found: nodes, launches and alerts. Gives the nodes that it took out of service. `anyUnread`: some cloud said nothing,
 * so that a machine that is told of may be there still.
 */
export async function writeDown(
  parts: Parts,
  facts: Facts,
  findings: Findings,
  anyUnread: boolean,
): Promise<readonly Node[]> {
  const { store, clock } = parts
  const taken: Node[] = []
  for (const { node, told } of findings.out) {
    const change = (tx: Transaction) => takeOut(tx, node, told, clock.now())
    if (await changeNode(parts, node, change)) taken.push(node)
  }
  for (const node of findings.back) await changeNode(parts, node, (tx) => bringBack(tx, node, clock.now()))
  for (const { id, state, vmId } of findings.over) {
    const error = vmId === null ? 'No machine was made.' : `${vmId} is gone.`
    await store.launches.updateWhere({ id, state }, { state: 'ended', error, endedAt: clock.now() })
  }
  await tellPeople(parts, facts, findings, anyUnread)
  return taken
}

/** Written only where the node is still as it was compared: a run, or a person, may have been quicker. */
async function changeNode(
  { store, queue, alerts }: Parts,
  { id, state, instanceId, hostname }: Node,
  change: (tx: Transaction) => Promise<number[]>,
): Promise<boolean> {
  const told = await store.transaction(async (tx) => {
    const row = await tx.nodes.find(id)
    const isSame = row?.state === state && row.instanceId === instanceId && row.hostname === hostname
    if (!isSame || (await tx.nodeLocks.find(id))) return undefined
    return change(tx)
  })
  if (!told) return false
  alerts.announce(told)
  tell(queue, 'config.changed', { who: 'tscaler' })
  tell(queue, 'node.changed', { nodeId: id })
  return true
}

/** The alert in the same transaction: by it the watch knows later that it was its own doing. */
async function takeOut(tx: Transaction, { id }: Node, told: Told, now: number): Promise<number[]> {
  await tx.nodes.update(id, { state: 'out-of-service' })
  return [(await raiseIn(tx, told, now)).id]
}

async function bringBack(tx: Transaction, { id }: Node, now: number): Promise<number[]> {
  await tx.nodes.update(id, { state: 'in-service', inServiceAt: now })
  return resolveIn(tx, { kind: ['vm-gone', 'vm-changed'], subject: nodeSubject(id) }, now)
}

/** What is told already in the same words is not told again: a look a minute would count to thousands. */
async function tellPeople(
  { alerts }: Parts,
  facts: Facts,
  { told, out, open }: Findings,
  anyUnread: boolean,
): Promise<void> {
  const wanted = new Map(told.map((one) => [`${one.kind} ${one.subject}`, one]))
  // Those of nodes are written with them, or not at all where the node has changed meanwhile.
  const left = new Set([...open, ...out.map((one) => one.told.subject)])
  for (const { kind, subject, text } of facts.alerts) {
    const key = `${kind} ${subject}`
    const still = wanted.get(key)
    if (still?.text === text) wanted.delete(key)
    if (still || left.has(subject) || (anyUnread && ofMachines.has(kind))) continue
    await alerts.resolve(watchedKind(kind), subject)
  }
  for (const { kind, subject, text } of wanted.values()) await alerts.raise(kind, subject, text)
}

const ofMachines: ReadonlySet<string> = new Set(['vm-orphan', 'vm-not-ended'])

function watchedKind(kind: Facts['alerts'][number]['kind']): (typeof watchedAlerts)[number] {
  const known = watchedAlerts.find((one) => one === kind)
  if (known === undefined) throw new Error(`${kind} is no alert of the cloud watch`)
  return known
}
