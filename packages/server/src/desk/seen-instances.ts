import type { Instance } from '../act/cloud-watch/instance.ts'
import { instantOrNull } from '../wire/convert/show.ts'
import type * as wire from '../wire/seen-instances.ts'
import { audit } from './audit.ts'
import type { Asker, Desk } from './desk.ts'

/** The machines in the clouds as the last look saw them, by region and name; with `fresh` after a look that is done now. */
export async function seenInstances(
  { cloudWatch }: Pick<Desk, 'cloudWatch'>,
  { fresh }: { fresh: boolean },
): Promise<wire.SeenInstances> {
  const { instances, lookedAt, trouble } = fresh ? await cloudWatch.fresh() : cloudWatch.seen
  const items = instances.map(instanceAnswer).sort(byPlace)
  return { items, lookedAt: instantOrNull(lookedAt), trouble: [...trouble] }
}

/** Ends a machine that no node has. The audit trail is written before the cloud is asked: what can't be taken back is never without its line. */
export async function endInstance(
  { cloudWatch, clock }: Pick<Desk, 'cloudWatch' | 'clock'>,
  asker: Asker,
  { vmId, reason }: { vmId: string; reason: string },
): Promise<void> {
  await cloudWatch.end(vmId, (tx) =>
    audit(tx, asker, { at: clock.now(), what: 'end', kind: 'instance', detail: `${vmId}: ${reason}` }),
  )
}

function instanceAnswer({ launchedAt, ...instance }: Instance): wire.SeenInstance {
  return { ...instance, launchedAt: instantOrNull(launchedAt) }
}

function byPlace(a: wire.SeenInstance, b: wire.SeenInstance): number {
  const text = ({ region, name, id }: wire.SeenInstance) => `${region} ${name ?? ''} ${id}`
  return text(a).localeCompare(text(b), 'en', { numeric: true })
}
