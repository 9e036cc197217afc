import { pause } from '../../model/clock.ts'
import type { Node } from '../../model/node.ts'
import { type Attempt, abortReason, type Probe, TaskFailed } from '../action.ts'
import { register } from './balance.ts'
import { firstLogin } from './first-login.ts'
import { launchFor, type Made, seenMs, taskFailure, troubleOf } from './launch.ts'
import type { MachineMeans, Origin } from './means.ts'
import { changeNode, reserveNode } from './node-book.ts'
import { patiently, until } from './patiently.ts'
import { takeBackFailed } from './take-back.ts'

/** What a deployment's node is made with. */
export interface Deployment {
  origin: Origin
  sshProfileId: number
  jvmProfileIds: number[]
  port: number
}

/** For the loop to take up a node that was changed; it takes milliseconds. */
const knownMs = 10_000

/**
 * From nothing to a node that is being configured: a name, a machine, its address, its host key, its first login, its load balancers. All it
 * decides stands in the store before it is done, so that the same call goes on from wherever a crash has left it. When it fails it takes
 * back what it made. Throws `TaskFailed`.
 */
export async function deploy(attempt: Attempt, means: MachineMeans, deployment: Deployment): Promise<void> {
  const { origin } = deployment
  try {
    const node = (await nodeOf(attempt, means)) ?? (await reserve(attempt, means, deployment))
    const launch = await launchFor(attempt, means, origin, node)
    const running = await untilRunning(attempt, means, origin, { launch, node })
    const pinned = await firstLogin(attempt, means, origin, { launch, node: running })
    attempt.log(`${pinned.name} answers over SSH at ${pinned.hostname}`, 'note')
    if (origin.register === 'launch') await register(attempt, origin.balancers, launch.vmId)
    await changeNode(means, pinned.id, { state: 'configuring' })
    await untilKnown(attempt, means, pinned)
  } catch (thrown) {
    if (abortReason(attempt.signal) === 'leave') throw thrown
    throw taskFailure(thrown, await takeBackFailed(attempt, means, origin))
  }
}

/** Whatever became of it: where there is a node the deployment goes on, for every step of it may be done twice. */
export async function probeDeploy(attempt: Attempt, means: MachineMeans): Promise<Probe> {
  return (await nodeOf(attempt, means)) ? { kind: 'running' } : { kind: 'not-done' }
}

async function nodeOf({ taskId }: Attempt, { store }: MachineMeans): Promise<Node | undefined> {
  const { nodeId } = await store.tasks.get(taskId)
  return nodeId === null ? undefined : store.nodes.find(nodeId)
}

async function reserve(attempt: Attempt, means: MachineMeans, deployment: Deployment): Promise<Node> {
  const { origin, ...rest } = deployment
  const { clusterId, clusterName } = await means.store.runs.get(attempt.run.runId)
  if (clusterId === null) throw new TaskFailed('there is no cluster to deploy to: name one', { retryable: false })
  const cluster = { id: clusterId, name: clusterName ?? '' }
  const there = await patiently(attempt, (signal) => origin.cloud.list({ Cluster: cluster.name }, signal))
  const taken = new Set(there.flatMap(({ tags }) => tags.Name ?? []))
  const { ec2ProfileId } = origin
  const node = await reserveNode(means, { ...rest, taskId: attempt.taskId, cluster, ec2ProfileId, taken })
  attempt.log(`the new node is ${node.name}`, 'note')
  return node
}

async function untilRunning(
  attempt: Attempt,
  means: MachineMeans,
  { cloud }: Origin,
  { launch, node }: { launch: Made; node: Node },
): Promise<Node> {
  const since = attempt.clock.monotonic()
  const host = await until(attempt, async () => {
    const vm = await patiently(attempt, (signal) => cloud.find(launch.vmId, signal))
    const trouble = troubleOf(vm, launch.vmId)
    if (trouble !== undefined) throw new TaskFailed(trouble, { retryable: true })
    if (vm?.state === 'running' && vm.host !== null) return vm.host
    if (vm === undefined && attempt.clock.monotonic() - since > seenMs) {
      throw new TaskFailed(`${launch.vmId} is not to be seen ${seenMs / 1_000} s after it was made.`, {
        retryable: true,
      })
    }
    return undefined
  })
  if (node.hostname === host) return node
  attempt.log(`${launch.vmId} runs at ${host}`, 'note')
  return changeNode(means, node.id, { hostname: host })
}

/** Later steps reach the node by its own machine. */
async function untilKnown({ clock, signal }: Attempt, { reach }: MachineMeans, node: Node): Promise<void> {
  const since = clock.monotonic()
  while (!reach.find(node.id)) {
    signal.throwIfAborted()
    if (clock.monotonic() - since > knownMs)
      throw new TaskFailed(`${node.name} was not taken up by the loop within ${knownMs / 1_000} s.`, {
        retryable: true,
      })
    await pause(clock, 5, signal)
  }
}
