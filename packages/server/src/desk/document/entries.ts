import type { Action } from '../../model/action.ts'
import type { Counter } from '../../model/counter.ts'
import { Reader } from '../../wire/convert/read.ts'
import type { Values } from '../../wire/convert/values.ts'
import { breathe } from '../breathe.ts'
import { type Difference, differences, inWords } from '../differences.ts'
import {
  actions,
  clusters,
  counters,
  ec2Profiles,
  jvmProfiles,
  nodes,
  schedules,
  sshProfiles,
  triggers,
} from '../kinds/all.ts'
import type { Kind, Named } from '../kinds/kind.ts'
import { insert, update } from '../resources.ts'
import { addAction, addCounter, readMeans } from '../view.ts'
import type { DocumentWork, KindName } from './work.ts'

/** One thing of the document, with its place in it. */
interface Entry {
  path: string
  given: unknown
}

/** Makes and changes everything that the document names; what is wrong is gathered, so that all of it is told at once. */
export async function applyEntries(work: DocumentWork, document: Record<string, unknown>): Promise<void> {
  const own = entriesOf(document.clusters, 'clusters')
  await applyKind(work, sshProfiles, entriesOf(document.sshProfiles, 'sshProfiles'))
  await applyKind(work, jvmProfiles, entriesOf(document.jvmProfiles, 'jvmProfiles'))
  await applyKind(work, ec2Profiles, entriesOf(document.ec2Profiles, 'ec2Profiles'))
  await applyKind<Counter>(work, counters, entriesOf(document.counters, 'counters'), ({ id, values }) =>
    addCounter(work.view, id, values),
  )
  await applyKind(work, clusters, own.map(withoutNodes))
  await applyKind(
    work,
    nodes,
    own.flatMap((entry) => nodesOf(entry, work)),
  )
  await applyKind<Action>(work, actions, entriesOf(document.actions, 'actions'), ({ id, values }) =>
    addAction(work.view, id, values),
  )
  await applyKind(work, triggers, entriesOf(document.triggers, 'triggers'))
  await applyKind(work, schedules, entriesOf(document.schedules, 'schedules'))
}

function entriesOf(list: unknown, path: string): Entry[] {
  return Array.isArray(list) ? list.map((given: unknown, index) => ({ path: `${path}[${index}]`, given })) : []
}

function withoutNodes({ path, given }: Entry): Entry {
  if (!isObject(given)) return { path, given }
  const { nodes: _, ...rest } = given
  return { path, given: rest }
}

/** The nodes of a cluster stand within it in the file; over the API they name it. */
function nodesOf({ path, given }: Entry, work: DocumentWork): Entry[] {
  if (!isObject(given) || given.nodes === undefined) return []
  if (!Array.isArray(given.nodes)) {
    work.findings.push({ path: `${path}.nodes`, message: 'is no list, expected a list of nodes' })
    return []
  }
  const cluster = given.name
  return entriesOf(given.nodes, `${path}.nodes`).map((entry) => inCluster(entry, cluster, work))
}

function inCluster({ path, given }: Entry, cluster: unknown, work: DocumentWork): Entry {
  if (!isObject(given)) return { path, given }
  if (Object.hasOwn(given, 'cluster')) {
    work.findings.push({
      path: `${path}.cluster`,
      message: 'is not a known field here: the node stands in its cluster.',
    })
  }
  return { path, given: { ...given, cluster: typeof cluster === 'string' ? cluster : null } }
}

/** What an entry came to: a row of the store, or, once anything is wrong, what would have become one. */
interface Applied<Row extends Named> {
  id: number
  values: Values<Row>
}

