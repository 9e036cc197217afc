import type { Transaction } from '../../keep/store/store.ts'
import { TscalerError } from '../../model/problem.ts'
import { type Cloud, CloudFailure, type Vm } from '../../reach/cloud/cloud.ts'
import { installationTag, runTag } from '../machines/means.ts'
import { accessesInUse } from './accesses.ts'
import { hasEnded } from './compare-launches.ts'
import { isLeft, readFacts } from './facts.ts'
import type { CloudWatchParts } from './parts.ts'

type Parts = Pick<CloudWatchParts, 'store' | 'clouds' | 'vault' | 'clock'>

/** A person waits for the answer. */
const limitMs = 30_000

/**
 * Ends a machine for good, because a person says so: only one that carries this installation's tag, as the cloud has it now, and that no node has
 * and no run waits for. `also` is written in the transaction that finds it so; then the cloud is asked. Throws `not-found`, `in-use`,
 * `wrong-state`, `refused-by-guard`, `cloud-failed`.
 */
export async function endInstance(parts: Parts, vmId: string, also: (tx: Transaction) => Promise<void>): Promise<void> {
  const limit = new AbortController()
  const cancel = parts.clock.after(limitMs, () => limit.abort('timeout'))
  try {
    const { vm, cloud } = await find(parts, vmId, limit.signal)
    await parts.store.transaction(async (tx) => {
      // No run may be admitted, and no red stop pressed, between what is checked here and the intent.
      await tx.lockAdmission()
      await check(tx, vm)
      await also(tx)
    })
    await inWords(cloud.end(vmId, 'terminate', limit.signal))
    const ended = { state: 'ended', error: 'ended by hand', endedAt: parts.clock.now() } as const
    await parts.store.launches.updateWhere({ vmId, state: 'made' }, ended)
  } finally {
    cancel()
  }
}

async function find(parts: Parts, vmId: string, signal: AbortSignal): Promise<{ vm: Vm; cloud: Cloud }> {
  let failure: unknown
  for (const { cloud } of await accessesInUse(parts)) {
    try {
      const vm = await cloud.find(vmId, signal)
      if (vm) return { vm, cloud }
    } catch (thrown) {
      failure = thrown
    }
  }
  if (failure !== undefined) return inWords(Promise.reject(failure))
  throw new TscalerError('not-found', `No cloud that tscaler asks knows ${vmId}. See \`tscaler instances --fresh\`.`)
}

async function check(tx: Transaction, vm: Vm): Promise<void> {
  const { redStopAt } = await tx.installation.get(1)
  if (redStopAt !== null)
    throw new TscalerError('refused-by-guard', 'Everything is stopped, so nothing is ended. Lift the red stop first.')
  const node = await tx.nodes.findOne({ instanceId: vm.id })
  if (node) throw new TscalerError('in-use', `${vm.id} is the machine of node ${node.name}. Remove the node first.`)
  const facts = await readFacts(tx)
  if (vm.tags[installationTag] !== facts.uid) {
    const text = `${vm.id} does not carry the tag ${installationTag}=${facts.uid}, so it is not tscaler's to end. End it in the cloud itself.`
    throw new TscalerError('wrong-state', text)
  }
  if (hasEnded(vm)) throw new TscalerError('wrong-state', `${vm.id} is ${vm.state} already.`)
  const asked = facts.launches.find(
    (launch) =>
      launch.state === 'asked' &&
      launch.nodeName === vm.tags.Name &&
      `${launch.runId}` === vm.tags[runTag] &&
      !isLeft(facts, launch),
  )
  if (asked)
    throw new TscalerError(
      'wrong-state',
      `Run ${asked.runId} is making node ${asked.nodeName} of ${vm.id}. Cancel it instead.`,
    )
}

async function inWords<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking
  } catch (thrown) {
    if (!(thrown instanceof CloudFailure)) throw thrown
    throw new TscalerError('cloud-failed', thrown.message, { retryable: thrown.passes, cause: thrown })
  }
}
