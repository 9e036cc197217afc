import type { NodesChanged, Outlook, Situation } from '../decide/situation.ts'
import type { Tables } from '../keep/store/store.ts'
import type { Cluster } from '../model/cluster.ts'
import { endedRunStates, type Run, type Step } from '../model/run.ts'
import type { Trigger } from '../model/trigger.ts'
import type { FleetNode } from './fleet-node.ts'
import { type ActionKinds, nodesChange } from './plan.ts'

/** Of a run that no fire asks for: the guards that look at samples are not asked. */
export const noOutlook: Outlook = { missing: [], health: [], growing: [], clockStep: null }

/** Who wants what. */
export interface Asked {
  asker: Situation['asker']
  trigger: Trigger | null
  cluster: Cluster | null
  periodMs: number
  change: Situation['plannedNodesChange']
  outlook: Outlook
  now: number
  blastNodesMax: number | null
}

/** Everything that the guards look at, read in the transaction of the admission. What no guard asks of a run without node changes is not read. */
export async function readSituation(
  tables: Tables,
  asked: Asked,
  nodes: readonly FleetNode[],
  kinds: ActionKinds,
): Promise<Situation> {
  const { asker, trigger, cluster, periodMs, change, outlook, now, blastNodesMax } = asked
  const installation = await tables.installation.get(1)
  const changes = change.added > 0 || change.removed > 0
  const active = cluster && changes ? await tables.activeRuns.find(cluster.id) : undefined
  const counted = nodes.filter(({ state }) => state !== 'out-of-service')
  return {
    now,
    asker,
    trigger,
    cluster: cluster ?? noCluster,
    periodMs,
    plannedNodesChange: change,
    clusterNodes: counted.length,
    inServiceNodes: nodes.filter(({ state }) => state === 'in-service').length,
    warmingUp: cluster === null ? [] : warmingUp(nodes, cluster, now),
    redStop:
      installation.redStopAt === null ? null : { by: installation.redStopBy ?? 'somebody', at: installation.redStopAt },
    pausedUntil: installation.pausedUntil,
    runUnderWay: active ? { runId: active.runId } : null,
    blastNodesMax,
    ...outlook,
    ...(changes ? await readChanges(tables, cluster, kinds) : noChanges),
  }
}

type Changes = Pick<Situation, 'fleetNodes' | 'lastGrowth' | 'lastRemoval' | 'failedLaunches' | 'nodesChanged'>

const noChanges: Changes = {
  fleetNodes: 0,
  lastGrowth: null,
  lastRemoval: null,
  failedLaunches: null,
  nodesChanged: [],
}

// A run of one action that touches no cluster: guards that only concern clusters find nothing to hold it for.
const noCluster: Situation['cluster'] = { id: 0, name: 'none', min: 0, max: null, cooldownMs: 0, pausedUntil: null }

// Far more than can begin in the blast radius' five minutes, or fail in a row before the back-off is at its longest.
const recentRunsMax = 100

async function readChanges(tables: Tables, cluster: Cluster | null, kinds: ActionKinds): Promise<Changes> {
  const recent = await tables.runs.list({ where: { effect: ['grow', 'remove'] }, order: 'desc', limit: recentRunsMax })
  const own = cluster === null ? [] : await readOwn(tables, cluster, recent)
  const runs = [...new Map([...recent, ...own].map((run) => [run.id, run])).values()]
  const steps = await tables.steps.list({ where: { runId: runs.map(({ id }) => id) } })
  const tasks = await tables.tasks.list({ where: { stepId: changing(steps, kinds).map(({ id }) => id) } })
  const changed = runs.map((run) => {
    const mine = changing(steps, kinds).filter(({ runId }) => runId === run.id)
    const planned = mine.flatMap((step) => {
      const kind = kinds.get(step.type)
      return kind ? [{ kind, targets: tasks.filter(({ stepId }) => stepId === step.id).map(() => null) }] : []
    })
    return { run, steps: mine, ...nodesChange(planned) }
  })
  return {
    fleetNodes: await tables.nodes.count({ state: countedStates }),
    nodesChanged: changed.filter(({ run }) => run.cause.kind === 'fire').map(changeOf),
    ...lastsOf(
      changed.filter(({ run }) => run.clusterId === cluster?.id),
      kinds,
    ),
  }
}

const countedStates = ['planned', 'launching', 'configuring', 'in-service', 'draining'] as const

async function readOwn(tables: Tables, cluster: Cluster, recent: readonly Run[]): Promise<Run[]> {
  if (recent.length < recentRunsMax) return []
  return tables.runs.list({
    where: { clusterId: cluster.id, effect: ['grow', 'remove'] },
    order: 'desc',
    limit: recentRunsMax,
  })
}

function changing(steps: readonly Step[], kinds: ActionKinds): Step[] {
  return steps.filter(({ type }) => (kinds.get(type)?.effect ?? 'none') !== 'none')
}

interface Changed {
  run: Run
  steps: readonly Step[]
  added: number
  removed: number
}

function changeOf({ run, added, removed }: Changed): NodesChanged {
  return { at: run.createdAt, nodes: added + removed }
}

function lastsOf(
  changed: readonly Changed[],
  kinds: ActionKinds,
): Pick<Changes, 'lastGrowth' | 'lastRemoval' | 'failedLaunches'> {
  const ended = changed
    .filter(({ run }) => endedRunStates.includes(run.state) && run.startedAt !== null)
    .sort((a, b) => (b.run.endedAt ?? 0) - (a.run.endedAt ?? 0))
  const grown = ended.filter(({ added }) => added > 0)
  // What a person took back says nothing of the cloud.
  const tried = grown.filter(({ run }) => run.state !== 'cancelled')
  const firstGood = tried.findIndex(({ steps }) => !steps.some((step) => isFailedLaunch(step, kinds)))
  const failed = firstGood < 0 ? tried : tried.slice(0, firstGood)
  return {
    lastGrowth: lastOf(grown[0]),
    lastRemoval: lastOf(ended.find(({ removed }) => removed > 0)),
    failedLaunches: failed[0] ? { count: failed.length, lastAt: failed[0].run.endedAt ?? 0 } : null,
  }
}

function isFailedLaunch({ type, state }: Step, kinds: ActionKinds): boolean {
  return kinds.get(type)?.effect === 'grow' && (state === 'failed' || state === 'undone')
}

function lastOf(changed: Changed | undefined): { runId: number; endedAt: number } | null {
  return changed ? { runId: changed.run.id, endedAt: changed.run.endedAt ?? 0 } : null
}

function warmingUp(nodes: readonly FleetNode[], { warmUpMs }: Cluster, now: number): Situation['warmingUp'] {
  if (warmUpMs === 0) return []
  return nodes
    .filter(({ state, inServiceAt }) => state === 'in-service' && inServiceAt !== null && inServiceAt + warmUpMs > now)
    .map(({ name, inServiceAt }) => ({ nodeName: name, until: (inServiceAt ?? 0) + warmUpMs }))
}
