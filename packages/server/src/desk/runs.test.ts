import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Run } from '../model/run.ts'
import { findingsOf } from '../wire/findings.ts'
import * as wire from '../wire/runs.ts'
import { admin, openTestDesk, type TestDesk } from './desk.fixture.ts'
import type { Asker } from './desk.ts'
import { applyDocument } from './document.ts'
import type { HandRequest } from './run-desk.ts'
import { execute, listRuns, logOf, orderRun, resolveTask, runOf } from './runs.ts'

let desk: TestDesk
const asked: unknown[] = []
beforeEach(async () => {
  asked.length = 0
  desk = await openTestDesk()
  const document = {
    version: 1,
    counters: [{ name: 'load1', ssh: { script: 'echo 1' }, threshold: '> 4' }],
    clusters: [{ name: 'shop', nodes: [{ name: 'shop01' }, { name: 'shop02' }] }, { name: 'other' }],
    actions: [{ name: 'app', localScript: { script: 'echo' }, secrets: { TOKEN: { value: 'SECRET-TOKEN' } } }],
    triggers: [{ name: 'grow', cluster: 'shop', counters: ['load1'], timing: 5, actions: [{ action: 'app' }] }],
  }
  await applyDocument(desk, admin, { document })
  desk.runs = {
    planOf: async (request) => {
      asked.push(request)
      return { planHash: 'h', trigger: null, cluster: null, steps: [], refusal: null }
    },
    async admitByHand(request, alongside) {
      asked.push(request)
      const run = await write(request)
      await alongside?.(desk.store, run)
      return run
    },
    async cancel(id, _who, alongside) {
      await alongside?.(desk.store, await desk.store.runs.get(id))
      await desk.store.runs.update(id, { cancelRequested: true, state: 'cancelled' })
    },
    retry: async () => {},
    approve: async () => {},
    reject: async () => {},
    async resolve(resolution, alongside) {
      asked.push(resolution)
      await alongside?.(desk.store, await desk.store.runs.get(resolution.runId))
    },
  }
})
afterEach(() => desk.close())

/** A run on two nodes, with a log. */
async function write({ trigger }: Partial<HandRequest>): Promise<Run> {
  const run = await desk.store.runs.insert({
    triggerId: trigger?.id ?? null,
    triggerName: trigger ? 'grow' : null,
    clusterId: 1,
    clusterName: 'shop',
    state: 'running',
    effect: 'none',
    cause: { kind: 'person', text: 'by hand', by: 'admin' },
    planHash: 'h',
    note: null,
    cancelRequested: false,
    createdAt: 0,
    startedAt: 1,
    endedAt: null,
  })
  const action = await desk.store.actions.get(1)
  const step = await desk.store.steps.insert({
    runId: run.id,
    n: 1,
    action,
    type: 'localScript',
    target: 'cluster',
    onFailure: 'stop',
    state: 'running',
    startedAt: 1,
    endedAt: null,
  })
  for (const node of [1, 2]) {
    const task = await desk.store.tasks.insert({
      runId: run.id,
      stepId: step.id,
      n: node,
      nodeId: node,
      nodeName: `shop0${node}`,
      state: 'running',
      attempts: 1,
      token: `t${node}`,
      startedAt: 1,
      endedAt: null,
      error: null,
      notBefore: null,
    } as never)
    await desk.store.logLines.insertMany(
      [1, 2].map((n) => ({ taskId: task.id, at: n, stream: 'out' as const, text: `line ${n} of ${node}` })),
    )
  }
  return run
}

