import { describe, expect, test } from 'vitest'
import type { Machine } from '../reach/machine.ts'
import { byHand, gate, testKind } from './act.fixture.ts'
import { TaskFailed } from './action.ts'
import { engineHouse, recording } from './engine.fixture.ts'

const at = engineHouse()

describe('steps and tasks', () => {
  test('steps run strictly in order, and the run succeeds', async () => {
    await at.nodes('shop01', 'shop02')
    const { kind, ran } = recording()
    const made = await at.trigger({ actionId: (await at.action('one')).id }, { actionId: (await at.action('two')).id })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    const seen = await at.house.ended(run.id)
    expect(seen.run).toMatchObject({
      state: 'succeeded',
      note: null,
      startedAt: expect.any(Number),
      endedAt: expect.any(Number),
    })
    expect(seen.steps.map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
    expect(ran).toEqual(['1 shop01 1', '1 shop02 1', '2 shop01 1', '2 shop02 1'])
    expect(await at.house.store.nodeLocks.list()).toEqual([])
  })

  test('tasks run side by side up to the limit', async () => {
    await at.nodes('n1', 'n2', 'n3', 'n4', 'n5')
    let [under, most] = [0, 0]
    const full = gate()
    const kind = testKind({
      async run() {
        under++
        most = Math.max(most, under)
        if (under === 3) full.open()
        await full.passed
        await new Promise(setImmediate)
        under--
      },
    })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(
      byHand({
        action: await at.action('a', { fields: { parallel: 3, stopAfterFailures: 1 } }),
        clusterId: at.cluster.id,
      }),
    )
    expect((await at.house.ended(run.id)).run.state).toBe('succeeded')
    expect(most).toBe(3)
  })

  test('after so many failures no other task begins', async () => {
    await at.nodes('n1', 'n2', 'n3')
    const { kind, ran } = recording({
      run: async () => {
        throw new TaskFailed('no', { retryable: false })
      },
    })
    const process = await at.house.start([kind])
    const one = await at.action('a', { fields: { parallel: 1, stopAfterFailures: 2 } })
    const run = await process.admission.admitByHand(byHand({ action: one, clusterId: at.cluster.id }))
    const seen = await at.house.ended(run.id)
    expect(seen.run).toMatchObject({ state: 'failed', note: 'step 1 (a) failed: n1: no (and 1 more)' })
    expect(seen.tasks.map(({ state }) => state)).toEqual(['failed', 'failed', 'skipped'])
    expect(seen.tasks[2]?.error).toBe('not begun: 2 tasks have failed, and the step stops after 2')
    expect(ran).toHaveLength(2)
    expect(await at.house.store.alerts.list()).toMatchObject([
      { kind: 'run-failed', subject: `run:${run.id}`, state: 'open' },
    ])
  })

  test('what a cluster leaves out when the step begins is skipped with its reason', async () => {
    const [, second] = await at.nodes('n1', 'n2')
    const hold = gate()
    const { kind } = recording({ run: ({ step }) => (step === 1 ? hold.passed : Promise.resolve()) })
    const made = await at.trigger({ actionId: (await at.action('one')).id }, { actionId: (await at.action('two')).id })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await at.house.until(run.id, ({ tasks }) => tasks.filter(({ state }) => state === 'running').length === 2)
    await at.house.store.nodes.update(second!.id, { state: 'draining' })
    await at.nodes('n3')
    hold.open()
    const seen = await at.house.ended(run.id)
    expect(seen.tasks.filter(({ stepId }) => stepId === seen.steps[1]?.id)).toMatchObject([
      { nodeName: 'n1', state: 'succeeded' },
      { nodeName: 'n2', state: 'skipped', error: 'left out: n2 is draining' },
      { nodeName: 'n3', state: 'succeeded' },
    ])
  })

  test('LASTNODE is the node that an earlier step deployed, and CLUSTER includes it', async () => {
    await at.nodes('shop01')
    const deploy = testKind({
      id: 'deployEc2Node',
      effect: 'grow',
      per: 'once',
      async run({ taskId }) {
        const node = await at.house.node('shop02', { clusterId: at.cluster.id, state: 'configuring' })
        at.house.machines.set(node.id, at.house.machines.values().next().value as Machine)
        await at.house.store.tasks.update(taskId, { nodeId: node.id, nodeName: node.name })
      },
    })
    const given: string[] = []
    const { kind, ran } = recording({ run: async ({ run }) => void given.push(run.newNode) })
    const app = await at.action('app')
    const made = await at.trigger(
      { actionId: (await at.action('new', { type: 'deployEc2Node' })).id },
      { actionId: app.id, target: 'last-node' },
      { actionId: app.id },
    )
    const process = await at.house.start([deploy, kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    expect((await at.house.see(run.id)).run.effect).toBe('grow')
    expect((await at.house.ended(run.id)).run).toMatchObject({ state: 'succeeded' })
    expect(ran).toEqual(['2 shop02 1', '3 shop01 1', '3 shop02 1'])
    expect(given).toEqual(['shop02', 'shop02', 'shop02'])
    expect(await at.house.store.activeRuns.list()).toEqual([])
  })
})
