import type { Queue } from '../../keep/queue/queue.ts'
import { tell } from '../../keep/queue/topics.ts'
import type { Store } from '../../keep/store/store.ts'
import type { Alert, AlertKind } from '../../model/alert.ts'
import type { Clock } from '../../model/clock.ts'
import { messageOf, TscalerError } from '../../model/problem.ts'
import type { Mailer } from '../mail/mailer.ts'
import { raiseIn, resolveIn } from './rows.ts'

/** What people are told of; one alert per kind and subject. */
export interface Alerts {
  /** Opens the alert, or counts it once more; mailed to the administrators once, where SMTP is set. */
  raise(kind: AlertKind, subject: string, text: string): Promise<Alert>
  /** What it told of is over. */
  resolve(kind: AlertKind, subject: string): Promise<void>
  /** Somebody has seen it: it is no longer open, and stays until it is resolved. Throws `not-found`, `wrong-state`. */
  acknowledge(alertId: number, who: string): Promise<Alert>
  /** Tells of alerts that were written in a transaction of somebody else's, and mails the new ones. */
  announce(alertIds: readonly number[]): void
  /** Waits for mails that are on their way. */
  close(): Promise<void>
}

/** What alerts work with. */
export interface AlertParts {
  store: Store
  queue: Queue
  clock: Clock
  /** null: SMTP is not set. */
  mailer: Mailer | null
  report: (text: string) => void
}

/** Opens the alerts and mails those that could not be mailed before. */
export function openAlerts(parts: AlertParts): Alerts {
  const { store, queue, clock } = parts
  let mailing = Promise.resolve()
  const announce = (ids: readonly number[]) => {
    for (const alertId of ids) tell(queue, 'alert.changed', { alertId })
    // One after another: two at once would mail the same alert twice.
    mailing = mailing
      .then(() => mailNew(parts))
      .catch((thrown) => parts.report(`Alerts could not be mailed: ${messageOf(thrown)}`))
  }
  announce([])
  return {
    announce,
    async raise(kind, subject, text) {
      const alert = await store.transaction((tx) => raiseIn(tx, { kind, subject, text }, clock.now()))
      announce([alert.id])
      return alert
    },
    async resolve(kind, subject) {
      // Mostly there is none: a look costs nothing, a transaction a write.
      if ((await store.alerts.count({ kind, subject, state: ['open', 'acknowledged'] })) === 0) return
      announce(await store.transaction((tx) => resolveIn(tx, { kind, subject }, clock.now())))
    },
    async acknowledge(alertId, who) {
      const changed = await store.alerts.updateWhere(
        { id: alertId, state: 'open' },
        { state: 'acknowledged', ackBy: who },
      )
      const alert = await store.alerts.get(alertId)
      if (changed === 0)
        throw new TscalerError('wrong-state', `Alert ${alertId} is ${alert.state}, so there is nothing to acknowledge.`)
      announce([alertId])
      return alert
    },
    close: () => mailing,
  }
}

/** Mails every open alert that was not mailed yet to all administrators with an address. */
async function mailNew({ store, queue, clock, mailer }: AlertParts): Promise<void> {
  if (!mailer) return
  const open = await store.alerts.list({ where: { state: 'open', mailedAt: null } })
  // A mail about mail that does not go out would not go out.
  const unmailed = open.filter(({ kind }) => kind !== 'mail-failed')
  if (unmailed.length === 0) return
  const admins = await store.users.list({ where: { role: 'admin', disabled: false } })
  const to = admins.flatMap(({ email }) => (email ? [email] : []))
  if (to.length === 0) return
  for (const alert of unmailed) {
    const trouble = await mailOne(mailer, alert, to)
    if (trouble === undefined) await store.alerts.update(alert.id, { mailedAt: clock.now() })
    const changed =
      trouble === undefined
        ? await resolveIn(store, mailSubject, clock.now())
        : [await raiseMailFailed(store, trouble, clock.now())]
    for (const alertId of changed) tell(queue, 'alert.changed', { alertId })
    if (trouble !== undefined) return // the next one would fail as well; all are tried again at the next alert
  }
}

const mailSubject = { kind: 'mail-failed', subject: 'alerts' } as const

async function raiseMailFailed(store: Store, trouble: string, now: number): Promise<number> {
  const text = `Alerts can't be mailed: ${trouble}. See TSCALER_SMTP_URL and TSCALER_MAIL_FROM.`
  return (await store.transaction((tx) => raiseIn(tx, { ...mailSubject, text }, now))).id
}

/** What went wrong; undefined: nothing. */
async function mailOne(mailer: Mailer, { id, kind, subject, text }: Alert, to: string[]): Promise<string | undefined> {
  try {
    const { rejected } = await mailer.send({
      to,
      subject: `tscaler: ${kind} (${subject})`,
      text: `${text}\n`,
      messageId: `alert-${id}`,
    })
    return rejected.length === 0 ? undefined : rejected.map(({ address, reply }) => `${address}: ${reply}`).join('; ')
  } catch (thrown) {
    return messageOf(thrown)
  }
}
