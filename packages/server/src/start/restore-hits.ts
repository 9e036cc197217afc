import type { Cycle } from '../cycle.ts'
import type { Column } from '../decide/breach.ts'
import type { History } from '../keep/history/history.ts'
import type { Store } from '../keep/store/store.ts'
import type { Clock } from '../model/clock.ts'
import { type SeriesId, seriesId } from '../model/sample.ts'
import { type Fleet, seriesOf, watchedOf } from '../observe/fleet.ts'

/** As far as growing triggers look back at the least; design, "Decide". */
const lookBackMsMin = 600_000
/** Columns asked for at once: the history's thread answers one after another, more would only wait there. */
const columnsAtOnce = 64

/**
 * Gives the judge the recorded samples of all clusters that have triggers, so that hits survive a restart: the same samples give the same
 * hits, except those up to a trigger's last fire.
 */
export async function restoreHits(
  fleet: Fleet,
  { cycle, history, store, clock }: { cycle: Cycle; history: History; store: Store; clock: Clock },
): Promise<void> {
  const now = clock.now()
  for (const trigger of fleet.triggers) {
    const where = { triggerId: trigger.id, outcome: ['fired', 'watched'] as const }
    const [last] = await store.verdicts.list({ where, order: 'desc', limit: 1 })
    if (last !== undefined) cycle.judge.accepted(trigger.id, last.lastAt)
  }
  const wanted = seriesWithTriggers(fleet)
  const columns = new Map<SeriesId, Column>()
  for (let at = 0; at < wanted.length; at += columnsAtOnce) {
    const some = wanted.slice(at, at + columnsAtOnce)
    const read = await Promise.all(some.map(({ id, lookBackMs }) => history.range(id, now - lookBackMs, now)))
    for (const [index, column] of read.entries()) {
      const id = some[index]?.id
      if (id !== undefined && column.times.length > 0) columns.set(id, { ...column, from: 0, to: column.times.length })
    }
  }
  cycle.judge.restore(columns)
}

function seriesWithTriggers(fleet: Fleet): { id: SeriesId; lookBackMs: number }[] {
  const timingMs = new Map<number, number>()
  for (const { state, clusterId, timingMs: own } of fleet.triggers) {
    if (state !== 'off') timingMs.set(clusterId, Math.max(own, timingMs.get(clusterId) ?? 0))
  }
  return watchedOf(fleet, { serverCommands: true }).flatMap((place) => {
    const timing = timingMs.get(fleet.nodes.get(place.nodeId)?.clusterId ?? 0)
    if (timing === undefined) return []
    // A Timing's worth of hits may have gaps of almost its own length in between, where growth holds them.
    const lookBackMs = Math.max(2 * timing, lookBackMsMin)
    return seriesOf([place]).map((series) => ({ id: seriesId(series), lookBackMs }))
  })
}
