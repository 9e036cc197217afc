import type { Store } from '../../keep/store/store.ts'
import type { Verdict } from '../../model/verdict.ts'

/** A page of rows, and how many pages are looked through for an old moment: decisions repeat in one row, so that a row is worth minutes. */
const pageRows = 500
const pagesMax = 40

/**
 * The trigger's decisions that reach into the span, oldest first, and the newest one before it. Rows are in the order in which they were
 * begun; the trigger's last ones are read first.
 */
export async function verdictsAround(
  store: Pick<Store, 'verdicts'>,
  triggerId: number,
  { fromAt, toAt }: { fromAt: number; toAt: number },
): Promise<Verdict[]> {
  const found: Verdict[] = []
  let cursor: number | undefined
  for (let page = 0; page < pagesMax; page++) {
    const query = { where: { triggerId }, order: 'desc' as const, limit: pageRows }
    const rows = await store.verdicts.list(cursor === undefined ? query : { ...query, cursor })
    for (const row of rows) {
      if (row.at >= toAt) continue
      found.push(row)
      if (row.lastAt < fromAt) return found.reverse()
    }
    if (rows.length < pageRows) break
    cursor = rows.at(-1)?.id
  }
  return found.reverse()
}

/** Whether a refusal held the trigger back at the moment: between its first and its last, or until its end. */
export function isInForce({ outcome, at, lastAt, until }: Verdict, moment: number): boolean {
  return outcome === 'refused' && at <= moment && (moment <= lastAt || (until !== null && moment < until))
}
