import type { Node } from '../model/node.ts'
import type { Target } from '../model/trigger.ts'
import type { TargetNode } from './action.ts'

/** What of a node says whether a step may work on it. */
export type FleetNode = Pick<Node, 'id' | 'name' | 'hostname' | 'local' | 'state' | 'inServiceAt' | 'offeredHostKey'>

/** A node that a step on CLUSTER does not touch, and why. */
export interface LeftOut {
  node: { id: number; name: string }
  reason: string
  /** Whether it counts against what is tolerated: taken out of service by a person, it does not. */
  counts: boolean
}

/** What a step may be aimed at, as it stands now. */
export interface Scene {
  clusterName: string | null
  /** The cluster's nodes. */
  nodes: readonly FleetNode[]
  /** By hand; null: none were chosen. */
  chosen: readonly FleetNode[] | null
  /** The node in breach as it is now; undefined: there is none, or it is gone. */
  breaching: FleetNode | undefined
  /** What earlier steps of this run deployed, the newest last. */
  own: readonly FleetNode[]
  /** Whether an earlier step deploys a node and has not yet. */
  deploysLater: boolean
  /** Why a node can't be reached now, in words; undefined: it can, or nobody has tried. */
  unreached: (nodeId: number) => string | undefined
}

/** The targets of one step. `later`: an earlier step must have deployed first. */
export type Binding =
  | { kind: 'bound'; targets: readonly (FleetNode | null)[]; leftOut: readonly LeftOut[] }
  | { kind: 'later' }
  | { kind: 'failed'; message: string; leftOut: readonly LeftOut[] }

/** A tenth of a cluster may be missing, and of a small one a single node: more than that is no cluster to deploy to. */
export function tolerated(nodes: number): number {
  return Math.max(1, Math.floor(nodes / 10))
}

/** Which nodes a step touches now; design, "Act". A kind that does its work once has one target: none. */
export function bindTargets({ target, per }: { target: Target; per: 'each' | 'once' }, scene: Scene): Binding {
  if (per === 'once' || target === 'none') return bound([null])
  const deploys = scene.own.length > 0 || scene.deploysLater
  if (scene.chosen && !(target === 'last-node' && deploys)) return bound(scene.chosen)
  switch (target) {
    case 'cluster':
      return clusterTargets(scene)
    case 'last-node':
      return lastNode(scene)
    case 'node':
      return scene.breaching
        ? bound([scene.breaching])
        : failed('there is no node in breach to work on: choose one, or aim at the cluster.')
    default:
      return target satisfies never
  }
}

/** What tasks and scripts know of a node. */
export function targetNode({ id, name, hostname, local }: FleetNode): TargetNode {
  return { id, name, host: hostname, local }
}

function clusterTargets(scene: Scene): Binding {
  const targets: FleetNode[] = []
  const leftOut: LeftOut[] = []
  for (const node of scene.nodes) {
    const reason = whyLeftOut(node, scene)
    if (reason === undefined) targets.push(node)
    else leftOut.push({ node: { id: node.id, name: node.name }, reason, counts: node.state !== 'out-of-service' })
  }
  const missing = leftOut.filter(({ counts }) => counts)
  const most = tolerated(targets.length + missing.length)
  if (missing.length > most) {
    const list = missing.map(({ node, reason }) => `${node.name} ${reason}`).join(', ')
    return failed(
      `${missing.length} nodes of ${clusterOf(scene)} would be left out, more than the ${most} tolerated: ${list}.`,
      leftOut,
    )
  }
  if (targets.length === 0) return failed(`${clusterOf(scene)} has no node to work on.`, leftOut)
  return { kind: 'bound', targets, leftOut }
}

function whyLeftOut({ id, state, offeredHostKey }: FleetNode, { own, unreached }: Scene): string | undefined {
  const isOwn = own.some((node) => node.id === id)
  if (state !== 'in-service' && !(isOwn && state === 'configuring')) return stateWords[state]
  if (offeredHostKey !== null) return 'shows another host key than the pinned one'
  return unreached(id)
}

const stateWords: Record<Exclude<Node['state'], 'in-service'>, string> = {
  planned: 'is only planned',
  launching: 'is being launched',
  configuring: 'is being configured',
  draining: 'is draining',
  'out-of-service': 'is out of service',
}

function lastNode(scene: Scene): Binding {
  const deployed = scene.own.at(-1)
  if (deployed) return bound([deployed])
  if (scene.deploysLater) return { kind: 'later' }
  const newest = scene.nodes
    .filter(({ state }) => state === 'in-service')
    .reduce<FleetNode | undefined>((a, b) => (a && isNewer(a, b) ? a : b), undefined)
  return newest ? bound([newest]) : failed(`${clusterOf(scene)} has no node in service, so it has no last one.`)
}

function isNewer(one: FleetNode, other: FleetNode): boolean {
  const [a, b] = [one.inServiceAt ?? 0, other.inServiceAt ?? 0]
  return a === b ? one.id > other.id : a > b
}

function clusterOf({ clusterName }: Scene): string {
  return clusterName === null ? 'no cluster' : `cluster "${clusterName}"`
}

function bound(targets: readonly (FleetNode | null)[]): Binding {
  return { kind: 'bound', targets, leftOut: [] }
}

function failed(message: string, leftOut: readonly LeftOut[] = []): Binding {
  return { kind: 'failed', message, leftOut }
}
