import { tell } from '../keep/queue/topics.ts'
import type { Tables } from '../keep/store/store.ts'
import type { Alert } from '../model/alert.ts'
import { TscalerError } from '../model/problem.ts'
import { alertAnswer } from '../wire/convert/watching.ts'
import type * as wire from '../wire/watching.ts'
import { audit } from './audit.ts'
import type { Asker, Desk } from './desk.ts'
import { cutPage, type ListQuery, type Page, rowQuery } from './page.ts'
import { clustersOfAlerts } from './subjects.ts'

/** How many are read at a time where only some clusters' are wanted. */
const batchRows = 500

/** Alerts, newest first; of the clusters in `only`, where it is given. */
export async function listAlerts(
  { store }: Pick<Desk, 'store'>,
  { state, ...query }: Omit<ListQuery, 'q'> & { state?: Alert['state'] },
  only?: readonly number[],
): Promise<Page<wire.Alert>> {
  const where = state === undefined ? {} : { state }
  const asked = rowQuery(query)
  const rows =
    only === undefined
      ? await store.alerts.list({ where, ...asked, order: 'desc' })
      : await alertsOf(store, { where, ...asked }, only)
  const { shown, next } = cutPage(rows, query)
  return { items: shown.map(alertAnswer), next }
}

/** How many are not resolved; of the clusters in `only`, where it is given. */
export async function countAlerts(tables: Tables, only?: readonly number[]): Promise<number> {
  const where = { state: ['open', 'acknowledged'] } as const
  if (only === undefined) return tables.alerts.count(where)
  return (await alertsOf(tables, { where, limit: Number.POSITIVE_INFINITY }, only)).length
}

/** What an alert is about is a text, which no query can tell the cluster of: they are read in batches until there are enough. */
async function alertsOf(
  tables: Tables,
  { where, limit, cursor }: { where: object; limit: number; cursor?: number },
  only: readonly number[],
): Promise<Alert[]> {
  const found: Alert[] = []
  for (let before = cursor; ; ) {
    const place = before === undefined ? {} : { cursor: before }
    const rows = await tables.alerts.list({ where, ...place, limit: batchRows, order: 'desc' })
    const clusters = await clustersOfAlerts(tables, rows)
    found.push(...rows.filter((_, index) => only.includes(clusters[index] ?? 0)))
    if (rows.length < batchRows || found.length >= limit) return found.slice(0, limit)
    before = rows.at(-1)?.id
  }
}

/** Somebody has seen it: it stays until it is resolved, but calls nobody any more. Throws `wrong-state` once it is resolved. */
export async function acknowledge(
  desk: Pick<Desk, 'store' | 'queue' | 'clock'>,
  asker: Asker,
  id: number,
): Promise<wire.Alert> {
  const at = desk.clock.now()
  const alert = await desk.store.transaction(async (tables) => {
    const before: Alert | undefined = await tables.alerts.find(id)
    if (!before) throw new TscalerError('not-found', `There is no alert ${id}.`)
    if (before.state === 'acknowledged') return before
    if (before.state === 'resolved') throw new TscalerError('wrong-state', `Alert ${id} is resolved already.`)
    const detail = `${before.kind} ${before.subject}`
    await audit(tables, asker, {
      at,
      what: 'acknowledge',
      kind: 'alert',
      subject: { id, name: before.subject },
      detail,
    })
    return tables.alerts.update(id, { state: 'acknowledged', ackBy: asker.who })
  })
  tell(desk.queue, 'alert.changed', { alertId: id })
  return alertAnswer(alert)
}
