import { formatDuration } from '../../model/duration.ts'
import type { Node } from '../../model/node.ts'
import { messageOf } from '../../model/problem.ts'
import { type Balancer, CloudFailure, type Vm } from '../../reach/cloud/cloud.ts'
import { type Attempt, abortReason, type Probe, TaskFailed } from '../action.ts'
import { register } from './balance.ts'
import { isNo, taskFailure } from './launch.ts'
import { installationTag, type MachineMeans, type Origin } from './means.ts'
import { changeNode, removeNode } from './node-book.ts'
import { patiently, until } from './patiently.ts'
import { untilEnded } from './take-back.ts'

/** How a node's machine is taken away. */
export interface Removal {
  cloud: Origin['cloud']
  balancers: readonly Balancer[]
  /** How long open connections may take to end. */
  drainMs: number
  mode: 'terminate' | 'stop'
}

/** Fewer machines than this that are sent requests is no load balancing: the last one is not taken away. */
const healthyMin = 1

/**
 * From a node in service to none: it drains, leaves its load balancers, its machine is ended, its row goes. Only a machine that carries
 * tscaler's own tags is ended, and only once the load balancers say that it is out of them. What fails before that puts it back. The same
 * call goes on from wherever a crash has left it. Throws `TaskFailed`.
 */
export async function removeMachine(
  attempt: Attempt,
  means: MachineMeans,
  node: Node,
  removal: Removal,
): Promise<void> {
  let isEnding = false
  try {
    const vm = await nameable(attempt, means, removal, node)
    if (vm) await checkBalancers(attempt, removal, vm.id)
    if (node.state !== 'draining') await changeNode(means, node.id, { state: 'draining' })
    if (vm) {
      await drain(attempt, removal, vm.id)
      isEnding = true
      await end(attempt, removal, vm.id)
    }
    await forgetNode(attempt, means, removal, node)
  } catch (thrown) {
    if (abortReason(attempt.signal) === 'leave') throw thrown
    if (!isEnding || (thrown instanceof CloudFailure && isNo(thrown)))
      throw taskFailure(thrown, await putBack(attempt, means, removal, node))
    const left = await finish(attempt, means, removal, node)
    if (left !== undefined) throw taskFailure(thrown, left)
  }
}

export async function probeRemoval({ node }: Attempt, { store }: MachineMeans): Promise<Probe> {
  const row = node === null ? undefined : await store.nodes.find(node.id)
  if (!row) return { kind: 'done', text: `${node?.name ?? 'the node'} is gone` }
  return row.state === 'draining' ? { kind: 'running' } : { kind: 'not-done' }
}

/** The node's machine, if it is certainly the one that tscaler made for it; undefined: the cloud has it no more. */
async function nameable(
  attempt: Attempt,
  { store }: MachineMeans,
  { cloud }: Removal,
  node: Node,
): Promise<Vm | undefined> {
  const { instanceId: vmId } = node
  if (vmId === null) throw refused(`${node.name} has no instance: remove it by hand.`)
  if (node.protected) throw refused(`${node.name} is protected: lift that first.`)
  if (node.state !== 'in-service' && node.state !== 'draining')
    throw refused(`${node.name} is ${node.state}, not in service: remove it by hand.`)
  const vm = await patiently(attempt, (signal) => cloud.find(vmId, signal))
  if (vm === undefined || vm.state === 'terminated' || vm.state === 'shutting-down') {
    attempt.log(`${vmId} is not there any more`, 'note')
    return undefined
  }
  const { uid } = await store.installation.get(1)
  const launch = await store.launches.findOne({ vmId })
  const isOurs = vm.tags[installationTag] === uid && vm.tags.Name === node.name
  if (!isOurs || (launch && launch.account !== vm.account)) {
    const message = `${vmId} does not carry the tags ${installationTag}=${uid} and Name=${node.name}, so tscaler can't tell that it is ${node.name}, and leaves it alone. Tag it, or remove it by hand.`
    throw refused(message)
  }
  return vm
}

async function checkBalancers(attempt: Attempt, { balancers }: Removal, vmId: string): Promise<void> {
  for (const balancer of balancers) {
    const states = await patiently(attempt, (signal) => balancer.health(signal))
    // One that is out of it already is missed by nobody.
    if (states.get(vmId)?.health !== 'in-service') continue
    const others = [...states].filter(([id, { health }]) => id !== vmId && health === 'in-service').length
    if (others >= healthyMin) continue
    throw refused(`${balancer.name} would be left with ${others} healthy machines without ${vmId}.`)
  }
}

