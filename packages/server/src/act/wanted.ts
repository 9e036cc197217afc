import type { Candidate } from '../decide/candidate.ts'
import type { Asker } from '../decide/situation.ts'
import type { Tables } from '../keep/store/store.ts'
import type { Action, ActionType } from '../model/action.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Counter } from '../model/counter.ts'
import { formatDuration } from '../model/duration.ts'
import type { Node } from '../model/node.ts'
import { type Finding, TscalerError } from '../model/problem.ts'
import type { Cause } from '../model/run.ts'
import { parseSeriesId, type SeriesId } from '../model/sample.ts'
import type { Trigger, TriggerAction } from '../model/trigger.ts'
import type { ActionKind } from './action.ts'
import type { ActionKinds, WantedStep } from './plan.ts'

/** What a person asks to be run: either a trigger's actions or one action. */
export interface HandRequest {
  trigger: { id: number } | null
  action: { id: number } | null
  /** Where an action runs, or where a trigger's own cluster is not meant. */
  clusterId: number | null
  /** Chosen nodes replace CLUSTER, NODE and a LASTNODE that no step deploys. */
  nodeIds: readonly number[] | null
  /** Min, max and blast radius yield; needs a reason. */
  forced: boolean
  reason: string | null
  /** As the audit trail names them. */
  who: string
}

/** A run that is asked for, before anybody has looked at targets and guards. */
export interface Wanted {
  asker: Asker
  trigger: Trigger | null
  cluster: Cluster | null
  cause: Cause
  periodMs: number
  steps: WantedStep[]
}

/** What a fire asks for; undefined where its trigger or cluster is gone. Throws `bad-input` where an action can't be run by this version. */
export async function wantedByFire(
  tables: Tables,
  candidate: Candidate,
  kinds: ActionKinds,
): Promise<Wanted | undefined> {
  const trigger = await tables.triggers.find(candidate.triggerId)
  const cluster = trigger && (await tables.clusters.find(trigger.clusterId))
  if (!trigger || !cluster) return undefined
  const counter = await tables.counters.find(candidate.counterId)
  const node = candidate.nodeId === null ? undefined : await tables.nodes.find(candidate.nodeId)
  const jvm = await jvmName(tables, candidate.seriesId)
  return {
    asker: 'fire',
    trigger,
    cluster,
    periodMs: counter?.periodMs ?? 0,
    cause: fireCause(candidate, { trigger, cluster, counter, node, jvm }),
    steps: await wantedSteps(tables, trigger.actions, kinds),
  }
}

/** What a fire of the trigger would ask for now, whichever series it came from; undefined where the cluster is gone. */
export async function wantedByTrigger(
  tables: Tables,
  trigger: Trigger,
  kinds: ActionKinds,
): Promise<Wanted | undefined> {
  const cluster = await tables.clusters.find(trigger.clusterId)
  if (!cluster) return undefined
  const counters = await tables.counters.list({ where: { id: trigger.counters.map(({ counterId }) => counterId) } })
  return {
    asker: 'fire',
    trigger,
    cluster,
    periodMs: Math.max(0, ...counters.map(({ periodMs }) => periodMs)),
    cause: { kind: 'fire', text: '' },
    steps: await wantedSteps(tables, trigger.actions, kinds),
  }
}

/** What a person asks for. Throws `not-found`, and `bad-input` with all findings where it makes no sense. */
export async function wantedByHand(tables: Tables, request: HandRequest, kinds: ActionKinds): Promise<Wanted> {
  checkRequest(request)
  const trigger = request.trigger && (await tables.triggers.get(request.trigger.id))
  const nodes = await chosenNodes(tables, request.nodeIds)
  const clusterId = request.clusterId ?? trigger?.clusterId ?? commonCluster(nodes)
  const actions = trigger ? trigger.actions : [await actionAlone(tables, request, clusterId, kinds)]
  const steps = await wantedSteps(tables, actions, kinds)
  if (clusterId === null && steps.some(({ kind }) => kind.effect !== 'none')) {
    throw wrong('cluster', 'is missing: the action changes the number of nodes of a cluster. Say which.')
  }
  return {
    asker: request.forced ? 'forced' : 'person',
    trigger,
    cluster: clusterId === null ? null : await tables.clusters.get(clusterId),
    cause: handCause(request),
    periodMs: 0,
    steps,
  }
}

function checkRequest({ trigger, action, nodeIds, forced, reason }: HandRequest): void {
  if ((trigger === null) === (action === null))
    throw wrong('trigger', 'is missing, or an action beside it: name one of the two.')
  if (nodeIds && nodeIds.length === 0) throw wrong('nodes', 'got none, expected at least one node, or no list at all.')
  if (forced && !reason) throw wrong('reason', 'is missing: a run by force says why.')
}

async function chosenNodes(tables: Tables, ids: readonly number[] | null) {
  if (ids === null) return []
  const nodes = await tables.nodes.list({ where: { id: [...new Set(ids)] } })
  const missing = ids.filter((id) => !nodes.some((node) => node.id === id))
  if (missing.length > 0)
    throw new TscalerError('not-found', `nodes ${missing.join(', ')} are not there. Choose from those that are.`)
  return nodes
}

