import { nearest } from '../../../wire/nearest.ts'
import { csvRows } from './csv-rows.ts'
import { bareHost, type Host, type LineFinding, parsePort, type ReadHosts } from './host.ts'

/** The columns of a CSV of hosts, in the order of help; `label.X`, or `labels.X` as the configuration has it, gives label X. */
export const csvColumns = [
  'name',
  'hostname',
  'port',
  'cluster',
  'user',
  'key',
  'jump',
  'sshProfile',
  'jvmProfiles',
  'hostKey',
  'site',
  'protected',
] as const

type Column = (typeof csvColumns)[number]

/** The hosts of a CSV whose first line names the columns; `name` or `hostname` must be there. */
export function readCsv(text: string): ReadHosts {
  const [head, ...rows] = csvRows(text)
  const findings: LineFinding[] = []
  if (!head)
    return {
      hosts: [],
      findings: [{ line: 1, message: `is empty, expected a first line with columns such as ${csvColumns.join(',')}.` }],
    }
  checkHead(head.cells, findings)
  const hosts: Host[] = []
  for (const { line, cells } of rows) {
    if (cells.length > head.cells.length)
      findings.push({ line, message: `has ${cells.length} values, but there are ${head.cells.length} columns.` })
    const value = (column: string) => cells[head.cells.indexOf(column)]?.trim() ?? ''
    const host = hostOf({ line, value, labels: labelsOf(head.cells, cells), findings })
    if (host) hosts.push(host)
  }
  return { hosts, findings }
}

function checkHead(head: readonly string[], findings: LineFinding[]): void {
  for (const column of head) {
    if (labelOf(column) !== undefined || (csvColumns as readonly string[]).includes(column)) continue
    const near = nearest(column, csvColumns)
    const hint = near === undefined ? `Columns are ${csvColumns.join(', ')} and label.X.` : `Did you mean "${near}"?`
    findings.push({ line: 1, message: `column ${JSON.stringify(column)} is not known. ${hint}` })
  }
  if (!head.includes('name') && !head.includes('hostname'))
    findings.push({ line: 1, message: 'has no column "name", and no "hostname" to take names from.' })
}

interface Row {
  line: number
  value(column: Column): string
  labels: Record<string, string>
  findings: LineFinding[]
}

function hostOf({ line, value, labels, findings }: Row): Host | undefined {
  const name = value('name') || value('hostname')
  if (name === '') {
    findings.push({ line, message: 'has no name.' })
    return undefined
  }
  const port = parsePort(value('port'))
  if (value('port') !== '' && port === undefined)
    findings.push({ line, message: `port: got ${JSON.stringify(value('port'))}, expected a number from 1 to 65535.` })
  const orNull = (column: Column) => value(column) || null
  return {
    ...bareHost(name, line),
    hostname: value('hostname') || name,
    port: port ?? null,
    cluster: orNull('cluster'),
    user: orNull('user'),
    keyFile: orNull('key'),
    jump: value('jump')
      .split(/[\s,]+/)
      .filter(Boolean),
    sshProfile: orNull('sshProfile'),
    jvmProfiles: value('jvmProfiles')
      .split(/[\s,]+/)
      .filter(Boolean),
    hostKey: orNull('hostKey'),
    site: orNull('site'),
    isProtected: flagOf(value('protected'), line, findings),
    labels,
  }
}

function flagOf(text: string, line: number, findings: LineFinding[]): boolean {
  if (/^(true|yes|1)$/i.test(text)) return true
  if (!/^(false|no|0|)$/i.test(text))
    findings.push({ line, message: `protected: got ${JSON.stringify(text)}, expected yes or no.` })
  return false
}

function labelsOf(head: readonly string[], cells: readonly string[]): Record<string, string> {
  const labels = head.flatMap((column, index) => {
    const text = cells[index]?.trim() ?? ''
    const label = labelOf(column)
    return label !== undefined && text !== '' ? [[label, text] as const] : []
  })
  return Object.fromEntries(labels)
}

function labelOf(column: string): string | undefined {
  return /^labels?\.(.+)$/.exec(column)?.[1]
}
