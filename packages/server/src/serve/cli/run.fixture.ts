import type { RunDesk } from '../../desk/run-desk.ts'
import { tell } from '../../keep/queue/topics.ts'
import { TscalerError } from '../../model/problem.ts'
import { endedRunStates, type LogLine, type Run, type RunState } from '../../model/run.ts'
import type { ServedCli } from './cli.fixture.ts'

/** A shop of two nodes, with a trigger of one action. */
export const shopFile = `version: 1
counters:
  - { name: load1, ssh: { script: "cut -d' ' -f1 /proc/loadavg" }, threshold: "> 4", unit: jobs }
clusters:
  - name: shop
    counters: [load1]
    nodes: [{ name: shop01, hostname: 10.0.0.11 }, { name: shop02, hostname: 10.0.0.12 }]
actions:
  - { name: app, localScript: { script: "echo hello" } }
triggers:
  - { name: grow, cluster: shop, counters: [load1], timing: 5, actions: [{ action: app }] }
`

/** Applies the shop. */
export async function openShop(cli: ServedCli): Promise<void> {
  const { code, stderr } = await cli.run('apply -f - --yes', { stdin: shopFile })
  if (code !== 0) throw new Error(stderr)
}

/** The runs' engine as far as commands see it: writes a run on both nodes, and does as it is told. */
export interface TestRuns {
  asked: unknown[]
  /** Sets the state of a run, of its step and tasks, and tells it. */
  set(state: RunState, note?: string): Promise<void>
  /** Appends a line to the log of the n-th node. */
  log(nodeId: number, text: string, stream?: LogLine['stream']): Promise<void>
}

/** Lets the desk of `cli` run what it is asked. */
export function openRuns({ desk }: ServedCli, { refuse }: { refuse?: string } = {}): TestRuns {
  const asked: unknown[] = []
  const { store, queue, clock } = desk
  let runId = 0
  const note = (order: string) => async (id: number) => void asked.push([order, id])
  const runs: RunDesk = {
    async planOf(request, options) {
      asked.push(request)
      const [action] = await store.actions.list()
      const ref = { id: action?.id ?? 0, name: action?.name ?? '' }
      const node = { id: 1, name: 'shop01' }
      const preview = options?.preview ? { preview: ['would change File[/etc/a]', 'would refresh Service[a]'] } : {}
      const tasks = [{ node, text: 'run echo hello on shop01', ...preview }]
      const leftOut = [{ node: { id: 2, name: 'shop02' }, reason: 'it is draining' }]
      const until = new Date(clock.now() + 300_000).toISOString()
      return {
        planHash: 'h',
        trigger: { id: 1, name: 'grow' },
        cluster: { id: 1, name: 'shop' },
        steps: [{ n: 1, action: ref, type: 'localScript', target: 'cluster', onFailure: 'stop', tasks, leftOut }],
        refusal: refuse === undefined ? null : { guard: 'red-stop', reason: refuse, until },
      }
    },
    async admitByHand(request) {
      asked.push(request)
      if (refuse !== undefined) throw new TscalerError('refused-by-guard', refuse)
      const run = await writeRun(desk)
      runId = run.id
      return run
    },
    cancel: note('cancel'),
    retry: note('retry'),
    approve: note('approve'),
    reject: note('reject'),
    resolve: async (resolution) => void asked.push(resolution),
  }
  desk.runs = runs
  return {
    asked,
    async set(state, note) {
      const endedAt = endedRunStates.includes(state) ? clock.now() : null
      await store.runs.update(runId, { state, note: note ?? null, endedAt })
      const inner = state === 'succeeded' || state === 'failed' ? state : 'running'
      for (const step of await store.steps.list({ where: { runId } }))
        await store.steps.update(step.id, { state: inner, endedAt })
      for (const task of await store.tasks.list({ where: { runId } }))
        await store.tasks.update(task.id, { state: inner, endedAt })
      tell(queue, 'run.changed', { runId })
      // The live feed gathers changes for a quarter of a second.
      clock.advance(250)
    },
    async log(nodeId, text, stream = 'out') {
      const task = (await store.tasks.list({ where: { runId } })).find((one) => one.nodeId === nodeId)
      if (!task) throw new Error(`no task on node ${nodeId}`)
      await store.logLines.insertMany([{ taskId: task.id, at: clock.now(), stream, text }])
      const lines = (await store.logLines.list({ where: { taskId: task.id } })).slice(-1)
      tell(queue, 'log.appended', { runId, n: 1, taskId: task.id, nodeId, lines })
    },
  }
}

async function writeRun({ store, clock }: ServedCli['desk']): Promise<Run> {
  const now = clock.now()
  const run = await store.runs.insert({
    triggerId: 1,
    triggerName: 'grow',
    clusterId: 1,
    clusterName: 'shop',
    state: 'running',
    effect: 'none',
    cause: { kind: 'person', text: 'started by hand', by: 'admin' },
    planHash: 'h',
    note: null,
    cancelRequested: false,
    createdAt: now,
    startedAt: now,
    endedAt: null,
  })
  const action = await store.actions.get(1)
  const times = { startedAt: now, endedAt: null }
  const own = {
    runId: run.id,
    n: 1,
    type: 'localScript',
    target: 'cluster',
    onFailure: 'stop',
    state: 'running',
  } as const
  const step = await store.steps.insert({ ...own, action, ...times })
  for (const nodeId of [1, 2]) {
    const task = {
      runId: run.id,
      stepId: step.id,
      n: nodeId,
      nodeId,
      nodeName: `shop0${nodeId}`,
      state: 'running',
    } as const
    await store.tasks.insert({ ...task, attempts: 1, token: `t${nodeId}`, ...times, error: null, notBefore: null })
  }
  return run
}
