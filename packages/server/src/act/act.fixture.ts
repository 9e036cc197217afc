import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedQueue } from '../keep/queue/embedded/embedded.ts'
import type { Queue } from '../keep/queue/queue.ts'
import { openVault } from '../keep/secrets/vault.ts'
import { openStore } from '../keep/store/all.ts'
import type { Store } from '../keep/store/store.ts'
import { type Action, type ActionType, actionDefaults } from '../model/action.ts'
import { type Clock, systemClock } from '../model/clock.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Node } from '../model/node.ts'
import { endedRunStates, type Run, type Step, type Task } from '../model/run.ts'
import type { Trigger, TriggerAction } from '../model/trigger.ts'
import type { Machine } from '../reach/machine.ts'
import type { ActionKind } from './action.ts'
import { type Admission, openAdmission } from './admit.ts'
import { type Alerts, openAlerts } from './alerts/alerts.ts'
import { type Answers, openAnswers } from './answers.ts'
import { type Engine, openEngine } from './engine.ts'
import type { Mailer } from './mail/mailer.ts'
import type { EngineParts } from './run/parts.ts'

const vault = openVault('k'.repeat(43))

/** One process of tscaler: what of this room runs in it. */
export interface Process {
  parts: EngineParts
  alerts: Alerts
  admission: Admission
  answers: Answers
  engine: Engine
  queue: Queue
  troubles: string[]
  close(): Promise<void>
}

/** A house with a real store in a folder of its own, and as many processes on it as a test opens. */
export class House {
  readonly store: Store
  readonly clock: Clock
  readonly machines = new Map<number, Machine>()
  readonly #folder: string
  readonly #open: Process[] = []

  private constructor(store: Store, clock: Clock, folder: string) {
    this.store = store
    this.clock = clock
    this.#folder = folder
  }

  static async open(clock: Clock = systemClock): Promise<House> {
    const folder = await mkdtemp(join(tmpdir(), 'tscaler-act-'))
    return new House(await openStore({ url: `sqlite:${join(folder, 'tscaler.db')}`, clock }), clock, folder)
  }

  /** Starts a process with these kinds of actions. `store`: another way to the same store, such as one that crashes. */
  async start(
    kinds: readonly ActionKind[],
    options: { store?: Store; mailer?: Mailer; serverCommands?: boolean; crashes?: boolean } = {},
  ): Promise<Process> {
    const troubles: string[] = []
    const { clock } = this
    const store = options.store ?? this.store
    const queue = embeddedQueue({ clock, warn: (message) => troubles.push(message) })
    const report = (text: string) => troubles.push(text)
    const alerts = openAlerts({ store, queue, clock, mailer: options.mailer ?? null, report })
    const parts: EngineParts = {
      store,
      queue,
      clock,
      vault,
      kinds: new Map(kinds.map((kind) => [kind.id, kind])),
      machines: { find: (nodeId) => this.machines.get(nodeId) },
      alerts,
      serverCommands: options.serverCommands ?? true,
      publicUrl: 'http://tscaler.test',
      blastNodesMax: null,
      report,
    }
    const process: Process = {
      parts,
      alerts,
      queue,
      troubles,
      admission: openAdmission(parts),
      answers: openAnswers(parts),
      engine: await openEngine(parts),
      async close() {
        await process.engine.close()
        await alerts.close()
        await queue.close()
      },
    }
    // One that crashes never ends by itself.
    if (!options.crashes) this.#open.push(process)
    return process
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((process) => process.close()))
    await this.store.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  cluster(some: Partial<Cluster> = {}): Promise<Cluster> {
    return this.store.clusters.insert({
      name: 'shop',
      min: 0,
      max: 100,
      cooldownMs: 0,
      warmUpMs: 0,
      counterIds: [],
      pausedUntil: null,
      ...some,
    })
  }

  node(name: string, some: Partial<Node> = {}): Promise<Node> {
    return this.store.nodes.insert({
      name,
      clusterId: null,
      local: false,
      hostname: `${name}.test`,
      port: 22,
      hostKey: null,
      offeredHostKey: null,
      sshProfileId: null,
      jvmProfileIds: [],
      ec2ProfileId: null,
      instanceId: null,
      protected: false,
      site: null,
      labels: {},
      state: 'in-service',
      inServiceAt: this.clock.now(),
      pausedUntil: null,
      ...some,
    })
  }

