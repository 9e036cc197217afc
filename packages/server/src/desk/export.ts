import { Reader } from '../wire/convert/read.ts'
import { type Show, showBody } from '../wire/convert/show.ts'
import type { Document } from '../wire/document.ts'
import { breathe } from './breathe.ts'
import type { ConfigDesk } from './desk.ts'
import { same } from './differences.ts'
import { kindsInOrder } from './document/work.ts'
import { clusters, nodes } from './kinds/all.ts'
import type { Kind, Named } from './kinds/kind.ts'
import { readMeans, type View, viewOf } from './view.ts'

interface Printing {
  desk: ConfigDesk
  view: View
  show: Show<string>
}

/**
 * The whole configuration as a document, things in the order in which they name one another and by name. What a field's default says is
 * left out; secrets are `{ kept }`. Nodes without a cluster have no place in a file and are not in it.
 */
export async function exportDocument(desk: ConfigDesk): Promise<Document> {
  const view = await viewOf(
    desk.store,
    kindsInOrder.flatMap(({ name }) => (name === 'schedules' ? [] : [name])),
  )
  const show = showBody({ directory: view.directory, secrets: desk.secrets, fields: desk.fields })
  const printing = { desk, view, show }
  const document: Record<string, unknown> = { version: 1 }
  for (const kind of kindsInOrder) {
    if (kind.name === 'nodes') continue
    const entries = kind.name === 'clusters' ? await clusterEntries(printing) : await entriesOf(printing, kind as Kind)
    if (entries.length > 0) document[kind.name] = entries
  }
  return document as Document
}

async function entriesOf<Row extends Named>(printing: Printing, kind: Kind<Row>): Promise<Record<string, unknown>[]> {
  return printRows(printing, kind, await kind.tableOf(printing.desk.store).list())
}

async function printRows<Row extends Named>(
  printing: Printing,
  kind: Kind<Row>,
  rows: readonly Row[],
): Promise<Record<string, unknown>[]> {
  const entries: Record<string, unknown>[] = []
  for (const row of rows.toSorted(byName)) {
    await breathe(entries.length)
    entries.push(entryOf(printing, kind, row))
  }
  return entries
}

async function clusterEntries(printing: Printing): Promise<Record<string, unknown>[]> {
  const { store } = printing.desk
  const byCluster = Map.groupBy(await store.nodes.list(), ({ clusterId }) => clusterId)
  const entries: Record<string, unknown>[] = []
  for (const row of (await store.clusters.list()).sort(byName)) {
    const own = await printRows(printing, nodes, byCluster.get(row.id) ?? [])
    const inside = own.map(({ cluster: _, ...entry }) => entry)
    entries.push({ ...entryOf(printing, clusters, row), ...(inside.length === 0 ? {} : { nodes: inside }) })
  }
  return entries
}

/** The body without the fields that it says the same without. */
function entryOf<Row extends Named>(printing: Printing, kind: Kind<Row>, row: Row): Record<string, unknown> {
  const whole = kind.bodyOf(row, printing.show)
  const read = (body: unknown) => {
    const reader = new Reader(readMeans(printing.desk, printing.view))
    const values = kind.read(body, reader, '', row, row.createdAt)
    return reader.findings.length > 0 ? undefined : values
  }
  const meant = read(whole)
  let entry = whole
  for (const field of Object.keys(whole)) {
    const { [field]: _, ...shorter } = entry
    const values = read(shorter)
    if (values !== undefined && same(values, meant)) entry = shorter
  }
  return entry
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}
