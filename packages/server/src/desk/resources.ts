import { tell } from '../keep/queue/topics.ts'
import type { Tables } from '../keep/store/store.ts'
import type { Where } from '../keep/store/table.ts'
import { type Finding, TscalerError } from '../model/problem.ts'
import { referenceOf } from '../wire/convert/directory.ts'
import { Reader } from '../wire/convert/read.ts'
import { showAnswer, showBody } from '../wire/convert/show.ts'
import type { Values } from '../wire/convert/values.ts'
import { audit } from './audit.ts'
import type { Asker, ConfigDesk, Desk } from './desk.ts'
import { differences, inWords } from './differences.ts'
import type { Kind, Named } from './kinds/kind.ts'
import { cutPage, type ListQuery, type Page, rowQuery } from './page.ts'
import { readMeans, type View, viewOf } from './view.ts'

/** The rows of a kind in the order of their ids; `where` narrows them. */
export async function listOf<Row extends Named>(
  desk: Desk,
  kind: Kind<Row>,
  query: ListQuery,
  where: Where<Row> = {},
): Promise<Page<Record<string, unknown>>> {
  const { shown, next } = cutPage(await kind.tableOf(desk.store).list({ where, ...rowQuery(query) }), query)
  return { items: await answersOf(desk, kind, shown), next }
}

/** The row of an id or a name, as addresses give it; throws `not-found`. */
export async function rowOf<Row extends Named>(tables: Tables, kind: Kind<Row>, text: string): Promise<Row> {
  const reference = referenceOf(text)
  const table = kind.tableOf(tables)
  if (typeof reference === 'number') {
    const row = await table.find(reference)
    if (row) return row
  } else {
    // Every kind of row has a name, which the compiler can't tell of a Row that is not known yet.
    const row = await table.findOne({ name: reference } as Where<Row>)
    if (row) return row
  }
  throw new TscalerError('not-found', `There is no ${kind.noun} ${JSON.stringify(reference)}.`)
}

/** The answer of one row. */
export async function answerOf<Row extends Named>(
  desk: Desk,
  kind: Kind<Row>,
  row: Row,
): Promise<Record<string, unknown>> {
  const [answer] = await answersOf(desk, kind, [row])
  return answer ?? {}
}

async function answersOf<Row extends Named>(desk: Desk, kind: Kind<Row>, rows: readonly Row[]) {
  if (rows.length === 0) return []
  const { directory } = await viewOf(desk.store, kind.needs)
  return kind.answers(rows, showAnswer({ directory, secrets: desk.secrets, fields: desk.fields }), desk)
}

/** Makes one; throws `bad-input` with everything that is wrong, or `name-taken`. */
export async function createOne<Row extends Named>(
  desk: ConfigDesk,
  asker: Asker,
  kind: Kind<Row>,
  given: unknown,
): Promise<Row> {
  const now = desk.clock.now()
  const row = await desk.store.transaction(async (tables) => {
    const view = await viewOf(tables, kind.needs)
    const values = readValues(desk, kind, view, { given, before: undefined, now })
    const created = await insert(kind, tables, values, now)
    await audit(tables, asker, { at: now, what: 'create', kind: kind.noun, subject: created })
    return created
  })
  tell(desk.queue, 'config.changed', { who: asker.who })
  return row
}

/** Inserts a row of read values, with what is written along with it. */
export async function insert<Row extends Named>(
  kind: Kind<Row>,
  tables: Tables,
  values: Values<Row>,
  now: number,
): Promise<Row> {
  const row = await kind.tableOf(tables).insert({ ...values, createdAt: now })
  await kind.saveRest?.(row, tables, now)
  return row
}

/** Changes a row that is still as it was read, with what is written along with it; throws `stale-version`. */
export async function update<Row extends Named>(
  kind: Kind<Row>,
  tables: Tables,
  { before, values, now }: { before: Row; values: Values<Row>; now: number },
): Promise<Row> {
  const row = await kind.tableOf(tables).update(before.id, values, before.version)
  await kind.saveRest?.(row, tables, now)
  return row
}

