import { startCloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { defaultInventory } from '@tscaler/rehearsal/cloud/inventory.ts'
import type { Demand } from '@tscaler/rehearsal/cloud/load/load.ts'
import { pretendMachines } from '@tscaler/rehearsal/cloud/machines/pretend.ts'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import type { Asker, Desk } from '../../desk/desk.ts'
import { applyDocument } from '../../desk/document.ts'
import { tell } from '../../keep/queue/topics.ts'
import { TscalerError } from '../../model/problem.ts'
import { endedRunStates, runStates } from '../../model/run.ts'
import { cloudDocument, fleetDocument, type RehearsalCloud, rehearsalName } from './rehearsal-document.ts'

/** A pretend cloud in this process, with a fleet of pretend machines under a load that comes and goes. */
export interface Rehearsal {
  /** What EC2 and both load balancer APIs are asked at in place of AWS. */
  url: string
  /** Writes its configuration; machines of an earlier start are gone with it, so their nodes go too. */
  prepare(desk: Desk): Promise<void>
  /** Deploys the first machine, once runs are driven. */
  begin(desk: Desk): Promise<void>
  close(): Promise<void>
}

const who: Asker = { who: rehearsalName, role: 'admin', userId: null }

/** A machine boots in seconds here: long enough to be seen, short enough to be waited for. */
const times = { pendingMs: 2_000, bootMs: 1_500, consoleMs: 500, shuttingDownMs: 1_500 }

/**
 * Half a minute of quiet; then more than one machine can bear, for two; then quiet again until it all begins anew. A machine leaves only
 * when nothing has grown for ten minutes (the removal's own guard), so a turn takes 20.
 */
const demand: Demand = {
  points: [
    { atMs: 0, total: 1 },
    { atMs: 30_000, total: 1 },
    { atMs: 40_000, total: 6 },
    { atMs: 150_000, total: 6 },
    { atMs: 165_000, total: 1 },
  ],
  repeatMs: 1_200_000,
}

/** Starts the pretend cloud. */
export async function openRehearsal(): Promise<Rehearsal> {
  const key = makeEd25519()
  const keyName = rehearsalName
  const cloud = await startCloud({
    machines: await pretendMachines(),
    times,
    load: { demand, noiseShare: 0.08, seed: 1 },
    inventory: {
      keyPairs: [{ name: keyName, publicKey: key.publicKey }],
      classicBalancers: [{ name: rehearsalName, drainingMs: 3_000, healthyAfterMs: 1_000 }],
    },
  })
  const { region, credentials, user, sshPort } = cloud
  const about: RehearsalCloud = {
    region,
    credentials,
    user,
    sshPort,
    imageId: defaultInventory.images[0]?.id ?? '',
    instanceType: defaultInventory.instanceTypes[0] ?? '',
    keyName,
    privateKey: key.privateKey,
    loadBalancer: rehearsalName,
  }
  return {
    url: cloud.url,
    async prepare(desk) {
      await forgetMachines(desk)
      const isThere = (await desk.store.clusters.count({ name: rehearsalName })) > 0
      await applyDocument(desk, who, { document: isThere ? cloudDocument(about) : fleetDocument(about) })
    },
    begin,
    close: () => cloud.close(),
  }
}

/** They lived in the process before, and what runs were doing to them ended with it. */
async function forgetMachines({ store, queue, clock }: Desk): Promise<void> {
  const profile = await store.ec2Profiles.findOne({ name: rehearsalName })
  if (!profile) return
  await store.transaction(async (tables) => {
    const nodes = await tables.nodes.list({ where: { ec2ProfileId: profile.id } })
    const cluster = await tables.clusters.findOne({ name: rehearsalName })
    if (cluster) {
      const open = runStates.filter((state) => !endedRunStates.includes(state))
      await tables.runs.updateWhere(
        { clusterId: cluster.id, state: open },
        { cancelRequested: true, note: 'cancelled: its pretend cloud ended' },
      )
    }
    for (const { id } of nodes) {
      await tables.nodeLocks.removeWhere({ id })
      await tables.launches.updateWhere(
        { nodeId: id, state: ['asked', 'made'] },
        { state: 'ended', error: 'its pretend cloud ended', endedAt: clock.now() },
      )
      await tables.nodes.remove(id)
    }
  })
  tell(queue, 'config.changed', { who: rehearsalName })
}

async function begin(desk: Desk): Promise<void> {
  const cluster = await desk.store.clusters.findOne({ name: rehearsalName })
  const action = await desk.store.actions.findOne({ name: `${rehearsalName}-deploy` })
  if (!cluster || !action || (await desk.store.nodes.count({ clusterId: cluster.id })) > 0) return
  // By a person's hand, as it were: the first machine is nobody's growth, and no budget is spent on it.
  const request = { trigger: null, action, clusterId: cluster.id, nodeIds: null, forced: false, who: rehearsalName }
  try {
    await desk.runs.admitByHand({ ...request, reason: 'the rehearsal begins' })
  } catch (thrown) {
    // A run of an earlier start still ends; its least size is kept for the cluster afterwards.
    if (!(thrown instanceof TscalerError) || thrown.code !== 'refused-by-guard') throw thrown
  }
}
