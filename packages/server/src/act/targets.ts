import type { Node } from '../model/node.ts'
import type { Target } from '../model/trigger.ts'
import type { ActionKind, TargetNode } from './action.ts'
import type { FleetNode } from './fleet-node.ts'

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
  /** What a later step of this run takes away. */
  leaving: readonly FleetNode[]
  /** Whether an earlier step deploys a node and has not yet. */
  deploysLater: boolean
  /** Why a node can't be reached now, in words; undefined: it can, or nobody has tried. */
  unreached: (nodeId: number) => string | undefined
}

/** What a step is aimed at, with what its kind makes of that. */
export interface Aim {
  target: Target
  per: ActionKind['per']
  /** Tasks of a kind that is done once. */
  count: number
  choose: ((nodes: readonly FleetNode[]) => FleetNode[] | string) | undefined
}

/** The aim of a step of that kind. */
export function aim(target: Target, kind: ActionKind, fields: Readonly<Record<string, unknown>>): Aim {
  const { per, count, choose } = kind
  return { target, per, count: count?.(fields) ?? 1, choose: choose && ((nodes) => choose(fields, nodes)) }
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
export function bindTargets({ target, per, count, choose }: Aim, scene: Scene): Binding {
  if (per === 'once' || target === 'none') return bound(Array.from({ length: count }, () => null))
  const deploys = scene.own.length > 0 || scene.deploysLater
  if (scene.chosen && !(target === 'last-node' && deploys)) return bound(scene.chosen)
  switch (target) {
    case 'cluster':
      return choose ? chosenOf(choose(scene.nodes), scene) : clusterTargets(scene)
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
  if (targets.length === 0 && scene.deploysLater) return { kind: 'later' }
  if (targets.length === 0) return failed(`${clusterOf(scene)} has no node to work on.`, leftOut)
  return { kind: 'bound', targets, leftOut }
}

function chosenOf(chosen: FleetNode[] | string, scene: Scene): Binding {
  if (typeof chosen !== 'string') return bound(chosen)
  return failed(`${clusterOf(scene)} ${chosen}`)
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
  // A run that deploys several configures them all.
  if (scene.own.length > 0) return bound(scene.own)
  if (scene.deploysLater) return { kind: 'later' }
  if (scene.leaving.length > 0) return bound(scene.leaving)
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