  /** An action; secrets are given plain. */
  action(
    name: string,
    type: Action['type'],
    { secrets = {}, ...some }: Partial<Omit<Action, 'secrets'>> & { secrets?: Record<string, string> } = {},
  ): Promise<Action> {
    const { timeoutMs, retries } = actionDefaults
    return this.store.actions.insert({
      name,
      type,
      fields: {},
      timeoutMs,
      retries,
      retryDelayMs: 10,
      secrets: Object.fromEntries(Object.entries(secrets).map(([key, plain]) => [key, vault.seal(plain)])),
      ...some,
    })
  }

  trigger(
    clusterId: number,
    actions: (Partial<TriggerAction> & { actionId: number })[],
    some: Partial<Trigger> = {},
  ): Promise<Trigger> {
    return this.store.triggers.insert({
      name: 'grow',
      clusterId,
      state: 'on',
      counters: [],
      aggregate: 'any',
      timingMs: 0,
      missing: 'hold',
      actions: actions.map((action) => ({ target: 'cluster', onFailure: 'stop', ...action })),
      pausedUntil: null,
      ...some,
    })
  }

  /** The run once it looks like that; fails with what it is instead when it takes too long. */
  async until(runId: number, what: (seen: Seen) => boolean, limitMs = 10_000): Promise<Seen> {
    const giveUpAt = performance.now() + limitMs
    for (;;) {
      const seen = await this.see(runId)
      if (what(seen)) return seen
      if (performance.now() > giveUpAt) throw new Error(`the run stays ${JSON.stringify(seen, null, 1)}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  ended(runId: number, limitMs?: number): Promise<Seen> {
    return this.until(runId, ({ run }) => endedRunStates.includes(run.state), limitMs)
  }

  async see(runId: number): Promise<Seen> {
    const where = { runId }
    const [run, steps, tasks] = [
      await this.store.runs.get(runId),
      await this.store.steps.list({ where }),
      await this.store.tasks.list({ where }),
    ]
    const lines =
      tasks.length === 0 ? [] : await this.store.logLines.list({ where: { taskId: tasks.map(({ id }) => id) } })
    return { run, steps, tasks, log: lines.map(({ stream, text }) => `${stream} ${text}`) }
  }

  /** Everything that the store holds of runs, as text, to look for what must not be there. */
  async everything(): Promise<string> {
    const { runs, steps, tasks, logLines, alerts, verdicts, audit } = this.store
    const rows = [
      runs.list(),
      steps.list(),
      tasks.list(),
      logLines.list(),
      alerts.list(),
      verdicts.list(),
      audit.list(),
    ]
    return JSON.stringify(await Promise.all(rows))
  }
}

export interface Seen {
  run: Run
  steps: Step[]
  tasks: Task[]
  /** `stream text`, in order. */
  log: string[]
}

/** A kind that actions can be saved with. */
export type TestKind = ActionKind & { id: ActionType }

/** A kind of action that succeeds at once and leaves nothing to probe, but for what a test says. */
export function testKind(some: Partial<TestKind> = {}): TestKind {
  return {
    id: 'localScript',
    summary: 'for tests',
    effect: 'none',
    per: 'each',
    onServer: false,
    slow: false,
    fields: {},
    plan: (_, target) => `work on ${target?.name ?? 'nothing'}`,
    run: async () => {},
    probe: async () => ({ kind: 'not-done' }),
    resume: async () => {},
    ...some,
  }
}

/** A promise that a test settles. */
export function gate(): { open: () => void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { open: resolve, passed: promise }
}

/** A request by hand, with what a test does not care about filled in. */
export function byHand(
  some: Partial<Parameters<Admission['admitByHand']>[0]>,
): Parameters<Admission['admitByHand']>[0] {
  return {
    trigger: null,
    action: null,
    clusterId: null,
    nodeIds: null,
    forced: false,
    reason: null,
    who: 'admin',
    ...some,
  }
}
