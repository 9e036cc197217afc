import { randomHex } from '../../model/ids.ts'
import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import { messageOf } from '../../model/problem.ts'
import { CloudFailure, type Order, type Vm } from '../../reach/cloud/cloud.ts'
import { newHostKey } from '../../reach/ssh/new-host-key.ts'
import { type Attempt, TaskFailed } from '../action.ts'
import { installationTag, type MachineMeans, type Origin, type Place, runTag } from './means.ts'
import { changeNode } from './node-book.ts'
import { patiently, until } from './patiently.ts'
import { mergeUserData } from './user-data.ts'

/** A machine that was made is to be seen within this time; a cloud that forgets it later has lost it. */
export const seenMs = 120_000

/** A launch whose machine is there. */
export type Made = Launch & { vmId: string }

/**
 * The machine of a node: the one that was made already, or a new one. Each place is asked with a token of its own, which is stored before;
 * the next only once the last has said no. Throws `TaskFailed` where none has one, `CloudFailure` where the trouble is another.
 */
export async function launchFor(attempt: Attempt, means: MachineMeans, origin: Origin, node: Node): Promise<Made> {
  const before = await means.store.launches.list({ where: { nodeId: node.id } })
  const made = before.find(isMade)
  if (made) return made
  const refusals: string[] = []
  for (const place of origin.places) {
    const asked = before.find((launch) => launch.place === place.text && launch.state === 'asked')
    // A place that has said no in this attempt is not asked again by who goes on with it.
    if (!asked && before.some((launch) => launch.place === place.text && launch.state === 'refused')) continue
    const launch = asked ?? (await writeLaunch(attempt, means, origin, { node, place }))
    try {
      return await ask(attempt, means, origin, { launch, isRepeat: asked !== undefined })
    } catch (thrown) {
      if (!(thrown instanceof CloudFailure)) throw thrown
      if (!isNo(thrown)) throw thrown
      refusals.push(thrown.message)
      attempt.log(`${place.text}: ${thrown.message}`, 'note')
      await means.store.launches.update(launch.id, {
        state: 'refused',
        error: thrown.message,
        endedAt: attempt.clock.now(),
      })
      if (!mayDoElsewhere(thrown)) throw new TaskFailed(thrown.message, { retryable: false, cause: thrown })
    }
  }
  const texts = [
    ...new Set([...before.flatMap(({ state, error }) => (state === 'refused' && error ? [error] : [])), ...refusals]),
  ]
  throw new TaskFailed(`no machine could be had: ${texts.join(' ')}`, { retryable: true })
}

/**
 * Asks for the launch's machine, for the first time or once more (`isRepeat`): its token makes both the same. Throws `CloudFailure`, one
 * that says no only where there is no machine.
 */
export async function ask(
  attempt: Attempt,
  means: MachineMeans,
  { cloud }: Origin,
  { launch, isRepeat }: { launch: Launch; isRepeat: boolean },
): Promise<Made> {
  attempt.log(`asks for ${launch.place} for ${launch.nodeName}`, 'note')
  const vm = await vmOf(attempt, means, cloud, { launch, isRepeat })
  const made = { state: 'made', vmId: vm.id, account: vm.account } as const
  await changeNode(means, launch.nodeId, { instanceId: vm.id, state: 'launching' }, (tx) =>
    tx.launches.update(launch.id, made),
  )
  attempt.log(`${launch.nodeName} is ${vm.id}`, 'note')
  return { ...launch, ...made }
}

/**
 * A no to an order that was sent before says nothing of the first time: rights may be gone since, or a newer version may write it another
 * way. Only looks by its token tell that there is no machine. Throws `CloudFailure`; `doubtful` where it can't be looked.
 */
