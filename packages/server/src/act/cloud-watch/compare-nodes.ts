import { isBroken } from '../../decide/guards/sensor.ts'
import type { Node } from '../../model/node.ts'
import type { Vm } from '../../reach/cloud/cloud.ts'
import type { Facts } from './facts.ts'
import { type Findings, nodeSubject, vmSubject } from './findings.ts'
import { judgeNode } from './judge-node.ts'
import type { Memory } from './memory.ts'
import type { BalancerReading, Reading } from './reading.ts'

/** A node's machine is not to be seen everywhere at first, nor in its load balancers. */
const youngMs = 120_000

/** A node that this look may judge, with its machine's id. */
interface Judged {
  node: Node
  vmId: string
}

/** Compares the nodes of one cloud with their machines. `now` is the wall clock, `at` the steady one. */
export function compareNodes(
  findings: Findings,
  facts: Facts,
  reading: Reading,
  memory: Memory,
  { now, at }: { now: number; at: number },
): void {
  const profiles = new Set(reading.access.profiles.map(({ id }) => id))
  const judged: Judged[] = []
  for (const node of facts.nodes.values()) {
    const { instanceId: vmId, ec2ProfileId } = node
    if (vmId === null || ec2ProfileId === null || !profiles.has(ec2ProfileId)) continue
    if (reading.asked.has(vmId) && isJudged(node, facts, now)) judged.push({ node, vmId })
    else leaveOpen(findings, { node, vmId })
  }
  const isMisread = seemsMisread(findings, reading, judged)
  for (const one of judged) {
    if (isMisread && !reading.vms.has(one.vmId)) leaveOpen(findings, one)
    else compareNode(findings, facts, reading, memory, { ...one, at })
  }
}

/**
 * Where nearly half of many machines are missing at once, the region or the account is another one than theirs: the same rule as for
 * sensors. Machines that have just ended are known to the cloud for an hour, and are not missing.
 */
function seemsMisread(findings: Findings, { vms, access }: Reading, judged: readonly Judged[]): boolean {
  const inService = judged.filter(({ node }) => node.state === 'in-service')
  const failing = inService.filter(({ vmId }) => !vms.has(vmId)).length
  if (!isBroken({ scope: 'all', clusterId: null, site: null, failing, nodes: inService.length })) return false
  const names = access.profiles.map(({ name }) => `"${name}"`).join(', ')
  const text = `${access.region} answers, but does not know ${failing} of the ${inService.length} machines of nodes in service. Are the region and the account of EC2 profile ${names} theirs?`
  findings.unread.push({ subject: `${access.subject}:machines`, text })
  return true
}

/** Not while it is new, on its way in or out, or a run works on it. */
function isJudged({ id, state, createdAt, inServiceAt }: Node, { locked }: Facts, now: number): boolean {
  if (state !== 'in-service' && state !== 'out-of-service') return false
  return !locked.has(id) && now - Math.max(createdAt, inServiceAt ?? 0) >= youngMs
}

function leaveOpen({ open }: Findings, { node, vmId }: Judged): void {
  open.add(nodeSubject(node.id)).add(vmSubject(vmId))
}

function compareNode(
  findings: Findings,
  facts: Facts,
  reading: Reading,
  memory: Memory,
  { node, vmId, at }: Judged & { at: number },
): void {
  const vm = reading.vms.get(vmId)
  const isSurelyMissing = memory.sightings.take(`missing ${node.id} ${vmId}`, vm === undefined, at)
  const isTakenOut = node.state === 'out-of-service' && wasTakenOut(facts, node)
  const before = memory.hostOf(vmId, node.hostname)
  const wasAtAddress = before === node.hostname || (before === undefined && isTakenOut)
  const judgement = judgeNode({ node, vmId, vm, isSurelyMissing, wasAtAddress })
  if (judgement.kind === 'right' && vm?.host) memory.sawHost(vmId, node.hostname, vm.host)
  if (judgement.kind === 'open') leaveOpen(findings, { node, vmId })
  if (judgement.kind === 'right') {
    if (node.state === 'in-service') compareBalancers(findings, reading, memory, { node, vmId, at })
    else if (isTakenOut) findings.back.push(node)
  }
  if (judgement.kind !== 'wrong') return
  const { alert: kind, text } = judgement
  const told = { kind, subject: nodeSubject(node.id), text }
  findings.notes.set(vmId, text)
  if (node.state === 'in-service') findings.out.push({ node, told })
  else if (isTakenOut) findings.told.push(told)
  // Stopped by a removal, say: that is no news, but that it is gone for good is.
  else if (kind === 'vm-gone') findings.tell(kind, vmSubject(vmId), text)
}

/** Whether it is the watch that took it out of service: then it has told of it, by the node, and does so still. */
function wasTakenOut({ alerts }: Facts, { id }: Node): boolean {
  return alerts.some(
    ({ kind, subject }) => subject === nodeSubject(id) && (kind === 'vm-gone' || kind === 'vm-changed'),
  )
}

function compareBalancers(
  findings: Findings,
  reading: Reading,
  memory: Memory,
  { node, vmId, at }: Judged & { at: number },
): void {
  const out: string[] = []
  for (const balancer of reading.balancers.get(node.ec2ProfileId ?? 0) ?? []) {
    const words = wordsOf(balancer, vmId)
    if (words === undefined) findings.open.add(vmSubject(vmId))
    else if (memory.sightings.take(`balancer ${vmId} ${balancer.name}`, words !== null, at)) out.push(words ?? '')
    else if (words !== null) findings.open.add(vmSubject(vmId))
  }
  if (out.length === 0) return
  const text = `${node.name} (${vmId}) is in service, but ${out.join(' and ')}: no requests come to it from there. Register it there again, or remove it.`
  findings.notes.set(vmId, text)
  findings.tell('vm-changed', vmSubject(vmId), text)
}

/** What is wrong with the machine's place in the load balancer; null: nothing; undefined: it could not be read. */
function wordsOf({ name, health }: BalancerReading, vmId: Vm['id']): string | null | undefined {
  if (health === null) return undefined
  const state = health.get(vmId)?.health ?? 'absent'
  if (state === 'absent') return `is not in load balancer ${name}`
  return state === 'draining' ? `drains in load balancer ${name}` : null
}
