import type { Tables } from '../../keep/store/store.ts'
import type { Alert, AlertKind } from '../../model/alert.ts'

/** The alert of this kind and subject, opened or counted once more. One that was acknowledged stays so. */
export async function raiseIn(
  tables: Tables,
  { kind, subject, text }: Pick<Alert, 'kind' | 'subject' | 'text'>,
  now: number,
): Promise<Alert> {
  const open = await tables.alerts.findOne({ kind, subject, state: ['open', 'acknowledged'] })
  if (open) return tables.alerts.update(open.id, { text, lastAt: now, repeats: open.repeats + 1 })
  return tables.alerts.insert({
    kind,
    subject,
    text,
    state: 'open',
    openedAt: now,
    lastAt: now,
    repeats: 0,
    ackBy: null,
    resolvedAt: null,
    mailedAt: null,
  })
}

/** Resolves what is open of these kinds about the subject; gives the alerts' ids. */
export async function resolveIn(
  tables: Tables,
  { kind, subject }: { kind: AlertKind | readonly AlertKind[]; subject: string },
  now: number,
): Promise<number[]> {
  const open = await tables.alerts.list({ where: { kind, subject, state: ['open', 'acknowledged'] } })
  for (const { id } of open) await tables.alerts.update(id, { state: 'resolved', resolvedAt: now })
  return open.map(({ id }) => id)
}
