import { type Finding, TscalerError } from '../../model/problem.ts'
import type { ChangeEntry, PlanAnswer } from '../../wire/document.ts'
import { cantBeUsed, type SourceFile } from './document-file/source-file.ts'
import type { Out, Tone } from './out.ts'
import { count, short } from './text.ts'
import type { Work } from './work.ts'

/**
 * What applying the file would change, by the server; nothing is changed. Throws `bad-input` with everything that is wrong here and
 * there, by line.
 */
export async function askPlan({ client }: Pick<Work, 'client'>, file: SourceFile, prune: boolean): Promise<PlanAnswer> {
  const sent = client.ask<PlanAnswer>({ method: 'POST', path: '/plan', body: { document: file.document, prune } })
  const plan = await sent.catch((thrown: unknown) => {
    throw withLines(thrown, file)
  })
  if (file.findings.length > 0) throw cantBeUsed(file.name, file.inFile(file.findings))
  return plan
}

/** Makes it so; throws as `askPlan` does. */
export async function applyFile(
  { client }: Pick<Work, 'client'>,
  file: SourceFile,
  prune: boolean,
): Promise<PlanAnswer> {
  const sent = client.ask<PlanAnswer>({ method: 'POST', path: '/apply', body: { document: file.document, prune } })
  return sent.catch((thrown: unknown) => {
    throw withLines(thrown, file)
  })
}

function withLines(thrown: unknown, file: SourceFile): unknown {
  if (file.findings.length === 0 && !hasFindings(thrown)) return thrown
  const theirs = hasFindings(thrown)
    ? thrown.findings.map(({ path, message }) => ({ path: inDocument(path), message }))
    : []
  // What stands in for a missing text may be wrong too; the missing text is what to mend.
  const others = theirs.filter(({ path }) => !file.findings.some((own) => path.startsWith(own.path)))
  return cantBeUsed(file.name, file.inFile([...file.findings, ...others]))
}

function hasFindings(thrown: unknown): thrown is TscalerError & { findings: readonly [Finding, ...Finding[]] } {
  return thrown instanceof TscalerError && thrown.findings.length > 0
}

/** The server's paths begin at the request's body where the request itself is wrong. */
function inDocument(path: string): string {
  return path.replace(/^document(\.|$)/, '')
}

/** `3 changes: 1 to create, 2 to update; 12 as they are.` */
export function planSummary({ changes, unchanged }: PlanAnswer, when: 'before' | 'after'): string {
  const rest =
    unchanged === 0 ? '' : `; ${unchanged} ${when === 'before' ? 'are as they should be' : 'were so already'}`
  if (changes.length === 0) return `Nothing to change${rest}.`
  const kinds = (['create', 'update', 'remove'] as const).flatMap((what) => {
    const number = changes.filter((change) => change.what === what).length
    return number === 0 ? [] : [`${number} ${when === 'before' ? `to ${what}` : `${what}d`}`]
  })
  const head = when === 'before' ? `${count(changes.length, 'change')}: ` : 'Done: '
  return `${head}${kinds.join(', ')}${rest}.`
}

const signs: Record<ChangeEntry['what'], { sign: string; tone: Tone }> = {
  create: { sign: '+', tone: 'good' },
  update: { sign: '~', tone: 'warn' },
  remove: { sign: '-', tone: 'bad' },
}

/** Of one kind, the things to be made that are named one by one; what is changed and removed is always named. */
const createdMax = 25

/**
 * The plan for people: what would be made, changed and removed, and what is left alone. Where the document is not the whole
 * configuration it is new nodes that it is about: they stand in a table.
 */
export function showPlan(out: Out, plan: PlanAnswer, { isWhole }: { isWhole: boolean }): void {
  out.line(planSummary(plan, 'before'), 'strong')
  if (isWhole) showWhole(out, plan)
  else showPart(out, plan)
}

function showWhole(out: Out, plan: PlanAnswer): void {
  showChanges(out, plan.changes)
  const staying = plan.leftAlone.filter(({ reason }) => reason !== undefined)
  for (const { kind, name, reason } of staying) out.line(`  ${kind} ${name} stays: it ${reason}.`)
  const notInFile = plan.leftAlone.filter(({ reason }) => reason === undefined)
  if (notInFile.length > 0) out.line(`Not in the file, and left alone: ${names(notInFile)}.`, 'faint')
}

function showPart(out: Out, { changes }: PlanAnswer): void {
  const newNodes = changes.filter(({ kind, what }) => kind === 'node' && what === 'create')
  showChanges(
    out,
    changes.filter((change) => !newNodes.includes(change)),
  )
  showNodes(out, newNodes)
}

function showChanges(out: Out, changes: readonly ChangeEntry[]): void {
  const created = new Map<string, number>()
  for (const change of changes) {
    const number = (created.get(change.kind) ?? 0) + (change.what === 'create' ? 1 : 0)
    created.set(change.kind, number)
    if (change.what !== 'create' || number <= createdMax) showChange(out, change)
  }
  for (const [kind, number] of created)
    if (number > createdMax) out.line(`+ ${number - createdMax} more of kind ${kind}; all: --json`, 'good')
}

const nodesMax = 1_000 // nobody reads more; `--json` has all

function showNodes(out: Out, changes: readonly ChangeEntry[]): void {
  const head = ['+ NODE', 'HOST', 'PORT', 'CLUSTER', 'SSH PROFILE', 'JVM PROFILES', 'SITE', 'INSTANCE', 'LABELS']
  const rows = changes.slice(0, nodesMax).map(({ name, fields }) => {
    const cell = (wanted: string) => cellText(fields.find(({ field }) => field === wanted)?.to)
    const rest = ['hostname', 'port', 'cluster', 'sshProfile', 'jvmProfiles', 'site', 'instanceId', 'labels'].map(cell)
    return [`+ ${name}`, ...rest]
  })
  out.table(head, rows)
  if (changes.length > nodesMax) out.line(`+ ${changes.length - nodesMax} more nodes; all: --json`, 'good')
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.join(',')
  if (typeof value !== 'object') return short(String(value))
  return Object.entries(value)
    .map(([name, text]) => `${name}=${String(text)}`)
    .join(' ')
}

function showChange(out: Out, { what, kind, name, fields }: ChangeEntry): void {
  const { sign, tone } = signs[what]
  out.line(`${sign} ${kind} ${name}`, tone)
  if (what !== 'update') return
  for (const { field, from, to } of fields) out.line(`    ${field}: ${valueText(from)} → ${valueText(to)}`)
}

const namesMax = 10 // a line or two; `tscaler plan --json` has all

function names(things: readonly { kind: string; name: string }[]): string {
  const shown = things.slice(0, namesMax).map(({ kind, name }) => `${kind} ${name}`)
  return `${shown.join(', ')}${things.length > namesMax ? ` and ${things.length - namesMax} more` : ''}`
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'object' && 'kept' in value) return 'a secret'
  return short(typeof value === 'string' ? value : JSON.stringify(value))
}
