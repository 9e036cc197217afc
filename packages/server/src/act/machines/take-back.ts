import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import { messageOf } from '../../model/problem.ts'
import { CloudFailure, type Vm } from '../../reach/cloud/cloud.ts'
import type { Attempt } from '../action.ts'
import { ask, isNo, type Made, seenMs, taskFailure } from './launch.ts'
import type { MachineMeans, Origin } from './means.ts'
import { removeNode } from './node-book.ts'
import { patiently, until } from './patiently.ts'

/**
 * Ends every machine that the task has asked for, and then takes its node away: when this is done neither is there, and nobody has to look.
 * A node in service stays. Doing it again changes nothing. Throws `TaskFailed` where a machine could not be ended: its node is still there then.
 */
export async function takeBack(attempt: Attempt, means: MachineMeans, origin: Origin): Promise<'undone' | 'kept'> {
  try {
    return await takeAllBack(attempt, means, origin)
  } catch (thrown) {
    throw taskFailure(thrown)
  }
}

async function takeAllBack(attempt: Attempt, means: MachineMeans, origin: Origin): Promise<'undone' | 'kept'> {
  const { store } = means
  const { nodeId } = await store.tasks.get(attempt.taskId)
  const node = nodeId === null ? undefined : await store.nodes.find(nodeId)
  if (!node) return 'undone'
  if (node.state === 'in-service') {
    attempt.log(`${node.name} is in service and stays`, 'note')
    return 'kept'
  }
  const open = await store.launches.list({ where: { nodeId: node.id, state: ['asked', 'made'] } })
  for (const launch of open) await endLaunch(attempt, means, origin, { node, launch })
  await removeNode(means, node.id, attempt.clock.now())
  attempt.log(`${node.name} is taken back`, 'note')
  return 'undone'
}

async function endLaunch(
  attempt: Attempt,
  means: MachineMeans,
  origin: Origin,
  { node, launch }: { node: Node; launch: Launch },
): Promise<void> {
  const made = launch.vmId === null ? await settle(attempt, means, origin, launch) : { ...launch, vmId: launch.vmId }
  if (!made) return
  await leaveBalancers(attempt, origin, made.vmId)
  await endSurely(attempt, means, origin, { nodeId: node.id, vmId: made.vmId })
  await means.store.launches.update(launch.id, { state: 'ended', endedAt: attempt.clock.now() })
  attempt.log(`${made.vmId} is ended`, 'note')
}

/**
 * Whether there is a machine of a launch that was asked for and never answered: asked for once more with its token, the cloud says which it
 * is, or that there is none.
 */
async function settle(
  attempt: Attempt,
  means: MachineMeans,
  origin: Origin,
  launch: Launch,
): Promise<Made | undefined> {
  try {
    return await ask(attempt, means, origin, { launch, isRepeat: true })
  } catch (thrown) {
    if (!(thrown instanceof CloudFailure) || !isNo(thrown)) throw thrown
    const error = thrown.message
    await means.store.launches.update(launch.id, { state: 'refused', error, endedAt: attempt.clock.now() })
    return undefined
  }
}

/**
 * Ends the machine, as often as it takes until the cloud itself says that it goes. One that is not known may be too new to be seen, and an
 * order to end it comes to nothing then: that it is gone is believed once it must have been seen.
 */
async function endSurely(
  attempt: Attempt,
  { store }: MachineMeans,
  { cloud, ec2ProfileId }: Origin,
  { nodeId, vmId }: { nodeId: number; vmId: string },
): Promise<void> {
  // A node is changed when its machine is made, and later.
  const { updatedAt } = await store.nodes.get(nodeId)
  await until(attempt, async () => {
    await patiently(attempt, (signal) => cloud.end(vmId, 'terminate', signal))
    const vm = await patiently(attempt, (signal) => cloud.find(vmId, signal))
    if (vm) return isEnded(vm) || undefined
    // Programs have no such delay.
    return ec2ProfileId === null || attempt.clock.now() - updatedAt >= seenMs || undefined
  })
}

/** A load balancer drops an ended machine by itself: that it can't be asked must not keep the machine alive. */
async function leaveBalancers(attempt: Attempt, { balancers }: Origin, vmId: string): Promise<void> {
  for (const balancer of balancers) {
    try {
      await balancer.deregister(vmId, attempt.signal)
    } catch (thrown) {
      attempt.log(`${balancer.name}: ${messageOf(thrown)}`, 'note')
    }
  }
}

/** Until the cloud itself says that it goes. */
export async function untilEnded(
  attempt: Pick<Attempt, 'clock' | 'signal' | 'log'>,
  { cloud }: Pick<Origin, 'cloud'>,
  vmId: string,
): Promise<void> {
  await until(attempt, async () => {
    const vm = await patiently(attempt, (signal) => cloud.find(vmId, signal))
    return vm === undefined || isEnded(vm) || undefined
  })
}

function isEnded({ state }: Vm): boolean {
  return state === 'terminated' || state === 'shutting-down'
}

/** For what is taken back when the attempt's own time is over: less than the 30 s that an attempt has to stop. */
const backMs = 25_000

/** Takes back what a failed attempt has made; gives what is to be added to its failure. Never throws. */
export async function takeBackFailed(attempt: Attempt, means: MachineMeans, origin: Origin): Promise<string> {
  const limit = new AbortController()
  const cancel = attempt.clock.after(backMs, () => limit.abort('timeout'))
  try {
    await takeBack({ ...attempt, signal: limit.signal }, means, origin)
    return ''
  } catch (thrown) {
    return `What it had begun could not be taken back: ${messageOf(thrown)}`
  } finally {
    cancel()
  }
}

/** A node that was made by a task, for messages. */
export function nameOf(node: Pick<Node, 'name' | 'instanceId'>): string {
  return node.instanceId === null ? node.name : `${node.name} (${node.instanceId})`
}
