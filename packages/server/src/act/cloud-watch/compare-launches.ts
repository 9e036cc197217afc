import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import type { Vm } from '../../reach/cloud/cloud.ts'
import { type Facts, isLeft } from './facts.ts'
import { type Findings, vmSubject } from './findings.ts'
import type { Memory } from './memory.ts'
import type { Reading } from './reading.ts'

/** Finds the launches of one cloud that nobody will finish, with what became of their machines; gives the ids of machines that run for nobody. */
export function compareLaunches(
  findings: Findings,
  facts: Facts,
  reading: Reading,
  memory: Memory,
  at: number,
): Set<string> {
  const left = new Set<string>()
  for (const launch of facts.launches) {
    const isHere = reading.access.profiles.some(({ id }) => id === launch.ec2ProfileId)
    if (!isHere || !isLeft(facts, launch)) continue
    // Left only since the cloud was read: the next look asks for its machine.
    if (!reading.asked.has(launch.vmId ?? launch.token)) {
      findings.open.add(subjectOf(launch, launch.vmId))
      continue
    }
    const vm = launch.vmId === null ? reading.byToken.get(launch.token) : reading.vms.get(launch.vmId)
    if (vm && !hasEnded(vm)) left.add(vm.id)
    compareLaunch(findings, memory, { launch, vm, node: facts.nodes.get(launch.nodeId), at })
  }
  return left
}

/**
 * Finds the launches of programs whose run has ended before their node was ready. There is no cloud to ask what became of the machine; where the
 * node is gone too a person has removed it, as taking back a launch removes it last.
 */
export function comparePrograms(findings: Findings, facts: Facts): void {
  for (const launch of facts.launches) {
    const node = facts.nodes.get(launch.nodeId)
    if (launch.ec2ProfileId !== null || !node || !isLeft(facts, launch)) continue
    const { runId, nodeName, vmId } = launch
    const text = `Run ${runId} has ended, but its node ${nodeName} is still ${node.state}, and its machine ${vmId === null ? 'may run' : `${vmId} runs`} for nobody. Retry run ${runId}; or end the machine with the program that made it, and remove node ${nodeName}.`
    findings.tell('vm-not-ended', subjectOf(launch, vmId), text)
  }
}

/** It costs nothing any more, or will not in a moment. */
export function hasEnded({ state }: Pick<Vm, 'state'>): boolean {
  return state === 'shutting-down' || state === 'terminated'
}

/** As `tscaler` takes it. */
export function endCommand(vmId: string): string {
  return `tscaler end-instance ${vmId} --reason …`
}

function compareLaunch(
  findings: Findings,
  memory: Memory,
  { launch, vm, node, at }: { launch: Launch; vm: Vm | undefined; node: Node | undefined; at: number },
): void {
  const isSurelyGone = memory.sightings.take(`launch ${launch.id}`, vm === undefined, at)
  const vmId = vm?.id ?? launch.vmId
  const subject = subjectOf(launch, vmId)
  const tell = (text: string) => {
    if (vmId !== null) findings.notes.set(vmId, text)
    findings.tell('vm-not-ended', subject, text)
  }
  if (vm && !hasEnded(vm)) tell(runningText(launch, vm, node))
  else if (!vm && !isSurelyGone) findings.open.add(subject)
  else if (node) tell(goneText(launch, vmId, node))
  else findings.over.push(launch)
}

function runningText({ nodeName, runId, place }: Launch, { id, state }: Vm, node: Node | undefined): string {
  const why = node ? `which has ended while ${nodeName} is still ${node.state}` : `and its node ${nodeName} is gone`
  const what = `${id} (${place}) is ${state} and works for nobody: it was made by run ${runId}, ${why}.`
  if (!node) return `${what} End it: ${endCommand(id)}`
  return `${what} Retry run ${runId}; or remove node ${nodeName} and then end the machine: ${endCommand(id)}`
}

function goneText({ nodeName, runId }: Launch, vmId: string | null, { state }: Node): string {
  const was = vmId === null ? '' : ` (it was ${vmId})`
  return `Run ${runId} has ended, but its node ${nodeName} is still ${state}, and no machine of it is to be seen${was}. Retry run ${runId}, or remove node ${nodeName}.`
}

function subjectOf({ id }: Launch, vmId: string | null): string {
  return vmId === null ? `launch:${id}` : vmSubject(vmId)
}
