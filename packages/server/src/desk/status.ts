import { endedRunStates, runStates } from '../model/run.ts'
import { instant, instantOrNull } from '../wire/convert/show.ts'
import type { Status } from '../wire/watching.ts'
import { countAlerts } from './alerts.ts'
import type { Desk } from './desk.ts'
import { collectedCounters, isCollected } from './series.ts'

const unended = runStates.filter((state) => !endedRunStates.includes(state))

/** The overview's first line: how much there is, what is under way, what is wrong; of the clusters in `only`, where it is given. */
export async function statusOf(desk: Desk, lastSampleAt: number | null, only?: readonly number[]): Promise<Status> {
  const byCluster = only === undefined ? {} : { clusterId: only }
  const { store } = desk
  const [installation, nodes, collected, runsActive, alertsOpen] = await Promise.all([
    store.installation.get(1),
    store.nodes.list({ where: byCluster }),
    collectedCounters(store),
    store.runs.count({ state: unended, ...byCluster }),
    countAlerts(store, only),
  ])
  const { redStopAt, redStopBy, redStopReason, pausedUntil } = installation
  const now = desk.clock.now()
  return {
    version: desk.version,
    now,
    nodes: nodes.length,
    clusters: only === undefined ? collected.size : only.filter((id) => collected.has(id)).length,
    series: nodes
      .filter(isCollected)
      .reduce((sum, { clusterId }) => sum + (collected.get(clusterId ?? 0)?.counters.length ?? 0), 0),
    lastSampleAt: instantOrNull(lastSampleAt),
    runsActive,
    alertsOpen,
    redStop: redStopAt === null ? null : { at: instant(redStopAt), by: redStopBy ?? '', reason: redStopReason ?? '' },
    pausedUntil: pausedUntil !== null && pausedUntil > now ? instant(pausedUntil) : null,
    serverCommands: desk.serverCommands,
    // What is wrong with tscaler itself may name what others own.
    trouble: only === undefined ? desk.trouble() : [],
  }
}