/** A machine that still has connections when the time is over has had it: it is sent no new ones. */
async function drain(attempt: Attempt, { balancers, drainMs }: Removal, vmId: string): Promise<void> {
  const since = attempt.clock.monotonic()
  for (const balancer of balancers) {
    await patiently(attempt, (signal) => balancer.deregister(vmId, signal))
    attempt.log(`${vmId} leaves ${balancer.name}`, 'note')
  }
  for (const balancer of balancers) {
    const left = await until(attempt, async () => {
      const state = (await patiently(attempt, (signal) => balancer.health(signal))).get(vmId)?.health ?? 'absent'
      if (state === 'absent') return 'out of'
      const isLate = attempt.clock.monotonic() - since > drainMs
      if (!isLate) return undefined
      if (state === 'draining') return `cut off from ${formatDuration(drainMs)} of draining in`
      throw new TaskFailed(`${balancer.name} still has ${vmId} (${state}) after ${formatDuration(drainMs)}.`, {
        retryable: true,
      })
    })
    attempt.log(`${vmId} is ${left} ${balancer.name}`, 'note')
  }
}

async function end(attempt: Attempt, { cloud, mode }: Removal, vmId: string): Promise<void> {
  await patiently(attempt, (signal) => cloud.end(vmId, mode, signal))
  if (mode === 'terminate') await untilEnded(attempt, { cloud }, vmId)
  attempt.log(`${vmId} is ${mode === 'stop' ? 'told to stop' : 'ended'}`, 'note')
}

async function forgetNode({ clock, log }: Attempt, means: MachineMeans, { mode }: Removal, node: Node): Promise<void> {
  if (mode === 'stop') {
    await changeNode(means, node.id, { state: 'out-of-service' })
    return log(`${node.name} is out of service; its machine is stopped`, 'note')
  }
  await removeNode(means, node.id, clock.now(), (tx) =>
    tx.launches.updateWhere({ nodeId: node.id, state: 'made' }, { state: 'ended', endedAt: clock.now() }),
  )
  log(`${node.name} is gone`, 'note')
}

/** For what is finished or put back when the attempt's own time is over: less than the 30 s that an attempt has to stop. */
const backMs = 20_000

/** A machine that was told to end is no node any more, whoever cancels that; gives what is to be added to the failure where it can't be done. */
async function finish(
  attempt: Attempt,
  means: MachineMeans,
  removal: Removal,
  node: Node,
): Promise<string | undefined> {
  const limit = new AbortController()
  const cancel = attempt.clock.after(backMs, () => limit.abort('timeout'))
  try {
    if (node.instanceId !== null) await end({ ...attempt, signal: limit.signal }, removal, node.instanceId)
    await forgetNode(attempt, means, removal, node)
    return undefined
  } catch (thrown) {
    return `Whether the machine of ${node.name} has ended is not known (${messageOf(thrown)}): try the run again.`
  } finally {
    cancel()
  }
}

/**
 * The node works on as before, whether or not its load balancers take it back: as one in service it is watched, told of and may be removed,
 * while nobody would ever look at one that drains. Gives what is to be added to the failure. Never throws.
 */
async function putBack(attempt: Attempt, means: MachineMeans, { balancers }: Removal, node: Node): Promise<string> {
  const limit = new AbortController()
  const cancel = attempt.clock.after(backMs, () => limit.abort('timeout'))
  try {
    const row = await means.store.nodes.find(node.id)
    if (row?.state !== 'draining') return ''
    const { instanceId: vmId } = row
    const waiting = { ...attempt, signal: limit.signal }
    const refusals = vmId === null ? [] : await refusalsOf(balancers.map((one) => register(waiting, [one], vmId)))
    await changeNode(means, row.id, { state: 'in-service' })
    if (refusals.length === 0) return `${row.name} is in service again.`
    const advice = 'register it by hand, or remove it'
    return `${row.name} is in service again, but not in all of its load balancers; ${advice}: ${refusals.join(' ')}`
  } catch (thrown) {
    return `${node.name} could not be put back: ${messageOf(thrown)}`
  } finally {
    cancel()
  }
}

async function refusalsOf(works: readonly Promise<void>[]): Promise<string[]> {
  const settled = await Promise.allSettled(works)
  return settled.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []))
}

function refused(message: string): TaskFailed {
  return new TaskFailed(message, { retryable: false })
}
