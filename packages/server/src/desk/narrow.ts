/** What rows of a cluster are looked up by: of the one asked for, of those that may be seen, or both; nothing where everything is meant. */
export function clusterWhere(
  clusterId: number | undefined,
  only: readonly number[] | undefined,
): { clusterId?: readonly number[] } {
  if (clusterId === undefined) return only === undefined ? {} : { clusterId: only }
  return { clusterId: only === undefined || only.includes(clusterId) ? [clusterId] : [] }
}