function commonCluster(nodes: readonly { clusterId: number | null }[]): number | null {
  const ids = new Set(nodes.map(({ clusterId }) => clusterId))
  return ids.size === 1 ? ([...ids][0] ?? null) : null
}

async function actionAlone(
  tables: Tables,
  request: HandRequest,
  clusterId: number | null,
  kinds: ActionKinds,
): Promise<TriggerAction> {
  const action = await tables.actions.get(request.action?.id ?? 0)
  const kind = kindOf(action, kinds)
  if (kind.per === 'each' && request.nodeIds === null && clusterId === null) {
    throw wrong(
      'nodes',
      `are missing: action "${action.name}" works on each of its targets. Choose nodes or a cluster.`,
    )
  }
  const target = kind.per === 'once' && kind.effect === 'none' ? 'none' : 'cluster'
  return { actionId: action.id, target, onFailure: kind.effect === 'grow' ? 'undo' : 'stop' }
}

async function wantedSteps(tables: Tables, list: readonly TriggerAction[], kinds: ActionKinds): Promise<WantedStep[]> {
  const actions = await tables.actions.list({ where: { id: [...new Set(list.map(({ actionId }) => actionId))] } })
  const steps = list.map(({ actionId, target, onFailure }): WantedStep => {
    const action = actions.find(({ id }) => id === actionId)
    if (!action)
      throw new TscalerError(
        'not-found',
        `actions ${actionId} is not there, though a trigger names it. Take it out of the trigger.`,
      )
    return { action, kind: kindOf(action, kinds), target, onFailure }
  })
  const ready = kinds.get('nodeReady')
  return ready ? withReadyChecks(steps, ready) : steps
}

/**
 * A node that is deployed comes into service once the last step on it alone is done: with that its deployment is past undoing, and a
 * failure of what follows can't take a good machine away.
 */
function withReadyChecks(steps: readonly WantedStep[], ready: ActionKind): WantedStep[] {
  const deploying = steps.findLast(({ kind }) => kind.effect === 'grow')
  if (!deploying) return [...steps]
  const last = steps.findLastIndex(({ kind, target }) => kind.effect === 'grow' || target === 'last-node')
  const action = { ...deploying.action, type: ready.id }
  const check: WantedStep = { action, kind: ready, target: 'last-node', onFailure: deploying.onFailure }
  return [...steps.slice(0, last + 1), check, ...steps.slice(last + 1)]
}

function kindOf({ name, type }: Action, kinds: ActionKinds) {
  const kind = kinds.get(type)
  if (kind) return kind
  throw wrong(
    'action',
    `got "${name}", which is ${article(type)} ${type}: this version can't run those. Use one of ${[...kinds.keys()].join(', ')}.`,
  )
}

function article(type: ActionType): string {
  return /^[aeiou]/.test(type) ? 'an' : 'a'
}

function wrong(path: string, message: string): TscalerError {
  const findings: Finding[] = [{ path, message }]
  return new TscalerError('bad-input', `${path}: ${message}`, { findings })
}

function handCause({ who, reason, nodeIds, forced }: HandRequest): Cause {
  return {
    kind: 'person',
    text: `by hand of ${who}${forced ? ', by force' : ''}${reason ? `: ${reason}` : ''}`,
    by: who,
    ...(reason ? { reason } : {}),
    ...(nodeIds ? { chosenNodeIds: [...new Set(nodeIds)] } : {}),
  }
}

/** The profile of the JVM that a series is of; undefined for a series of a node. */
async function jvmName(tables: Tables, series: SeriesId | null): Promise<string | undefined> {
  const id = parseSeriesId(series ?? '')?.jvm
  const jvm = id === undefined ? undefined : await tables.jvms.find(id)
  return jvm && (await tables.jvmProfiles.find(jvm.jvmProfileId))?.name
}

function fireCause(
  { value, threshold, hits, nodeId }: Candidate,
  {
    trigger,
    cluster,
    counter,
    node,
    jvm,
  }: { trigger: Trigger; cluster: Cluster; counter?: Counter; node?: Node; jvm?: string },
): Cause {
  const counterName = counter?.name ?? 'a counter'
  const where =
    nodeId === null
      ? `${trigger.aggregate ?? 'any'} over ${cluster.name}`
      : [node?.name ?? `node ${nodeId}`, jvm].filter(Boolean).join(' ')
  const seen = value === null ? 'gave no value' : `was ${value} ${threshold}`
  return {
    kind: 'fire',
    text: `${where} ${counterName} ${seen} for ${formatDuration(hits * (counter?.periodMs ?? 0))}`,
    counter: counterName,
    threshold,
    ...(value === null ? {} : { value }),
    ...(nodeId === null ? {} : { nodeId, node: node?.name ?? `${nodeId}` }),
    ...(node ? { host: node.hostname } : {}),
  }
}
