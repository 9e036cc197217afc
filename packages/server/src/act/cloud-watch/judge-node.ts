import { isIP } from 'node:net'
import type { Node } from '../../model/node.ts'
import type { Vm } from '../../reach/cloud/cloud.ts'

/** How a node's machine stands. */
export type Judgement =
  /** This look can't tell, or it is too early to. */
  { kind: 'open' } | { kind: 'right' } | { kind: 'wrong'; alert: 'vm-gone' | 'vm-changed'; text: string }

/** What a node is judged by. */
export interface NodeSeen {
  node: Pick<Node, 'name' | 'hostname'>
  vmId: string
  /** undefined: the cloud does not know it. */
  vm: Vm | undefined
  /** Where it is not known: whether that was seen for long enough. */
  isSurelyMissing: boolean
  /** Whether the machine was at the node's address before; taken for granted of a node that the watch took out of service. */
  wasAtAddress: boolean
}

/** Judges a node in service, or one that the watch took out of it. */
export function judgeNode({ node, vmId, vm, isSurelyMissing, wasAtAddress }: NodeSeen): Judgement {
  const { name } = node
  if (vm === undefined)
    return isSurelyMissing ? gone(name, `${vmId}, is not known to the cloud any more`) : { kind: 'open' }
  switch (vm.state) {
    case 'terminated':
    case 'shutting-down':
      return gone(name, `${vmId}, is ${vm.state}${because(vm)}`)
    case 'stopping':
    case 'stopped':
      return changed(
        name,
        `${vmId}, is ${vm.state}${because(vm)}`,
        `Start the machine, and ${name} comes back into service by itself; or remove the node.`,
      )
    case 'pending':
      return { kind: 'open' }
    case 'running':
      return judgeAddress(node, vm, wasAtAddress)
    default:
      return vm.state satisfies never
  }
}

/**
 * A name is never compared, nor an address at which the machine was never seen: an adopted node may be reached at another of its machine's
 * addresses than its profile's, and that is no change.
 */
function judgeAddress({ name, hostname }: NodeSeen['node'], vm: Vm, wasAtAddress: boolean): Judgement {
  if (vm.host === null) return { kind: 'open' }
  if (vm.host === hostname || !wasAtAddress || isIP(hostname) === 0) return { kind: 'right' }
  return changed(
    name,
    `${vm.id}, is at ${vm.host} now, no longer at ${hostname}`,
    `If it is still the right machine, give the node the host name ${vm.host}, and it comes back into service by itself; else remove the node.`,
  )
}

function gone(name: string, what: string): Judgement {
  const text = `The machine of ${name}, ${what}. ${name} is out of service and counts for no min. Remove the node.`
  return { kind: 'wrong', alert: 'vm-gone', text }
}

function changed(name: string, what: string, remedy: string): Judgement {
  const text = `The machine of ${name}, ${what}. ${name} is out of service and counts for no min. ${remedy}`
  return { kind: 'wrong', alert: 'vm-changed', text }
}

/** The cloud's own words, such as a spot interruption's. */
export function because({ reason }: Pick<Vm, 'reason'>): string {
  return reason === null ? '' : ` (${reason.replace(/[.\s]+$/, '')})`
}
