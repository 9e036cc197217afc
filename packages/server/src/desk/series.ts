import type { Tables } from '../keep/store/store.ts'
import type { Where } from '../keep/store/table.ts'
import type { Cluster } from '../model/cluster.ts'
import { type Counter, isOfJvms } from '../model/counter.ts'
import type { Jvm } from '../model/jvm.ts'
import type { Node } from '../model/node.ts'
import { parseSeriesId, type Series, type SeriesId, seriesId } from '../model/sample.ts'
import { formatThreshold } from '../model/threshold.ts'
import { referenceOf } from '../wire/convert/directory.ts'
import { latestAnswer } from '../wire/convert/watching.ts'
import type * as wire from '../wire/watching.ts'
import type { Desk } from './desk.ts'
import { clusters, counters, jvmProfiles, nodes } from './kinds/all.ts'
import { rowOf } from './resources.ts'

/** What a list of series is narrowed to. */
export interface SeriesQuery {
  cluster?: string
  node?: string
  /** A JVM: the name of its profile, or the id that series ids end in. */
  jvm?: string
  counter?: string
  source?: 'ssh' | 'jmx'
  /** Of these clusters alone. */
  only?: readonly number[]
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
  /** The pair and the name of its profile; null: the node itself. */
  jvm: wire.Series['jvm']
}

/** The series there are, by node, counter and JVM, each with its latest sample. */
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

function seriesAnswer({ id, node, cluster, counter, jvm }: Found, latest: LatestOf): wire.Series {
  return {
    id,
    cluster: { id: cluster.id, name: cluster.name },
    node: { id: node.id, name: node.name },
    jvm,
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
  const jvms = await jvmsByNode(tables, query.jvm)
  const found: Found[] = []
  for (const node of await nodesOf(tables, query, after?.node)) {
    const own = collected.get(node.clusterId ?? 0)
    if (!own || (query.only && !query.only.includes(own.cluster.id))) continue
    for (const one of own.counters) {
      if (counter !== undefined && one.id !== counter) continue
      if (query.source !== undefined && one.source !== query.source) continue
      if (query.jvm !== undefined && !isOfJvms(one)) continue
      for (const jvm of isOfJvms(one) ? (jvms.get(node.id) ?? []) : [null]) {
        const series = { counter: one.id, node: node.id, ...(jvm === null ? {} : { jvm: jvm.id }) }
        if (after && !isAfter(series, after)) continue
        found.push({ id: seriesId(series), node, cluster: own.cluster, counter: one, jvm })
        if (found.length >= most) return found
      }
    }
  }
  return found
}

/** The order of the list: by node, counter and JVM. */
function isAfter(series: Series, other: Series): boolean {
  if (series.node !== other.node) return series.node > other.node
  if (series.counter !== other.counter) return series.counter > other.counter
  return (series.jvm ?? 0) > (other.jvm ?? 0)
}

/** The JVMs of each node, in the order of their ids; the one, or those of one profile, where it is given. */
async function jvmsByNode(tables: Tables, only: string | undefined) {
  const names = new Map((await tables.jvmProfiles.list()).map(({ id, name }) => [id, name]))
  const rows = await tables.jvms.list(only === undefined ? {} : { where: await jvmWhere(tables, only) })
  const byNode = new Map<number, { id: number; name: string }[]>()
  for (const { id, nodeId, jvmProfileId } of rows) {
    const jvm = { id, name: names.get(jvmProfileId) ?? `${jvmProfileId}` }
    byNode.set(nodeId, [...(byNode.get(nodeId) ?? []), jvm])
  }
  return byNode
}

async function jvmWhere(tables: Tables, text: string): Promise<Where<Jvm>> {
  const reference = referenceOf(text)
  return typeof reference === 'number'
    ? { id: (await tables.jvms.get(reference)).id }
    : { jvmProfileId: (await rowOf(tables, jvmProfiles, text)).id }
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
