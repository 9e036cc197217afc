import type { Instance } from '@aws-sdk/client-ec2'
import type { Vm, VmState } from '../cloud.ts'
import { WireTrouble } from './wire.ts'

/** An instance as a machine. `account` is its reservation's owner. Throws `WireTrouble` where it has no id or state. */
export function vmOf(instance: Instance, account: string | undefined, address: 'private' | 'public'): Vm {
  const { InstanceId: id, State } = instance
  const state = STATES.find((one) => one === State?.Name)
  if (id === undefined || id === '' || state === undefined) {
    throw new WireTrouble('was answered with a machine without an id or a state', { sent: true, again: true })
  }
  const host = address === 'private' ? instance.PrivateIpAddress : instance.PublicIpAddress
  return {
    id,
    state,
    host: host || null,
    tags: Object.fromEntries((instance.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    account: account || null,
    type: instance.InstanceType || null,
    launchedAt: instance.LaunchTime?.getTime() ?? null,
    reason: reasonOf(instance),
  }
}

const STATES: readonly VmState[] = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated']

/** `Server.SpotInstanceTermination: …` and the like; of a machine that comes up EC2 only repeats the state. */
function reasonOf({ State, StateReason, StateTransitionReason }: Instance): string | null {
  const { Code = '', Message = '' } = StateReason ?? {}
  const text = Message || Code || StateTransitionReason || ''
  if (text === '' || text === State?.Name) return null
  // EC2 begins most messages with the code itself.
  return Code === '' || text.startsWith(Code) ? text : `${Code}: ${text}`
}
