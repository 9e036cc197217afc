import { watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { readSettings } from '../../src/config.ts'
import { Cycle } from '../../src/cycle.ts'
import { listen } from '../../src/keep/queue/topics.ts'
import type { Store } from '../../src/keep/store/store.ts'
import { actionDefaults } from '../../src/model/action.ts'
import { systemClock as clock } from '../../src/model/clock.ts'
import { randomShare } from '../../src/model/ids.ts'
import { endedRunStates } from '../../src/model/run.ts'
import { readFleet } from '../../src/observe/fleet.ts'
import type { NodeSource } from '../../src/observe/source.ts'
import { ssh } from '../../src/observe/ssh/ssh.ts'
import { openReach } from '../../src/reach/reach.ts'
import { effectsOf } from '../../src/start/declared.ts'
import { openAct } from '../../src/start/open-act.ts'
import { openKeep } from '../../src/start/open-keep.ts'

/** One fire, all from the instant in which the source had the sample. */
export interface Reaction {
  /** The run is stored. */
  admittedMs: number
  /** The first task's intent is stored. */
  intendedMs: number
  /** The script's own first doing is seen: a little later than its process began. */
  startedMs: number
}

/** Fires that can be had one after another. */
export interface Reactions {
  next(): Promise<Reaction>
  close(): Promise<void>
}

/** Shorter than people may set, so that a hundred fires are had in a minute. */
const periodMs = 500
/** What takes longer will not come: the run failed to begin, and the log says why. */
const reactionLimitMs = 30_000

/**
 * The product's own parts as it starts them, on a data folder of its own, watching this machine by a script that is always
 * in breach. Samples come one at a time: the others are held back.
 */
export async function startReactions(folder: string): Promise<Reactions> {
  const marks = join(folder, 'started')
  await mkdir(marks)
  const log = pino({ level: 'warn' }, pino.destination(2))
  const settings = readSettings({
    flags: { dataFolder: join(folder, 'data'), port: '0' },
    environment: { TSCALER_SERVER_COMMANDS: 'on' },
  })
  const keep = await openKeep(settings, { stateHome: join(folder, 'state'), home: folder }, { clock, log })
  const localEnv = { HOME: folder, PATH: '/usr/local/bin:/usr/bin:/bin', SHELL: '/bin/sh' }
  const reach = openReach({ clock, random: randomShare, log, localEnv })
  const acting = openAct(settings, { keep, reach, clock, log, agent: null })
  const gate = new Gate()
  const cycle = new Cycle({
    ...keep,
    clock,
    reach,
    jvms: { find: () => undefined },
    sources: { ssh: gate.source },
    serverCommands: true,
    async admit(candidate, outlook) {
      const admitted = await acting.admission.admitFire(candidate, outlook)
      if ('refusal' in admitted) throw new Error(`a fire was refused: ${admitted.refusal.reason}`)
      return { spent: true, at: 'run' in admitted ? admitted.run.createdAt : clock.now() }
    },
    watchers: [],
    trouble: (text) => log.error(text),
  })
  const nodeId = await writeFleet(keep.store, marks)
  const effects = effectsOf(acting.kinds)
  const fleet = await readFleet(keep.store, (type) => effects[type])
  reach.configure([], [nodeId])
  cycle.configure(fleet)
  cycle.observe(fleet)
  const engine = await acting.drive(null)
  let lastRunId = 0
  return {
    async next() {
      const seen = watchRun(keep, marks, lastRunId)
      const beganAt = await gate.letOneIn()
      const { runId, admittedAt, intendedAt, startedAt } = await seen
      lastRunId = runId
      return {
        admittedMs: admittedAt - beganAt,
        intendedMs: intendedAt - beganAt,
        startedMs: startedAt - beganAt,
      }
    },
    async close() {
      cycle.close()
      await engine.close()
      await reach.close()
      await acting.alerts.close()
      await keep.close()
    },
  }
}

/** The source over a shell of this machine; of its samples only those that are asked for get on. */
class Gate {
  #wanted: ((at: number) => void) | undefined

  readonly source: NodeSource = {
    ...ssh,
    collect: async (context) => {
      const samples = await ssh.collect(context)
      const wanted = samples[0]?.kind === 'value' ? this.#wanted : undefined // on a busy machine a round may time out
      if (wanted === undefined) return samples.map(() => undefined)
      this.#wanted = undefined
      wanted(performance.now())
      return samples
    },
  }

  /** When the next sample was there. */
  letOneIn(): Promise<number> {
    return new Promise((resolve) => {
      this.#wanted = resolve
    })
  }
}

/** The instants of the run after `lastRunId`; resolves when it has ended, so that the one after it waits for nothing. */
async function watchRun(
  { queue, store }: Awaited<ReturnType<typeof openKeep>>,
  marks: string,
  lastRunId: number,
): Promise<{ runId: number; admittedAt: number; intendedAt: number; startedAt: number }> {
  const times = { runId: 0, admittedAt: 0, intendedAt: 0, startedAt: 0 }
  const started = new Promise<void>((resolve) => {
    const watcher = watch(marks, (_, name) => {
      if (Number(name) <= lastRunId) return
      times.startedAt = performance.now()
      watcher.close()
      resolve()
    })
  })
  // The end of the run before is told of more than once.
  const stopSteps = listen(queue, 'step.changed', ({ runId }) => {
    if (runId > lastRunId) times.intendedAt ||= performance.now()
  })
  await new Promise<void>((resolve, reject) => {
    const text = `the fire after run ${lastRunId} came to nothing within ${reactionLimitMs / 1_000} s; see above.`
    const cancel = clock.after(reactionLimitMs, () => reject(new Error(text)))
    const stop = listen(queue, 'run.changed', ({ runId }) => {
      if (runId <= lastRunId) return
      times.admittedAt ||= performance.now()
      times.runId = runId
      store.runs.get(runId).then(({ state, note }) => {
        if (!endedRunStates.includes(state)) return
        stop()
        cancel()
        if (state === 'succeeded') resolve()
        else reject(new Error(`run ${runId} ${state}: ${note}`))
      }, reject)
    })
  })
  await started
  stopSteps()
  return times
}

async function writeFleet(store: Store, marks: string): Promise<number> {
  const counter = await store.counters.insert({
    name: 'always',
    source: 'ssh',
    fields: { script: 'echo 9' },
    threshold: { comparison: '>', limit: 4 },
    periodMs,
    unit: '',
    shared: false,
  })
  const cluster = await store.clusters.insert({
    name: 'here',
    min: 0,
    max: null,
    cooldownMs: 0,
    warmUpMs: 0,
    counterIds: [counter.id],
    pausedUntil: null,
  })
  const node = await store.nodes.insert({
    name: 'here',
    clusterId: cluster.id,
    local: true,
    hostname: 'localhost',
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
    inServiceAt: clock.now() - 1,
    pausedUntil: null,
  })
  const action = await store.actions.insert({
    name: 'mark',
    type: 'localScript',
    fields: { script: `: > '${marks}'/"$TSCALER_RUN"` },
    timeoutMs: actionDefaults.timeoutMs,
    retries: 0,
    retryDelayMs: 0,
    secrets: {},
  })
  await store.triggers.insert({
    name: 'react',
    clusterId: cluster.id,
    state: 'on',
    counters: [{ counterId: counter.id, threshold: null }],
    aggregate: null,
    timingMs: 0,
    missing: 'hold',
    actions: [{ actionId: action.id, target: 'node', onFailure: 'stop' }],
    pausedUntil: null,
  })
  return node.id
}
