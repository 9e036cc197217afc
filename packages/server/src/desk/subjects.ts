import type { Tables } from '../keep/store/store.ts'
import type { Alert } from '../model/alert.ts'
import { parseSeriesId } from '../model/sample.ts'
import type { ExecuteBody } from '../wire/runs.ts'
import type { PauseBody, ResumeBody } from '../wire/watching.ts'
import { actions, clusters, nodes, schedules, triggers } from './kinds/all.ts'
import { rowOf } from './resources.ts'

/** The clusters that a request is about; null: something that belongs to none, where only a role everywhere counts. Throws `not-found`. */
export type SubjectClusters = readonly (number | null)[]

/** A cluster itself. */
export async function clustersOfCluster(tables: Tables, text: string): Promise<SubjectClusters> {
  return [(await rowOf(tables, clusters, text)).id]
}

export async function clustersOfNode(tables: Tables, text: string): Promise<SubjectClusters> {
  return [(await rowOf(tables, nodes, text)).clusterId]
}

export async function clustersOfTrigger(tables: Tables, text: string): Promise<SubjectClusters> {
  return [(await rowOf(tables, triggers, text)).clusterId]
}

export async function clustersOfSchedule(tables: Tables, text: string): Promise<SubjectClusters> {
  return [(await rowOf(tables, schedules, text)).clusterId]
}

/** A run that is looked at: the cluster that it was begun for. */
export async function clustersOfRun(tables: Tables, id: number): Promise<SubjectClusters> {
  return [(await tables.runs.get(id)).clusterId]
}

/** A run that is told something: also the clusters of all nodes that it works on, which may have been chosen elsewhere. */
export async function clustersOfRunAndNodes(tables: Tables, id: number): Promise<SubjectClusters> {
  const [own] = await clustersOfRun(tables, id)
  const ids = (await tables.tasks.list({ where: { runId: id } })).flatMap(({ nodeId }) => nodeId ?? [])
  const worked = ids.length === 0 ? [] : await tables.nodes.list({ where: { id: [...new Set(ids)] } })
  return unique([own ?? null, ...worked.map(({ clusterId }) => clusterId)])
}

/** What is to be run by hand: a trigger's cluster, the one that is named, and those of the nodes that are chosen. */
export async function clustersOfExecution(
  tables: Tables,
  what: { trigger: string } | { action: string },
  given: Pick<ExecuteBody, 'cluster' | 'nodes'>,
): Promise<SubjectClusters> {
  const found: (number | null)[] = []
  if ('trigger' in what) found.push((await rowOf(tables, triggers, what.trigger)).clusterId)
  else await rowOf(tables, actions, what.action)
  if (given.cluster !== undefined) found.push((await rowOf(tables, clusters, `${given.cluster}`)).id)
  for (const node of given.nodes ?? []) found.push((await rowOf(tables, nodes, `${node}`)).clusterId)
  return unique(found)
}

/** What is paused or resumed; everything, and the red stop, are of no cluster. */
export async function clustersOfPause(tables: Tables, given: PauseBody | ResumeBody): Promise<SubjectClusters> {
  const found: (number | null)[] = []
  if ('stopAll' in given && given.stopAll) found.push(null)
  if (given.trigger !== undefined) found.push((await rowOf(tables, triggers, `${given.trigger}`)).clusterId)
  if (given.cluster !== undefined) found.push((await rowOf(tables, clusters, `${given.cluster}`)).id)
  return unique(found)
}

/** Series by their nodes; those of a node that is gone are of no cluster. */
export async function clustersOfSeries(tables: Tables, series: readonly string[]): Promise<SubjectClusters> {
  const ids = [...new Set(series.map((id) => parseSeriesId(id)?.node ?? 0))]
  const there = new Map((await tables.nodes.list({ where: { id: ids } })).map(({ id, clusterId }) => [id, clusterId]))
  return unique(ids.map((id) => there.get(id) ?? null))
}

export async function clustersOfAlert(tables: Tables, id: number): Promise<SubjectClusters> {
  return clustersOfAlerts(tables, [await tables.alerts.get(id)])
}

/** The cluster that each alert is about, in their order. */
export async function clustersOfAlerts(
  tables: Tables,
  alerts: readonly Pick<Alert, 'subject'>[],
): Promise<SubjectClusters> {
  const subjects = alerts.map(({ subject }) => {
    const [, kind = '', id = '0'] = /^(cluster|node|trigger|jvm|run):(\d{1,15})$/.exec(subject) ?? []
    return { kind, id: Number(id) }
  })
  const idsOf = (kind: string) => subjects.filter((one) => one.kind === kind).map(({ id }) => id)
  const jvms = new Map((await tables.jvms.list({ where: { id: idsOf('jvm') } })).map(({ id, nodeId }) => [id, nodeId]))
  const byId = (rows: readonly { id: number; clusterId: number | null }[]) =>
    new Map(rows.map(({ id, clusterId }) => [id, clusterId]))
  const nodeClusters = byId(await tables.nodes.list({ where: { id: [...idsOf('node'), ...jvms.values()] } }))
  const triggerClusters = byId(await tables.triggers.list({ where: { id: idsOf('trigger') } }))
  const runClusters = byId(await tables.runs.list({ where: { id: idsOf('run') } }))
  return subjects.map(({ kind, id }) => {
    if (kind === 'cluster') return id
    if (kind === 'trigger') return triggerClusters.get(id) ?? null
    if (kind === 'run') return runClusters.get(id) ?? null
    return nodeClusters.get(kind === 'jvm' ? (jvms.get(id) ?? 0) : kind === 'node' ? id : 0) ?? null
  })
}

function unique(found: readonly (number | null)[]): SubjectClusters {
  return [...new Set(found)]
}
