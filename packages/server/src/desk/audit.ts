import type { Tables } from '../keep/store/store.ts'
import type { Asker } from './desk.ts'

/** A detail longer than this is cut: the trail tells what was changed, it is no copy of it. */
const detailCharactersMax = 2_000

/** Writes a line of the audit trail, in the transaction of the change itself: none without the other. */
export async function audit(
  tables: Pick<Tables, 'audit'>,
  asker: Pick<Asker, 'who'>,
  entry: { at: number; what: string; kind: string; subject?: { id: number; name: string }; detail?: string },
): Promise<void> {
  const { at, what, kind, subject, detail } = entry
  await tables.audit.insert({
    at,
    who: asker.who,
    what,
    kind,
    subjectId: subject?.id ?? null,
    subjectName: subject?.name ?? null,
    detail: detail === undefined || detail === '' ? null : detail.slice(0, detailCharactersMax),
  })
}
