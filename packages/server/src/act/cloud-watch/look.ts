import { accessesInUse, type CloudAccess } from './accesses.ts'
import { compareLaunches, comparePrograms } from './compare-launches.ts'
import { compareNodes } from './compare-nodes.ts'
import { type Facts, readFacts, watchedAlerts } from './facts.ts'
import { Findings, nodeSubject, vmSubject } from './findings.ts'
import type { Instance } from './instance.ts'
import { compareMachines } from './instances.ts'
import type { Memory } from './memory.ts'
import type { CloudWatchParts, Seen } from './parts.ts'
import { type NoReading, type Reading, readCloud } from './reading.ts'
import { writeDown } from './write-down.ts'

/** One look: reads the clouds, compares, writes down what differs. undefined: tscaler ends, and nothing was written. */
export async function lookOnce(
  parts: CloudWatchParts,
  memory: Memory,
  { signal, closing }: { signal: AbortSignal; closing: AbortSignal },
): Promise<Seen | undefined> {
  const { store, clock } = parts
  const accesses = await accessesInUse(parts)
  if (accesses.length === 0 && (await isQuiet(parts))) return { instances: [], lookedAt: clock.now(), trouble: [] }
  const asked = await readFacts(store)
  const answers = await Promise.all(accesses.map((access) => readCloud(access, asked, signal)))
  if (closing.aborted) return undefined
  // Read again, as clouds take their time: what is compared is what stands there now.
  const facts = await readFacts(store)
  const findings = new Findings()
  const instances = compare(findings, facts, answers, memory, { now: clock.now(), at: clock.monotonic() })
  const taken = await writeDown(
    parts,
    facts,
    findings,
    answers.some((answer) => !isReading(answer)),
  )
  if (taken.length > 0) parts.tookOut()
  memory.forget(new Set([...facts.nodes.values()].flatMap(({ instanceId }) => instanceId ?? [])), clock.monotonic())
  return { instances, lookedAt: clock.now(), trouble: findings.unread.map(({ text }) => text) }
}

/** No program has made a machine, and nothing that was told before is left to be taken back. */
async function isQuiet({ store }: CloudWatchParts): Promise<boolean> {
  return (
    (await store.launches.count({ ec2ProfileId: null, state: ['asked', 'made'] })) === 0 &&
    (await store.alerts.count({ kind: watchedAlerts, state: ['open', 'acknowledged'] })) === 0
  )
}

function compare(
  findings: Findings,
  facts: Facts,
  answers: readonly (Reading | NoReading)[],
  memory: Memory,
  times: { now: number; at: number },
): Instance[] {
  const readings = answers.filter(isReading)
  const left = new Set<string>()
  comparePrograms(findings, facts)
  for (const reading of readings) {
    compareNodes(findings, facts, reading, memory, times)
    for (const vmId of compareLaunches(findings, facts, reading, memory, times.at)) left.add(vmId)
  }
  const instances = new Map<string, Instance>()
  for (const answer of answers) {
    const { subject } = answer.access
    if (isReading(answer)) {
      memory.instances.set(subject, compareMachines(findings, facts, answer, { memory, left, at: times.at }))
    } else leaveOpen(findings, facts, answer.access)
    for (const instance of memory.instances.get(subject) ?? []) {
      // Seen by two keys of one account, it is shown where its node's profile is.
      if (!instances.has(instance.id) || instance.ec2Profile) instances.set(instance.id, instance)
    }
  }
  findings.unread.push(...answers.flatMap(({ unread }) => unread))
  tellUnread(findings, memory)
  return [...instances.values()]
}

function isReading(answer: Reading | NoReading): answer is Reading {
  return 'vms' in answer
}

/** No node is judged by a cloud that could not be read. */
function leaveOpen({ open }: Findings, { nodes }: Facts, { profiles }: CloudAccess): void {
  const ids = new Set<number | null>(profiles.map(({ id }) => id))
  for (const { id, instanceId, ec2ProfileId } of nodes.values()) {
    if (instanceId !== null && ids.has(ec2ProfileId)) open.add(nodeSubject(id)).add(vmSubject(instanceId))
  }
}

function tellUnread(findings: Findings, memory: Memory): void {
  const long = memory.failed(new Set(findings.unread.map(({ subject }) => subject)))
  for (const { subject, text } of findings.unread) {
    if (!long.has(subject)) findings.open.add(subject)
    else
      findings.tell('cloud-unread', subject, `${text} Until it can be read, what is known of its nodes stays as it is.`)
  }
}