describe('executing by hand', () => {
  test('names or ids of nodes reach the engine as ids; the trail says who and why', async () => {
    const answer = await execute(
      desk,
      admin,
      { trigger: 'grow' },
      { nodes: ['shop02', 1, 'shop02'], force: true, reason: 'big sale' },
    )
    expect(asked).toMatchObject([
      {
        trigger: { id: 1 },
        action: null,
        clusterId: 1,
        nodeIds: [2, 1],
        forced: true,
        reason: 'big sale',
        who: 'admin',
      },
    ])
    expect(answer).toMatchObject({ run: { trigger: { name: 'grow' }, state: 'running' } })
    expect((await desk.store.audit.list()).at(-1)).toMatchObject({
      what: 'execute',
      kind: 'trigger',
      subjectName: 'grow',
      detail: 'run 1, forced: big sale',
    })
  })

  test('a dry run is a plan and nothing else', async () => {
    expect(await execute(desk, admin, { action: 'app' }, { dryRun: true, cluster: 'shop' })).toMatchObject({
      plan: { planHash: 'h' },
    })
    expect(await desk.store.runs.count()).toBe(0)
    expect((await desk.store.audit.list()).map(({ what }) => what)).not.toContain('execute')
  })

  const operator: Asker = { who: 'op', role: 'operator', userId: null }
  test.each([
    { name: 'an operator can not force', who: operator, given: { force: true, reason: 'x' }, code: 'not-allowed' },
    { name: 'forcing needs a reason', who: admin, given: { force: true }, code: 'bad-input' },
    { name: 'a node that is not there', who: admin, given: { nodes: ['shop99'] }, code: 'not-found' },
    { name: 'the cluster of another', who: admin, given: { cluster: 'other' }, code: 'bad-input' },
  ])('$name', async ({ who, given, code }) => {
    await expect(execute(desk, who, { trigger: 'grow' }, given)).rejects.toMatchObject({ code })
    expect(asked).toEqual([])
  })
})

describe('reading', () => {
  test('lists are newest first and narrowed; a run has its tasks, a list has not; secrets of the action are in neither', async () => {
    await write({ trigger: { id: 1 } })
    await write({})
    const { items, next } = await listRuns(desk, { limit: 1 })
    expect([items.map(({ id }) => id), next]).toEqual([[2], '2'])
    expect((await listRuns(desk, { cursor: '2' })).items).toMatchObject([{ id: 1, steps: [{ n: 1, tasks: [] }] }])
    expect((await listRuns(desk, { trigger: 'grow' })).items.map(({ id }) => id)).toEqual([1])
    expect((await listRuns(desk, { state: 'failed' })).items).toEqual([])
    const run = await runOf(desk, 1)
    expect(run.steps[0]?.tasks.map(({ node }) => node?.name)).toEqual(['shop01', 'shop02'])
    expect(findingsOf(wire.Run, run)).toEqual([])
    const sealed = (await desk.store.actions.get(1)).secrets.TOKEN
    expect(JSON.stringify([items, run])).not.toContain(sealed)
  })

  test("a log follows on, of all nodes or one's own, also of a node that is gone", async () => {
    await write({})
    const texts = async (query: object) =>
      (await logOf(desk, { run: 1, step: 1, ...query })).items.map(({ text }) => text)
    expect(await texts({})).toEqual(['line 1 of 1', 'line 2 of 1', 'line 1 of 2', 'line 2 of 2'])
    expect(await texts({ node: 'shop02', after: 3 })).toEqual(['line 2 of 2'])
    await desk.store.nodes.remove(2)
    expect(await texts({ node: 'shop02', limit: 1 })).toEqual(['line 1 of 2'])
    await expect(logOf(desk, { run: 1, step: 7 })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('helping', () => {
  test('what a person does to a run is in the trail', async () => {
    await write({ trigger: { id: 1 } })
    expect(await orderRun(desk, admin, 'cancel', 1)).toMatchObject({ state: 'cancelled' })
    await resolveTask(desk, admin, { runId: 1, taskId: 2, answer: 'done' })
    expect(asked).toEqual([{ runId: 1, taskId: 2, answer: 'done', who: 'admin' }])
    expect((await desk.store.audit.list()).slice(-2)).toMatchObject([
      { what: 'cancel', kind: 'run', subjectName: 'grow #1', detail: 'was running' },
      { what: 'resolve', detail: 'was cancelled, task 2: done' },
    ])
    await expect(orderRun(desk, admin, 'retry', 9)).rejects.toMatchObject({ code: 'not-found' })
  })
})
