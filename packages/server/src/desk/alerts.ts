import { tell } from '../keep/queue/topics.ts'
import type { Alert } from '../model/alert.ts'
import { TscalerError } from '../model/problem.ts'
import { alertAnswer } from '../wire/convert/watching.ts'
import type * as wire from '../wire/watching.ts'
import { audit } from './audit.ts'
import type { Asker, Desk } from './desk.ts'

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