/** Lays the given fields over what is there; throws `bad-input`, `name-taken`, `stale-version`. What is the same already changes nothing. */
export async function changeOne<Row extends Named>(
  desk: ConfigDesk,
  asker: Asker,
  kind: Kind<Row>,
  change: { of: string; given: Record<string, unknown>; version?: number },
): Promise<Row> {
  const now = desk.clock.now()
  const { row, changed } = await desk.store.transaction(async (tables) => {
    const before = await rowOf(tables, kind, change.of)
    checkVersion(kind, before, change.version)
    const view = await viewOf(tables, kind.needs)
    const show = showBody({ directory: view.directory, secrets: desk.secrets, fields: desk.fields })
    const body = kind.bodyOf(before, show)
    const values = readValues(desk, kind, view, { given: overlay(kind, body, change.given), before, now })
    const changes = differences(body, kind.bodyOf({ ...before, ...values }, show))
    if (changes.length === 0) return { row: before, changed: false }
    const after = await update(kind, tables, { before, values, now })
    await audit(tables, asker, { at: now, what: 'update', kind: kind.noun, subject: after, detail: inWords(changes) })
    return { row: after, changed: true }
  })
  if (changed) tell(desk.queue, 'config.changed', { who: asker.who })
  return row
}

function overlay(
  kind: { exclusive?: readonly string[] },
  body: Record<string, unknown>,
  given: Record<string, unknown>,
) {
  const merged = { ...body }
  const chosen = (kind.exclusive ?? []).some((field) => given[field] !== undefined)
  if (chosen) for (const field of kind.exclusive ?? []) delete merged[field]
  return { ...merged, ...given }
}

/** Removes one; throws `in-use` saying by what, `stale-version`, `not-found`. */
export async function removeOne<Row extends Named>(
  desk: ConfigDesk,
  asker: Asker,
  kind: Kind<Row>,
  removal: { of: string; version?: number },
): Promise<void> {
  const now = desk.clock.now()
  await desk.store.transaction(async (tables) => {
    const row = await rowOf(tables, kind, removal.of)
    checkVersion(kind, row, removal.version)
    const users = await kind.usedBy(row, tables)
    if (users.length > 0) {
      const message = `The ${kind.noun} "${row.name}" is used by ${users.slice(0, 5).join(', ')}${users.length > 5 ? ', …' : ''}. Take it out there first.`
      throw new TscalerError('in-use', message)
    }
    await remove(kind, tables, row, now)
    await audit(tables, asker, { at: now, what: 'remove', kind: kind.noun, subject: row })
  })
  tell(desk.queue, 'config.changed', { who: asker.who })
}

/** Removes the row with what goes with it. */
export async function remove<Row extends Named>(kind: Kind<Row>, tables: Tables, row: Row, now: number): Promise<void> {
  await kind.removeRest?.(row, tables, now)
  await kind.tableOf(tables).remove(row.id)
}

function checkVersion(kind: { noun: string }, row: Named, version: number | undefined): void {
  if (version === undefined || version === row.version) return
  const message = `The ${kind.noun} "${row.name}" was changed in the meantime (version ${row.version}, not ${version}). Read it again and repeat the change.`
  throw new TscalerError('stale-version', message)
}

function readValues<Row extends Named>(
  desk: ConfigDesk,
  kind: Kind<Row>,
  view: View,
  { given, before, now }: { given: unknown; before: Row | undefined; now: number },
): Values<Row> {
  const reader = new Reader(readMeans(desk, view))
  const values = kind.read(given, reader, '', before, now)
  const findings =
    values === undefined ? reader.findings : [...reader.findings, ...(kind.check?.(values, view, desk) ?? [])]
  if (values === undefined || findings.length > 0) throw badInput(`The ${kind.noun}`, findings)
  return values
}

/** `The counter can't be saved as given: period: got …`. */
export function badInput(what: string, findings: readonly Finding[]): TscalerError {
  const lines = findings.slice(0, 3).map(({ path, message }) => `${path}: ${message}`)
  const more = findings.length > 3 ? `; and ${findings.length - 3} more` : ''
  return new TscalerError('bad-input', `${what} can't be taken as given: ${lines.join('; ')}${more}`, { findings })
}
