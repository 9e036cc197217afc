import { clustersOfAlerts } from '../../../desk/subjects.ts'
import type { Tables } from '../../../keep/store/store.ts'
import type { LiveEvents, LiveTopic } from '../../../wire/events.ts'

/** An event before it is known who may hear it. */
export type LiveEvent = { [Topic in LiveTopic]: { topic: Topic; payload: LiveEvents[Topic] } }[LiveTopic]

/** What of an event is about things of these clusters; undefined: nothing. The store is asked each time, as nodes and triggers change clusters. */
export async function sieved(
  tables: Tables,
  clusters: ReadonlySet<number>,
  event: LiveEvent,
): Promise<LiveEvent | undefined> {
  const isOwn = (clusterId: number | null | undefined) => typeof clusterId === 'number' && clusters.has(clusterId)
  switch (event.topic) {
    case 'hits': {
      const rows = await tables.triggers.list({ where: { id: event.payload.map(({ trigger }) => trigger) } })
      const own = new Set(rows.filter(({ clusterId }) => isOwn(clusterId)).map(({ id }) => id))
      const payload = event.payload.filter(({ trigger }) => own.has(trigger))
      return payload.length === 0 ? undefined : { ...event, payload }
    }
    case 'run':
      return isOwn(event.payload.cluster?.id) ? event : undefined
    case 'step':
    case 'log':
      return isOwn((await tables.runs.find(event.payload.run))?.clusterId) ? event : undefined
    case 'node':
      return isOwn((await tables.nodes.find(event.payload.id))?.clusterId) ? event : undefined
    case 'alert':
      return isOwn((await clustersOfAlerts(tables, [event.payload]))[0]) ? event : undefined
    case 'sample':
      // They are sent by series, of which a listener names its own.
      return undefined
    default:
      return event satisfies never
  }
}