async function applyKind<Row extends Named>(
  work: DocumentWork,
  kind: Kind<Row>,
  entries: readonly Entry[],
  learn: (applied: Applied<Row>) => void = () => {},
): Promise<void> {
  const there = new Map((await kind.tableOf(work.tables).list()).map((row) => [row.name, row]))
  for (const [index, entry] of entries.entries()) {
    await breathe(index)
    const name = nameOf(entry.given)
    noteName(work, kind, entry, name)
    const before = name === undefined ? undefined : there.get(name)
    const applied = await applyEntry(work, kind, entry, before)
    if (applied) learn(applied)
    // What is wrong with a thing has been told; what names it is not wrong for that.
    if (name !== undefined && kind.name !== 'schedules') {
      work.view.directory.add(kind.name, { id: applied?.id ?? before?.id ?? nextPlaceholder(work), name })
    }
  }
}

/** Ids for what is not made, as something is wrong; none of them is ever stored. */
function nextPlaceholder(work: DocumentWork): number {
  work.placeholders += 1
  return -work.placeholders
}

function noteName(work: DocumentWork, kind: { name: KindName; noun: string }, { path }: Entry, name?: string): void {
  const names = work.named.get(kind.name)
  if (name === undefined || names === undefined) return
  if (names.has(name))
    work.findings.push({ path: `${path}.name`, message: `is the second ${kind.noun} named "${name}".` })
  names.add(name)
}

async function applyEntry<Row extends Named>(
  work: DocumentWork,
  kind: Kind<Row>,
  { path, given }: Entry,
  before: Row | undefined,
): Promise<Applied<Row> | undefined> {
  const reader = new Reader(readMeans(work.desk, work.view), path)
  const values = kind.read(withKept(work, kind, given, before), reader, path, before, work.now)
  const further = values === undefined ? [] : (kind.check?.(values, work.view, work.desk) ?? [])
  const findings = [
    ...reader.findings,
    ...further.map(({ path: field, message }) => ({ path: `${path}.${field}`, message })),
  ]
  work.findings.push(...findings)
  if (values === undefined || findings.length > 0) return undefined
  // Once anything is wrong nothing is kept: the rest is only read, for what else may be wrong.
  if (work.findings.length > 0) return { id: before?.id ?? nextPlaceholder(work), values }
  return { id: await save(work, kind, values, before), values }
}

/** Makes or changes the row; gives its id. */
async function save<Row extends Named>(
  work: DocumentWork,
  kind: Kind<Row>,
  values: Values<Row>,
  before: Row | undefined,
): Promise<number> {
  if (before === undefined) {
    const row = await insert(kind, work.tables, values, work.now)
    note(work, kind, 'create', row, differences({}, kind.bodyOf(row, work.show)))
    return row.id
  }
  const changes = differences(kind.bodyOf(before, work.show), kind.bodyOf({ ...before, ...values }, work.show))
  if (changes.length === 0) {
    work.answer.unchanged += 1
    return before.id
  }
  note(work, kind, 'update', before, changes)
  await update(kind, work.tables, { before, values, now: work.now })
  return before.id
}

function withKept<Row extends Named>(
  work: DocumentWork,
  kind: Kind<Row>,
  given: unknown,
  before: Row | undefined,
): unknown {
  if (before === undefined || kind.keeps === undefined || !isObject(given)) return given
  const body = kind.bodyOf(before, work.show)
  const kept = kind.keeps.filter((field) => given[field] === undefined)
  return { ...given, ...Object.fromEntries(kept.map((field) => [field, body[field]])) }
}

function note(
  work: DocumentWork,
  kind: { noun: string },
  what: 'create' | 'update',
  { id, name }: { id: number; name: string },
  changes: Difference[],
): void {
  work.answer.changes.push({ kind: kind.noun, name, what, id: what === 'create' ? null : id, fields: changes })
  work.notes.push({
    what,
    kind: kind.noun,
    subject: { id, name },
    detail: what === 'update' ? inWords(changes) : undefined,
  })
}

function nameOf(given: unknown): string | undefined {
  return isObject(given) && typeof given.name === 'string' ? given.name : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
