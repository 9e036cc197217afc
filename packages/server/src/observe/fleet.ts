import type { Vault } from '../keep/secrets/secrets.ts'
import type { Tables } from '../keep/store/store.ts'
import type { ActionType, Effect } from '../model/action.ts'
import type { Cluster } from '../model/cluster.ts'
import { type Counter, isOfJvms } from '../model/counter.ts'
import type { Jvm } from '../model/jvm.ts'
import type { Node } from '../model/node.ts'
import type { JvmProfile, SshProfile } from '../model/profile.ts'
import type { Series } from '../model/sample.ts'
import type { Trigger } from '../model/trigger.ts'
import type { SshAccess } from '../reach/machine.ts'
import type { Watched } from './rounds/round.ts'

/** The configuration that the loop works with, as it was at one instant. */
export interface Fleet {
  clusters: ReadonlyMap<number, Cluster>
  nodes: ReadonlyMap<number, Node>
  counters: ReadonlyMap<number, Counter>
  triggers: readonly Trigger[]
  sshProfiles: ReadonlyMap<number, SshProfile>
  jvmProfiles: ReadonlyMap<number, JvmProfile>
  /** The JVMs of each node that has any, by the node's id. */
  jvms: ReadonlyMap<number, readonly Jvm[]>
  /** What each action does to the number of nodes, by its id. */
  effects: ReadonlyMap<number, Effect>
}

/** Reads the configuration; `effectOf` tells an action type's effect. */
export async function readFleet(tables: Tables, effectOf: (type: ActionType) => Effect): Promise<Fleet> {
  const [clusters, nodes, counters, triggers, sshProfiles, jvmProfiles, jvms, actions] = await Promise.all([
    tables.clusters.list(),
    tables.nodes.list(),
    tables.counters.list(),
    tables.triggers.list(),
    tables.sshProfiles.list(),
    tables.jvmProfiles.list(),
    tables.jvms.list(),
    tables.actions.list(),
  ])
  return {
    clusters: byId(clusters),
    nodes: byId(nodes),
    counters: byId(counters),
    triggers,
    sshProfiles: byId(sshProfiles),
    jvmProfiles: byId(jvmProfiles),
    jvms: Map.groupBy(jvms, ({ nodeId }) => nodeId),
    effects: new Map(actions.map((action) => [action.id, effectOf(action.type)])),
  }
}

/**
 * What is collected on each node, and in each of its JVMs: its cluster's counters and those of the cluster's triggers. Planned and
 * launching nodes are not asked.
 */
export function watchedOf(fleet: Fleet, { serverCommands }: { serverCommands: boolean }): Watched[] {
  const byCluster = new Map<number, ByPlace>()
  for (const cluster of fleet.clusters.values()) byCluster.set(cluster.id, byPlace(countersOf(fleet, cluster)))
  const watched: Watched[] = []
  for (const node of fleet.nodes.values()) {
    if (node.clusterId === null || node.state === 'planned' || node.state === 'launching') continue
    const { ofNode, ofJvms } = byCluster.get(node.clusterId) ?? byPlace([])
    const readyMadeOnly = node.local && !serverCommands
    watched.push({ nodeId: node.id, jvm: null, counters: ofNode, readyMadeOnly })
    if (ofJvms.length === 0) continue
    for (const jvm of fleet.jvms.get(node.id) ?? []) {
      watched.push({ nodeId: node.id, jvm, counters: ofJvms, readyMadeOnly })
    }
  }
  return watched
}

interface ByPlace {
  ofNode: Counter[]
  ofJvms: Counter[]
}

function byPlace(counters: readonly Counter[]): ByPlace {
  return { ofNode: counters.filter((counter) => !isOfJvms(counter)), ofJvms: counters.filter(isOfJvms) }
}

/** The counters of a cluster and of its triggers that are not off, each once. */
export function countersOf(fleet: Fleet, cluster: Cluster): Counter[] {
  const ids = new Set(cluster.counterIds)
  for (const trigger of fleet.triggers) {
    if (trigger.clusterId !== cluster.id || trigger.state === 'off') continue
    for (const { counterId } of trigger.counters) ids.add(counterId)
  }
  return [...ids].flatMap((id) => fleet.counters.get(id) ?? [])
}

/** How each node is reached, secrets opened: in memory only, never logged. Local nodes and nodes without a profile have none. */
export function accessesOf(fleet: Fleet, vault: Vault, agent: string | null): SshAccess[] {
  const accesses: SshAccess[] = []
  const opened = new Map([...fleet.sshProfiles].map(([id, profile]) => [id, open(profile, vault, agent)]))
  for (const node of fleet.nodes.values()) {
    const profile = node.local || node.sshProfileId === null ? undefined : opened.get(node.sshProfileId)
    if (profile !== undefined) accesses.push(reachedBy(node, profile))
  }
  return accesses
}

/** The same for one node, as the store has it now; undefined where it is not there, is local, or has no profile. */
export async function accessOf(
  tables: Tables,
  vault: Vault,
  agent: string | null,
  nodeId: number,
): Promise<SshAccess | undefined> {
  const node = await tables.nodes.find(nodeId)
  if (node === undefined || node.local || node.sshProfileId === null) return undefined
  const profile = await tables.sshProfiles.find(node.sshProfileId)
  return profile && reachedBy(node, open(profile, vault, agent))
}

function reachedBy(node: Node, login: Login): SshAccess {
  return {
    ...login,
    nodeId: node.id,
    nodeName: node.name,
    hostname: node.hostname,
    port: node.port,
    hostKey: node.hostKey,
    stopped: node.offeredHostKey !== null,
  }
}

type Login = Omit<SshAccess, 'nodeId' | 'nodeName' | 'hostname' | 'port' | 'hostKey' | 'stopped'>

function open(profile: SshProfile, vault: Vault, agent: string | null): Login {
  return {
    user: profile.user,
    privateKey: profile.privateKey && vault.open(profile.privateKey),
    passphrase: profile.passphrase && vault.open(profile.passphrase),
    password: profile.password && vault.open(profile.password),
    agent: profile.agent ? agent : null,
    hostKeys: profile.hostKeys,
    jump: profile.jump,
    knownHosts: profile.knownHosts,
    certAuthorities: profile.certAuthorities,
  }
}

function byId<Row extends { id: number }>(rows: readonly Row[]): Map<number, Row> {
  return new Map(rows.map((row) => [row.id, row]))
}

/** Every series that is collected, in the order of nodes, their JVMs and counters. */
export function seriesOf(watched: readonly Watched[]): Series[] {
  return watched.flatMap((place) => place.counters.map((counter) => seriesIn(place, counter)))
}

/** The series of a counter on the node, or in the JVM, that a round is about. */
export function seriesIn({ nodeId, jvm }: Pick<Watched, 'nodeId' | 'jvm'>, counter: Counter): Series {
  return jvm === null ? { counter: counter.id, node: nodeId } : { counter: counter.id, node: nodeId, jvm: jvm.id }
}
