import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import type { Vm } from '../../reach/cloud/cloud.ts'
import { installationTag, runTag } from '../machines/means.ts'
import { endCommand, hasEnded } from './compare-launches.ts'
import { type Facts, isComing, isLeft } from './facts.ts'
import { type Findings, vmSubject } from './findings.ts'
import type { Instance, InstanceKind, Named } from './instance.ts'
import type { Memory } from './memory.ts'
import type { Reading } from './reading.ts'

/** What the comparison of a cloud's machines is given beside the facts. */
export interface Compared {
  memory: Memory
  /** Machines that run for nobody, as a launch tells. */
  left: ReadonlySet<string>
  /** By the steady clock. */
  at: number
}

/** The machines of one cloud that are nodes' or carry the installation's tag; tells of those that nobody has as orphans. */
export function compareMachines(
  findings: Findings,
  facts: Facts,
  reading: Reading,
  { memory, left, at }: Compared,
): Instance[] {
  const known = knownOf(facts)
  return [...reading.vms.values()].flatMap((vm) => {
    const node = known.nodes.get(vm.id)
    if (!node && vm.tags[installationTag] !== facts.uid) return []
    const launch = known.launches.get(vm.id) ?? known.launches.get(askedKey(vm.tags.Name, vm.tags[runTag]))
    const isComingUp = launch?.state === 'asked' && !isLeft(facts, launch)
    // With its answer the machine became its node's: one that was made and is not has been taken from it since.
    const isNobodys = !node && !isComingUp && !left.has(vm.id) && !hasEnded(vm)
    const isOrphan = memory.sightings.take(`orphan ${vm.id}`, isNobodys, at)
    if (isNobodys) tellOrphan(findings, vm, isOrphan)
    // One that ends is nobody's business any more.
    if (!node && hasEnded(vm)) return []
    const kind = left.has(vm.id) ? 'not-ended' : isOrphan ? 'orphan' : node && !isComing(node) ? 'node' : 'launching'
    return [instanceOf(findings, facts, reading, { vm, node, launch, kind })]
  })
}

/** Nodes and launches by their machine; a launch that waits for its answer by the tags that it was made with. */
function knownOf({ nodes, launches }: Facts) {
  return {
    nodes: new Map([...nodes.values()].flatMap((node) => (node.instanceId === null ? [] : [[node.instanceId, node]]))),
    launches: new Map(launches.map((one) => [one.vmId ?? askedKey(one.nodeName, `${one.runId}`), one])),
  }
}

/** A space is in no machine's id. */
function askedKey(name = '', run = ''): string {
  return `${run} ${name}`
}

function tellOrphan(findings: Findings, { id, tags, state }: Vm, isSure: boolean): void {
  if (!isSure) {
    findings.notes.set(id, 'No node has it (yet): if the next look still finds it so, it is an orphan.')
    findings.open.add(vmSubject(id))
    return
  }
  const name = tags.Name === undefined ? '' : ` "${tags.Name}"`
  const text = `${id}${name} is ${state} in the name of this tscaler, but no node has it and no run waits for it. Add it as a node, or end it: ${endCommand(id)}`
  findings.notes.set(id, text)
  findings.tell('vm-orphan', vmSubject(id), text)
}

function instanceOf(
  { notes }: Findings,
  { clusters, nodes }: Facts,
  { access }: Reading,
  found: { vm: Vm; node: Node | undefined; launch: Launch | undefined; kind: InstanceKind },
): Instance {
  const { vm, node, launch, kind } = found
  const { id, state, host, type, launchedAt, reason, tags } = vm
  return {
    ...{ id, state, host, type, launchedAt, kind },
    name: tags.Name ?? null,
    region: access.region,
    ec2Profile: named(access.profiles.find((profile) => profile.id === (node ?? launch)?.ec2ProfileId)),
    node: named(node ?? nodes.get(launch?.nodeId ?? 0)),
    cluster: named(clusters.find((one) => (node ? one.id === node.clusterId : one.name === tags.Cluster))),
    note: notes.get(id) ?? reason,
  }
}

function named(one: Named | undefined): Named | null {
  return one ? { id: one.id, name: one.name } : null
}
