import { sizePeriodMs, sizeSeries } from '../desk/size-history.ts'
import type { History, Kept } from '../keep/history/history.ts'
import type { Clock } from '../model/clock.ts'
import type { Fleet } from '../observe/fleet.ts'

/** A change is seen this soon. The look costs nothing while the configuration is the same one. */
const tickMs = 1_000

/** Writes down how many nodes each cluster has: when the configuration was read anew, and once a minute. The answer ends it. */
export function watchSizes(parts: { clock: Clock; history: Pick<History, 'append'>; fleet: () => Fleet }): () => void {
  const { clock, history } = parts
  let seen: Fleet | undefined
  let writtenAt = Number.NEGATIVE_INFINITY
  let cancel = () => {}
  function look(): void {
    cancel = clock.after(tickMs, look)
    const fleet = parts.fleet()
    const steady = clock.monotonic()
    if (fleet === seen && steady - writtenAt < sizePeriodMs) return
    seen = fleet
    writtenAt = steady
    history.append(sizesOf(fleet, clock.now()))
  }
  look()
  return () => cancel()
}

function sizesOf({ clusters, nodes }: Fleet, at: number): Kept[] {
  const sizes = new Map([...clusters.keys()].map((id) => [id, { counted: 0, inService: 0 }]))
  for (const { clusterId, state } of nodes.values()) {
    const size = sizes.get(clusterId ?? 0)
    if (!size || state === 'out-of-service') continue
    size.counted++
    if (state === 'in-service') size.inService++
  }
  return [...sizes].flatMap(([id, { counted, inService }]) => {
    const names = sizeSeries(id)
    return [
      { series: names.counted, at, value: counted, failure: 0, hits: 0 },
      { series: names.inService, at, value: inService, failure: 0, hits: 0 },
    ]
  })
}
