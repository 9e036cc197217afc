import { cloudOf } from '../act/machines/ec2-origin.ts'
import { installationTag } from '../act/machines/means.ts'
import { TscalerError } from '../model/problem.ts'
import { CloudFailure, type Vm } from '../reach/cloud/cloud.ts'
import type * as wire from '../wire/instances.ts'
import type { Desk } from './desk.ts'
import { ec2Profiles } from './kinds/all.ts'
import { rowOf } from './resources.ts'

/** A cloud that is slow lists a thousand machines in a few seconds; a person waits for the answer. */
const askMs = 30_000

type InstanceDesk = Pick<Desk, 'store' | 'secrets' | 'clouds' | 'clock'>

/**
 * The machines with these tags that the EC2 profile's cloud has now, by name, and which of them are nodes already. Throws `not-found`
 * where there is no such profile, `cloud-failed` where the cloud does not answer, or refuses.
 */
export async function findInstances(
  { store, secrets, clouds, clock }: InstanceDesk,
  { ec2Profile, tags }: wire.FindInstancesBody,
): Promise<wire.FoundInstances> {
  const profile = await rowOf(store, ec2Profiles, `${ec2Profile}`)
  const limit = new AbortController()
  const cancel = clock.after(askMs, () => limit.abort())
  const vms = await inWords(cloudOf({ clouds, vault: secrets }, profile).list(tags, limit.signal))
  cancel()
  const nodes = await store.nodes.list()
  const byInstance = new Map(nodes.map((node) => [node.instanceId, { id: node.id, name: node.name }]))
  const { uid } = await store.installation.get(1)
  const items = vms.map((vm) => instanceAnswer(vm, byInstance.get(vm.id) ?? null, uid))
  return { items: items.sort(byName), installationTag: { key: installationTag, value: uid } }
}

function instanceAnswer({ id, host, tags, state, type }: Vm, node: wire.Instance['node'], uid: string): wire.Instance {
  return { id, host, name: tags.Name || null, tags, state, type, node, isOurs: tags[installationTag] === uid }
}

function byName(a: wire.Instance, b: wire.Instance): number {
  return (a.name ?? '').localeCompare(b.name ?? '', 'en', { numeric: true }) || (a.id < b.id ? -1 : 1)
}

async function inWords<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking
  } catch (thrown) {
    if (!(thrown instanceof CloudFailure)) throw thrown
    throw new TscalerError('cloud-failed', thrown.message, { retryable: thrown.passes, cause: thrown })
  }
}
