import { counted } from '../../decide/guards/guard.ts'
import type { Tables } from '../../keep/store/store.ts'
import type { Cluster } from '../../model/cluster.ts'
import type { NodeState } from '../../model/node.ts'
import type { Trigger } from '../../model/trigger.ts'
import type { ActionKinds } from '../plan.ts'
import { type Wanted, wantedByTrigger } from '../wanted.ts'

/** A cluster that has fewer nodes than its min. */
export interface Shortfall {
  cluster: Cluster
  /** In words: `shop has 1 node, its min is 2`. */
  text: string
}

/** Unlike for max a draining node is none: it is on its way out. One that is planned is on its way in. */
const keptStates: readonly NodeState[] = ['planned', 'launching', 'configuring', 'in-service']

/** What the cluster lacks; undefined: it has enough, or is gone. */
export async function shortfallOf(
  { clusters, nodes }: Pick<Tables, 'clusters' | 'nodes'>,
  clusterId: number,
): Promise<Shortfall | undefined> {
  const cluster = await clusters.find(clusterId)
  if (!cluster || cluster.min === 0) return undefined
  const there = await nodes.count({ clusterId, state: keptStates })
  if (there >= cluster.min) return undefined
  return { cluster, text: `${cluster.name} has ${counted(there, 'node')}, its min is ${cluster.min}` }
}

/** The first growing trigger of the cluster that is on, whose actions make up for what it lacks; or why there is none, and what to do. */
export async function keeperOf(
  tables: Pick<Tables, 'triggers' | 'actions'>,
  { cluster, text }: Shortfall,
  kinds: ActionKinds,
): Promise<Trigger | string> {
  const growing = await growingTriggers(tables, cluster.id, kinds)
  const keeper = growing.find(({ state }) => state === 'on')
  if (keeper) return keeper
  const [first] = growing
  if (first)
    return `${text}. Its growing trigger "${first.name}" is ${inWords[first.state]}: switch it on, or lower the min.`
  return `${text}, and it has no trigger that could deploy one. Make one whose action deploys a node and switch it on, add a node, or lower the min.`
}

const inWords = { on: 'on', watch: 'only in watch', off: 'off' } as const

/**
 * The cluster's triggers that add nodes, whatever their state. Not one that removes some as well, for it might never get there; nor one with
 * a step on the node in breach, for there is none.
 */
export async function growingTriggers(
  { triggers, actions }: Pick<Tables, 'triggers' | 'actions'>,
  clusterId: number,
  kinds: ActionKinds,
): Promise<Trigger[]> {
  const found: Trigger[] = []
  for (const trigger of await triggers.list({ where: { clusterId } })) {
    const ids = trigger.actions.map(({ actionId }) => actionId)
    const effects = (await actions.list({ where: { id: ids } })).map(({ type }) => kinds.get(type)?.effect)
    const isOnBreach = trigger.actions.some(({ target }) => target === 'node')
    if (effects.includes('grow') && !effects.includes('remove') && !isOnBreach) found.push(trigger)
  }
  return found
}

/** What keeping the cluster at its min asks for. Throws as `wantedByTrigger` does. */
export async function wantedToKeep(
  tables: Tables,
  { text }: Shortfall,
  trigger: Trigger,
  kinds: ActionKinds,
): Promise<Wanted | undefined> {
  const wanted = await wantedByTrigger(tables, trigger, kinds)
  return wanted && { ...wanted, asker: 'keep', cause: { kind: 'fire', text } }
}
