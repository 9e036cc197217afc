import type { Tables } from '../keep/store/store.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Counter } from '../model/counter.ts'
import type { Node } from '../model/node.ts'
import { parseSeriesId, type SeriesId, seriesId } from '../model/sample.ts'
import { formatThreshold } from '../model/threshold.ts'
import { latestAnswer } from '../wire/convert/watching.ts'
import type * as wire from '../wire/watching.ts'
import type { Desk } from './desk.ts'
import { clusters, counters, nodes } from './kinds/all.ts'
import { rowOf } from './resources.ts'

/** What a list of series is narrowed to. */
export interface SeriesQuery {
  cluster?: string
  node?: string
  counter?: string
  source?: 'ssh' | 'jmx'
  limit?: number
  cursor?: string
}

/** A screen of a big cluster: 100 nodes with 10 counters. */
const seriesLimit = 1_000

interface Found {
  id: SeriesId
  node: Node
  cluster: Cluster
  counter: Counter
}

/** The series there are, by node and counter, each with its latest sample. */
export async function listSeries(
  desk: Pick<Desk, 'store' | 'recent'>,
  query: SeriesQuery,
): Promise<{ items: wire.Series[]; next: string | null }> {
  const { limit = seriesLimit } = query
  const found = await findSeries(desk.store, query, limit + 1)
  const shown = found.slice(0, limit)
  const latest = await desk.recent.findMany(shown.map(({ id }) => id))
  const items = shown.map((one) => seriesAnswer(one, latest.get(one.id)))
  return { items, next: found.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

type LatestOf = Awaited<ReturnType<Desk['recent']['find']>>

function seriesAnswer({ id, node, cluster, counter }: Found, latest: LatestOf): wire.Series {
  return {
    id,
    cluster: { id: cluster.id, name: cluster.name },
    node: { id: node.id, name: node.name },
    jvm: null,
    counter: { id: counter.id, name: counter.name },
    source: counter.source,
    unit: counter.unit,
    threshold: counter.threshold === null ? null : formatThreshold(counter.threshold),
    periodMs: counter.periodMs,
    latest: latestAnswer(latest),
    hits: latest?.hits ?? 0,
  }
}

async function findSeries(tables: Tables, query: SeriesQuery, most: number): Promise<Found[]> {
  const collected = await collectedCounters(tables)
  const counter = query.counter === undefined ? undefined : (await rowOf(tables, counters, query.counter)).id
  const after = query.cursor === undefined ? undefined : parseSeriesId(query.cursor)
  const found: Found[] = []
  for (const node of await nodesOf(tables, query, after?.node)) {
    const own = collected.get(node.clusterId ?? 0)
    if (!own) continue
    for (const one of own.counters) {
      if (counter !== undefined && one.id !== counter) continue
      if (query.source !== undefined && one.source !== query.source) continue
      if (after && node.id === after.node && one.id <= after.counter) continue
      found.push({ id: seriesId({ counter: one.id, node: node.id }), node, cluster: own.cluster, counter: one })
      if (found.length >= most) return found
    }
  }
  return found
}

async function nodesOf(tables: Tables, query: SeriesQuery, from: number | undefined): Promise<Node[]> {
  if (query.node !== undefined) {
    const node = await rowOf(tables, nodes, query.node)
    return from !== undefined && node.id < from ? [] : [node]
  }
  const where = query.cluster === undefined ? {} : { clusterId: (await rowOf(tables, clusters, query.cluster)).id }
  const after = from === undefined ? {} : { cursor: from - 1 }
  return (await tables.nodes.list({ where, ...after })).filter(isCollected)
}

/** Planned and launching nodes are not asked yet. */
export function isCollected({ state }: Pick<Node, 'state'>): boolean {
  return state !== 'planned' && state !== 'launching'
}

/** A cluster's collected counters are its own and those of its triggers that are not off, in the order of their ids. */
export async function collectedCounters(
  tables: Tables,
): Promise<Map<number, { cluster: Cluster; counters: Counter[] }>> {
  const all = new Map((await tables.counters.list()).map((counter) => [counter.id, counter]))
  const byCluster = Map.groupBy(await tables.triggers.list(), ({ clusterId }) => clusterId)
  const collected = new Map<number, { cluster: Cluster; counters: Counter[] }>()
  for (const cluster of await tables.clusters.list()) {
    const judged = (byCluster.get(cluster.id) ?? []).filter(({ state }) => state !== 'off')
    const ids = new Set([
      ...cluster.counterIds,
      ...judged.flatMap((trigger) => trigger.counters.map(({ counterId }) => counterId)),
    ])
    const own = [...ids].sort((a, b) => a - b).flatMap((id) => all.get(id) ?? [])
    collected.set(cluster.id, { cluster, counters: own })
  }
  return collected
}
