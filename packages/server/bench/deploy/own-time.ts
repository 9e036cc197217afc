import { join } from 'node:path'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { pino } from 'pino'
import { actionKinds } from '../../src/act/actions/all.ts'
import { openAdmission } from '../../src/act/admit.ts'
import { openAlerts } from '../../src/act/alerts/alerts.ts'
import { openEngine } from '../../src/act/engine.ts'
import { readSettings } from '../../src/config.ts'
import { applyDocument } from '../../src/desk/document.ts'
import { listen } from '../../src/keep/queue/topics.ts'
import { systemClock as clock } from '../../src/model/clock.ts'
import { endedRunStates } from '../../src/model/run.ts'
import { accessOf } from '../../src/observe/fleet.ts'
import { effectsOf, fieldBook } from '../../src/start/declared.ts'
import { type Keep, openKeep } from '../../src/start/open-keep.ts'
import { instantCloud, instantMachine, instantMailer } from './instant-others.ts'
import { sevenSteps } from './seven-steps.ts'

/** One run, from the instant in which it was asked for. */
export interface Length {
  wholeMs: number
  /** Its first step, by the store's clock. */
  firstMs: number
}

/** Runs that can be had one after another. */
export interface OwnTime {
  run(trigger: 'grow' | 'shrink'): Promise<Length>
  close(): Promise<void>
}

/**
 * The product's admission, engine and actions on a data folder of its own; the cloud, the machines and the mail server are played by what
 * answers at once. The loop is not there: a machine counts as known as soon as it is asked for.
 */
export async function startOwnTime(folder: string): Promise<OwnTime> {
  const log = pino({ level: 'warn' }, pino.destination(2))
  const flags = { dataFolder: join(folder, 'data'), port: '0' }
  const settings = readSettings({ flags, environment: {} })
  const keep = await openKeep(settings, { stateHome: join(folder, 'state'), home: folder }, { clock, log })
  const { store, queue, vault, recent } = keep
  const cloud = instantCloud()
  const machines = { find: () => instantMachine(), visit: () => instantMachine() }
  const alerts = openAlerts({ store, queue, clock, mailer: null, report: (text) => log.error(text) })
  const kinds = actionKinds({
    ...{ store, queue, vault, recent, reach: machines, server: null, programs: null, mailer: instantMailer },
    clouds: { ec2: () => cloud },
    accessOf: (nodeId) => accessOf(store, vault, null, nodeId),
  })
  const shared = { store, queue, clock, vault, kinds, machines, blastNodesMax: null, serverCommands: false, alerts }
  const admission = openAdmission(shared)
  const desk = { ...keep, clock, secrets: vault, fields: fieldBook(kinds), effects: effectsOf(kinds) }
  const profile = { region: 'bench', imageId: 'ami-0', instanceTypes: ['t3.micro'], targetGroups: [arn] }
  const document = sevenSteps(profile, { user: 'bench', privateKey: makeEd25519().privateKey, port: 22 })
  await applyDocument(desk, { who: 'bench', role: 'admin', userId: null }, { document })
  const engine = await openEngine({ ...shared, publicUrl: null, report: (text) => log.error(text) })
  return {
    async run(trigger) {
      const { id } = (await store.triggers.findOne({ name: trigger })) ?? { id: 0 }
      const beganAt = performance.now()
      const asked = await admission.admitByHand({
        ...{ trigger: { id }, action: null, clusterId: null, nodeIds: null, forced: false, reason: null },
        who: 'bench',
      })
      await ended(keep, asked.id)
      const wholeMs = performance.now() - beganAt
      const [first] = await store.steps.list({ where: { runId: asked.id, n: 1 } })
      return { wholeMs, firstMs: (first?.endedAt ?? Number.NaN) - (first?.startedAt ?? Number.NaN) }
    },
    async close() {
      await engine.close()
      await alerts.close()
      await keep.close()
    },
  }
}

const arn = 'arn:aws:elasticloadbalancing:bench:1:targetgroup/shop/1'

/** Resolves once the run has ended well. */
function ended({ queue, store }: Keep, runId: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = async () => {
      const { state, note } = await store.runs.get(runId)
      if (!endedRunStates.includes(state)) return
      stop()
      if (state === 'succeeded') resolve()
      else reject(new Error(`run ${runId} ${state}: ${note}`))
    }
    const stop = listen(queue, 'run.changed', (changed) => {
      if (changed.runId === runId) look().catch(reject)
    })
    look().catch(reject)
  })
}
