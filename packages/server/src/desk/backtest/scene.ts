import type { Tables } from '../../keep/store/store.ts'
import type { Action, ActionType, Effect } from '../../model/action.ts'
import type { Cluster } from '../../model/cluster.ts'
import { type Counter, isOfJvms } from '../../model/counter.ts'
import type { Jvm } from '../../model/jvm.ts'
import { type Node, nodeStates } from '../../model/node.ts'
import type { Series } from '../../model/sample.ts'
import type { Trigger } from '../../model/trigger.ts'
import type { Desk } from '../desk.ts'

/** What a trigger looks at, and what it would do, as the configuration says now. */
export interface Scene {
  cluster: Cluster
  counters: ReadonlyMap<number, Counter>
  /** Of the cluster: those that were in service once, and those gone that tscaler had deployed, as if in service since. */
  nodes: readonly Node[]
  /** How many of them are gone. */
  goneNodes: number
  /** The name of each JVM by its id. */
  jvmNames: ReadonlyMap<number, string>
  jvmsOf: (nodeId: number) => readonly Jvm[]
  effects: ReadonlyMap<number, Effect>
  /** The other triggers of the cluster that grow it, which removals are asked about. */
  growing: readonly Trigger[]
  /** What one run of the trigger would add and remove. */
  change: { added: number; removed: number }
  /** Nodes that count for min and max, now: of the cluster and of all others. */
  nodesNow: number
  otherNodes: number
}

/** Reads it. */
export async function readScene(desk: Pick<Desk, 'store' | 'effects'>, trigger: Trigger): Promise<Scene> {
  const { store } = desk
  const [cluster, counters, actions, triggers, jvms, profiles] = await Promise.all([
    store.clusters.get(trigger.clusterId),
    store.counters.list(),
    store.actions.list(),
    store.triggers.list({ where: { clusterId: trigger.clusterId } }),
    store.jvms.list(),
    store.jvmProfiles.list(),
  ])
  const own = await store.nodes.list({ where: { clusterId: cluster.id } })
  const gone = await goneNodes(store, cluster.id, desk.effects)
  const nodesNow = await store.nodes.count({ clusterId: cluster.id, state: counted })
  const effects = new Map(actions.map(({ id, type }) => [id, desk.effects[type]]))
  const profileNames = new Map(profiles.map(({ id, name }) => [id, name]))
  const byNode = Map.groupBy(jvms, ({ nodeId }) => nodeId)
  return {
    cluster,
    counters: new Map(counters.map((counter) => [counter.id, counter])),
    nodes: [...own.filter(({ inServiceAt }) => inServiceAt !== null).map(asInService), ...gone],
    goneNodes: gone.length,
    jvmNames: new Map(jvms.map(({ id, jvmProfileId }) => [id, profileNames.get(jvmProfileId) ?? `${jvmProfileId}`])),
    jvmsOf: (nodeId) => byNode.get(nodeId) ?? [],
    effects,
    growing: triggers.filter((one) => one.id !== trigger.id && one.state !== 'off' && hasEffect(one, effects, 'grow')),
    change: changeOf(trigger, actions, desk.effects),
    nodesNow,
    otherNodes: (await store.nodes.count({ state: counted })) - nodesNow,
  }
}

/** The series of these counters on the nodes of the scene, and in their JVMs. */
export function seriesIn({ nodes, counters, jvmsOf }: Scene, counterIds: ReadonlySet<number>): Series[] {
  const wanted = [...counterIds].flatMap((id) => counters.get(id) ?? [])
  return nodes.flatMap((node) =>
    wanted.flatMap((counter) =>
      isOfJvms(counter)
        ? jvmsOf(node.id).map((jvm) => ({ counter: counter.id, node: node.id, jvm: jvm.id }))
        : [{ counter: counter.id, node: node.id }],
    ),
  )
}

/** From planned to draining; these count for min and max. */
export const counted = nodeStates.filter((state) => state !== 'out-of-service')

/** Runs that are looked through for machines that are gone. */
const growthsMax = 500

/** What left service, or drains, was in service before: its samples are judged from then on. */
function asInService(node: Node): Node {
  return { ...node, state: 'in-service' }
}

async function goneNodes(
  tables: Tables,
  clusterId: number,
  effectOf: Readonly<Record<ActionType, Effect>>,
): Promise<Node[]> {
  const runs = await tables.runs.list({ where: { clusterId, effect: 'grow' }, order: 'desc', limit: growthsMax })
  if (runs.length === 0) return []
  const steps = await tables.steps.list({ where: { runId: runs.map(({ id }) => id) } })
  const growing = steps.filter(({ type }) => type !== 'nodeReady' && effectOf[type] === 'grow')
  if (growing.length === 0) return []
  const tasks = await tables.tasks.list({ where: { stepId: growing.map(({ id }) => id) } })
  const there = new Set((await tables.nodes.list()).map(({ id }) => id))
  const endedAt = new Map(runs.map((run) => [run.id, run.endedAt]))
  const gone = new Map<number, Node>()
  for (const { nodeId, nodeName, runId } of tasks) {
    const inServiceAt = endedAt.get(runId) ?? null
    if (nodeId === null || there.has(nodeId) || inServiceAt === null) continue
    gone.set(nodeId, pretendNode({ id: nodeId, name: nodeName ?? `${nodeId}`, clusterId, inServiceAt }))
  }
  return [...gone.values()]
}

/** A node of which no more is known than that it was in service. */
export function pretendNode(known: Pick<Node, 'id' | 'name' | 'inServiceAt'> & { clusterId: number }): Node {
  return {
    ...known,
    version: 1,
    createdAt: 0,
    updatedAt: 0,
    local: false,
    hostname: known.name,
    port: 22,
    hostKey: null,
    offeredHostKey: null,
    sshProfileId: null,
    jvmProfileIds: [],
    ec2ProfileId: null,
    instanceId: null,
    protected: false,
    site: null,
    labels: {},
    state: 'in-service',
    pausedUntil: null,
  }
}

function hasEffect({ actions }: Trigger, effects: ReadonlyMap<number, Effect>, effect: Effect): boolean {
  return actions.some(({ actionId }) => effects.get(actionId) === effect)
}

/** As a plan would count them: of a cluster or of nobody so many as the action says, else one. */
function changeOf(
  trigger: Trigger,
  actions: readonly Action[],
  effectOf: Readonly<Record<ActionType, Effect>>,
): Scene['change'] {
  const change = { added: 0, removed: 0 }
  for (const { actionId, target } of trigger.actions) {
    const action = actions.find(({ id }) => id === actionId)
    if (!action) continue
    const count = typeof action.fields.count === 'number' ? action.fields.count : 1
    const effect = effectOf[action.type]
    if (effect === 'grow') change.added += count
    if (effect === 'remove') change.removed += target === 'cluster' ? count : 1
  }
  return change
}