async function vmOf(
  attempt: Attempt,
  means: MachineMeans,
  cloud: Origin['cloud'],
  { launch, isRepeat }: { launch: Launch; isRepeat: boolean },
): Promise<Vm> {
  let mayBeMade = isRepeat
  try {
    return await patiently(attempt, async (signal) => {
      const asked = cloud.launch(orderOf(means, launch), signal)
      return asked.catch((thrown: unknown) => {
        mayBeMade ||= thrown instanceof CloudFailure && thrown.kind === 'doubtful'
        throw thrown
      })
    })
  } catch (thrown) {
    if (!(thrown instanceof CloudFailure) || !isNo(thrown)) throw thrown
    // Programs know at once what they have made; a cloud looks for capacity only after it has looked for the token.
    const isSure = !mayBeMade || launch.ec2ProfileId === null || mayDoElsewhere(thrown)
    const found = await lookByToken(attempt, cloud, launch.token, isSure ? 0 : seenMs).catch((blind: unknown) => {
      const text = `${thrown.message} Whether it was made before can't be seen: ${messageOf(blind)}`
      throw new CloudFailure('doubtful', text)
    })
    if (!found) throw thrown
    return found
  }
}

/** The token's machine; undefined where none was to be seen for `forMs`. */
async function lookByToken(
  attempt: Attempt,
  cloud: Origin['cloud'],
  token: string,
  forMs: number,
): Promise<Vm | undefined> {
  const since = attempt.clock.monotonic()
  const { vm } = await until(attempt, async () => {
    const [found] = await patiently(attempt, (signal) => cloud.byToken(token, signal))
    return found || attempt.clock.monotonic() - since >= forMs ? { vm: found } : undefined
  })
  return vm
}

function orderOf({ vault }: MachineMeans, launch: Launch): Order {
  return JSON.parse(vault.open(launch.order)) as Order
}

async function writeLaunch(
  { taskId, run, clock }: Attempt,
  { store, vault }: MachineMeans,
  origin: Origin,
  { node, place }: { node: Node; place: Place },
): Promise<Launch> {
  const token = randomHex(16)
  const hostKey = origin.hostKeyFrom === 'user-data' ? newHostKey() : null
  const { uid } = await store.installation.get(1)
  const tags = {
    ...origin.tags,
    Name: node.name,
    Cluster: run.cluster,
    [installationTag]: uid,
    [runTag]: `${run.runId}`,
  }
  const order: Order = { token, tags, userData: mergeUserData(origin.userData, hostKey), shape: place.shape }
  if (hostKey && place.shape === null) order.hostKey = hostKey
  return store.launches.insert({
    taskId,
    runId: run.runId,
    nodeId: node.id,
    nodeName: node.name,
    ec2ProfileId: origin.ec2ProfileId,
    token,
    place: place.text,
    order: vault.seal(JSON.stringify(order)),
    hostKey: hostKey?.publicKey ?? null,
    state: 'asked',
    vmId: null,
    account: null,
    error: null,
    createdAt: clock.now(),
    endedAt: null,
  })
}

/** The cloud has said no: with that token there is no machine. */
export function isNo({ kind }: CloudFailure): boolean {
  return kind !== 'throttled' && kind !== 'unreachable' && kind !== 'doubtful' && kind !== 'broken'
}

function mayDoElsewhere({ kind }: CloudFailure): boolean {
  return kind === 'no-capacity' || kind === 'quota'
}

function isMade(launch: Launch): launch is Made {
  return launch.state === 'made' && launch.vmId !== null
}

/** The machine as the cloud has it, or why it will never run. */
export function troubleOf(vm: Vm | undefined, vmId: string): string | undefined {
  if (vm === undefined || vm.state === 'pending' || vm.state === 'running') return undefined
  return `${vmId} is ${vm.state} instead of starting${vm.reason ? `: ${vm.reason}` : ''}.`
}

/** Any trouble as a failure of the task; what may pass by itself is worth another attempt. `aftermath`: what was done about it, a sentence. */
export function taskFailure(thrown: unknown, aftermath = ''): TaskFailed {
  const retryable = thrown instanceof CloudFailure ? thrown.passes : thrown instanceof TaskFailed && thrown.retryable
  const message = aftermath === '' ? messageOf(thrown) : `${messageOf(thrown)} ${aftermath}`
  return new TaskFailed(message, { retryable, aftermath, cause: thrown })
}
