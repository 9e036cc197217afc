import type * as resources from '../../../server/src/wire/resources.ts'
import type * as runs from '../../../server/src/wire/runs.ts'
import type { SeenInstance } from '../../../server/src/wire/seen-instances.ts'
import { typeOf } from './declared.ts'
import { stepName } from './run.ts'
import { isDeploying, isRemoving } from './trigger-actions.ts'

/** Something that adds machines to a cluster or takes them away: a trigger with all its steps, or one action alone. */
export interface Way {
  kind: 'trigger' | 'action'
  name: string
  /** The names of its actions, in order. */
  steps: string[]
}

/** The machines of a cluster, and what can be done about their number. */
export interface Fleet {
  cluster: resources.Cluster
  inService: number
  /** Planned to draining, but not in service. */
  underWay: number
  outOfService: number
  /** Nodes with a machine in a cloud that tscaler knows how to ask, or that a program made. */
  machines: number
  profiles: string[]
  grow: Way[]
  shrink: Way[]
}

const underWayStates: readonly string[] = ['planned', 'launching', 'configuring', 'draining']

/** Whether tscaler is at work on a node's coming or going. */
export function isUnderWay({ state }: Pick<resources.Node, 'state'>): boolean {
  return underWayStates.includes(state)
}

/** The fleets by their cluster's name. */
export function fleetsOf(given: {
  clusters: readonly resources.Cluster[]
  nodes: readonly resources.Node[]
  triggers: readonly resources.Trigger[]
  actions: readonly resources.Action[]
}): Fleet[] {
  const byCluster = Map.groupBy(given.nodes, ({ cluster }) => cluster?.id)
  return given.clusters
    .map((cluster) => {
      const nodes = byCluster.get(cluster.id) ?? []
      const triggers = given.triggers.filter((trigger) => trigger.cluster.id === cluster.id)
      const count = (test: (node: resources.Node) => boolean) => nodes.filter(test).length
      return {
        cluster,
        inService: count(({ state }) => state === 'in-service'),
        underWay: count(isUnderWay),
        outOfService: count(({ state }) => state === 'out-of-service'),
        machines: count(({ instanceId }) => instanceId !== null),
        profiles: [...new Set(nodes.flatMap(({ ec2Profile }) => ec2Profile?.name ?? []))].sort(),
        grow: waysOf(triggers, given.actions, isDeploying),
        shrink: waysOf(triggers, given.actions, isRemoving),
      }
    })
    .sort((a, b) => a.cluster.name.localeCompare(b.cluster.name, 'en', { numeric: true }))
}

/** A cluster's own triggers and the actions that they use; any action only where there are none. */
function waysOf(
  triggers: readonly resources.Trigger[],
  actions: readonly resources.Action[],
  does: (type: string) => boolean,
): Way[] {
  const fitting = actions.filter((action) => does(typeOf(action)))
  const ids = new Set(fitting.map(({ id }) => id))
  const own = triggers.filter((trigger) => trigger.actions.some(({ action }) => ids.has(action.id)))
  const used = new Set(own.flatMap((trigger) => trigger.actions.map(({ action }) => action.id)))
  const alone = own.length === 0 ? fitting : fitting.filter(({ id }) => used.has(id))
  return [
    ...own.map(
      ({ name, actions: steps }): Way => ({ kind: 'trigger', name, steps: steps.map(({ action }) => action.name) }),
    ),
    ...alone.map(({ name }): Way => ({ kind: 'action', name, steps: [name] })),
  ]
}

/** The run that works on a node now, and at which step of it; undefined: none does. */
export function runOn(
  { id }: Pick<resources.Node, 'id'>,
  active: readonly runs.Run[],
): { run: runs.Run; at: string } | undefined {
  const run = active.find(({ steps }) => steps.some(({ tasks }) => tasks.some(({ node }) => node?.id === id)))
  if (run === undefined) return undefined
  if (run.state === 'compensating') return { run, at: 'taking it back' }
  const step =
    run.steps.find(({ state }) => state === 'running' || state === 'waiting') ??
    run.steps.find(({ state }) => state === 'planned')
  const at = step === undefined ? 'about to end' : `step ${step.n} of ${run.steps.length}: ${stepName(step)}`
  return { run, at: step?.state === 'waiting' ? `${at}, which waits` : at }
}

const urgency: readonly SeenInstance['kind'][] = ['orphan', 'not-ended', 'launching', 'node']

/** Those that cost money for nobody come first. */
export function urgencyOf({ kind }: Pick<SeenInstance, 'kind'>): number {
  return urgency.indexOf(kind)
}

/** Whether a person may end it here: only what no node has. */
export function isEndable({ kind, node }: Pick<SeenInstance, 'kind' | 'node'>): boolean {
  return kind === 'orphan' || (kind === 'not-ended' && node === null)
}

/** `3 in service, 1 under way`; what there is none of is left out. */
export function fleetText({
  inService,
  underWay,
  outOfService,
}: Pick<Fleet, 'inService' | 'underWay' | 'outOfService'>): string {
  const parts = [
    ...(inService > 0 ? [`${inService} in service`] : []),
    ...(underWay > 0 ? [`${underWay} under way`] : []),
    ...(outOfService > 0 ? [`${outOfService} out of service`] : []),
  ]
  return parts.length === 0 ? 'none' : parts.join(', ')
}
