import { isInService, type WatchList } from './watched.ts'

/** How many of the nodes in service are failing, in one place. A node fails when all its latest samples do. */
export interface Health {
  scope: 'cluster' | 'site' | 'all'
  /** Of the cluster; null elsewhere. */
  clusterId: number | null
  /** Of the site; null elsewhere. */
  site: string | null
  failing: number
  /** With at least one sample; a node that was never sampled says nothing about sensors. */
  nodes: number
}

/** The health of every cluster, every site and of all together, by the samples of these counters, or of all counters. */
export function healthOf(list: WatchList, counterIds?: readonly number[]): Health[] {
  const nodes = new Map<number, { clusterId: number; site: string | null; failing: boolean }>()
  for (const watched of list.series.values()) {
    const { series, clusterId, site, latestAt, latestCode } = watched
    if (!isInService(watched) || latestAt === Number.NEGATIVE_INFINITY) continue
    if (counterIds && !counterIds.includes(series.counter)) continue
    const failing = latestCode > 0 && (nodes.get(series.node)?.failing ?? true)
    nodes.set(series.node, { clusterId, site, failing })
  }
  const places = new Map<string, Health>()
  for (const { clusterId, site, failing } of nodes.values()) {
    count(places, { scope: 'cluster', clusterId, site: null }, failing)
    if (site !== null) count(places, { scope: 'site', clusterId: null, site }, failing)
    count(places, { scope: 'all', clusterId: null, site: null }, failing)
  }
  return [...places.values()]
}

function count(places: Map<string, Health>, place: Omit<Health, 'failing' | 'nodes'>, failing: boolean): void {
  const key = `${place.scope} ${place.clusterId ?? place.site}`
  const health = places.get(key) ?? { ...place, failing: 0, nodes: 0 }
  health.nodes++
  if (failing) health.failing++
  places.set(key, health)
}
