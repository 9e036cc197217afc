import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Seen } from '../act/cloud-watch/parts.ts'
import { embeddedHistory } from '../keep/history/embedded/embedded.ts'
import type { History } from '../keep/history/history.ts'
import { embeddedQueue } from '../keep/queue/embedded/embedded.ts'
import { listen, tell } from '../keep/queue/topics.ts'
import { embeddedRecent } from '../keep/recent/embedded/embedded.ts'
import { openKeyRing } from '../keep/secrets/key-ring.ts'
import { openVault } from '../keep/secrets/vault.ts'
import { openStore } from '../keep/store/all.ts'
import { FakeClock } from '../model/fake-clock.ts'
import { TscalerError } from '../model/problem.ts'
import type { Clouds } from '../reach/cloud/cloud.ts'
import type { FieldBook, Secrets } from '../wire/convert/show.ts'
import type { Asker, Desk } from './desk.ts'
import { LoginThrottle } from './login-throttle.ts'
import type { OidcDesk } from './oidc.ts'
import type { RunDesk } from './run-desk.ts'
import type { SignInDesk } from './sessions.ts'

/** A desk over a real store in a folder of its own, with a clock that tests move. */
export interface TestDesk extends Desk, SignInDesk, OidcDesk {
  clock: FakeClock
  /** What was told, in order: topics. */
  told: string[]
  close(): Promise<void>
}

export const admin: Asker = { who: 'admin', role: 'admin', userId: null }

export const testFields: FieldBook = {
  sources: {
    ssh: {
      script: { kind: 'text', help: '', optional: true },
      readyMade: { kind: 'text', help: '', optional: true },
    },
    jmx: {
      mbean: { kind: 'text', help: '', optional: true },
      attribute: { kind: 'text', help: '', optional: true },
      key: { kind: 'text', help: '', optional: true },
      over: { kind: 'text', help: '', optional: true },
    },
  },
  actions: {
    deployEc2Node: {
      ec2Profile: { kind: 'reference', help: '', to: 'ec2-profiles', many: false },
      count: { kind: 'number', help: '', min: 1, max: 100, integer: true, default: 1 },
    },
    removeEc2Node: { drain: { kind: 'duration', help: '', minMs: 0, maxMs: 3_600_000, defaultMs: 300_000 } },
    osConfiguration: {
      manifest: { kind: 'text', help: '' },
      modules: { kind: 'file', help: '', optional: true, bytesMax: 8 * 1_048_576 },
    },
    localScript: {
      script: { kind: 'text', help: '' },
      sudo: { kind: 'flag', help: '', default: false },
    },
    distributedScript: { fabfile: { kind: 'text', help: '' } },
    serverCommand: { command: { kind: 'list', help: '', minItems: 1, maxItems: 20 } },
    email: {
      to: { kind: 'list', help: '', minItems: 1, maxItems: 50 },
      title: { kind: 'template', help: '' },
      content: { kind: 'template', help: '', default: '' },
    },
  },
}

/** Opens one; close it afterwards. */
export async function openTestDesk(): Promise<TestDesk> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tscaler-desk-'))
  const clock = new FakeClock()
  const store = await openStore({ url: `sqlite:${path.join(folder, 'tscaler.db')}`, clock })
  const told: string[] = []
  const queue = embeddedQueue({ clock, warn: () => {} })
  for (const topic of topics) listen(queue, topic, () => told.push(topic))
  // Its thread is begun by the few tests that need it.
  let history: History | undefined
  const desk: TestDesk = {
    store,
    clock,
    told,
    queue,
    recent: embeddedRecent(),
    get history() {
      history ??= embeddedHistory({ path: path.join(folder, 'samples.db'), clock, note: () => {} })
      return history
    },
    secrets: testSecrets,
    keyRing: openKeyRing({ text: testKey, ownFile: null }),
    fields: testFields,
    effects: {
      deployEc2Node: 'grow',
      removeEc2Node: 'remove',
      osConfiguration: 'none',
      localScript: 'none',
      distributedScript: 'none',
      serverCommand: 'none',
      deployCommand: 'grow',
      removeCommand: 'remove',
      email: 'none',
      waitUntil: 'none',
      pause: 'none',
    },
    machines: {
      statusOf: () => undefined,
      jvmStatusOf: () => undefined,
      check: async () => ({ ok: true, findings: [] }),
      mbeanNames: async () => [],
      mbean: async (_, name) => ({ name, className: 'Test', description: '', attributes: [] }),
    },
    clouds: noClouds,
    cloudWatch: noCloudWatch,
    runs: noRuns,
    alerts: {
      announce: (ids) => {
        for (const alertId of ids) tell(queue, 'alert.changed', { alertId })
      },
    },
    judge: { stateOf: async () => [], heldBackBy: async () => null },
    version: '0.0.0-test',
    serverCommands: false,
    trouble: () => [],
    measures: () => [],
    passwords: {
      hash: async (password) => `hash of ${password}`,
      verify: async (hash, password) => hash === `hash of ${password}`,
    },
    throttle: new LoginThrottle(clock),
    secondFactor: null,
    oidc: null,
    publicUrl: null,
    async close() {
      await history?.close()
      await queue.close()
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
  return desk
}

/** A vault with a key of its own. */
const testKey = 'k'.repeat(43)
export const testSecrets: Secrets = openVault(testKey)

const topics = ['config.changed', 'stops.changed', 'run.changed', 'alert.changed', 'node.changed'] as const

const noClouds: Clouds = {
  ec2: () => {
    throw new Error('this desk has no clouds')
  },
}

const nothingSeen: Seen = { instances: [], lookedAt: null, trouble: [] }

const noCloudWatch: Desk['cloudWatch'] = { seen: nothingSeen, fresh: async () => nothingSeen, end: refuse }

const noRuns: RunDesk = {
  planOf: refuse,
  admitByHand: refuse,
  cancel: refuse,
  retry: refuse,
  resolve: refuse,
  approve: refuse,
  reject: refuse,
}

async function refuse(): Promise<never> {
  throw new TscalerError('wrong-state', 'no runs here')
}
