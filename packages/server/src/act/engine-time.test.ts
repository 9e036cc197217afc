import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Cluster } from '../model/cluster.ts'
import { FakeClock } from '../model/fake-clock.ts'
import type { Machine } from '../reach/machine.ts'
import { byHand, gate, House, type TestKind, testKind } from './act.fixture.ts'
import { TaskFailed, TaskUnknown } from './action.ts'

let clock: FakeClock
let house: House
let cluster: Cluster

beforeEach(async () => {
  clock = new FakeClock()
  house = await House.open(clock)
  cluster = await house.cluster()
  const node = await house.node('n1', { clusterId: cluster.id })
  house.machines.set(node.id, { status: { state: 'idle', failure: null, retryAt: null, openedAt: null } } as Machine)
})
afterEach(() => house.close())

/** Moves the clock second by second; in between what it woke goes on, as in a process that is not stopped. */
async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 1_000) {
    clock.advance(1_000)
    for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate)
  }
}

async function begin(kind: TestKind, some: Parameters<House['action']>[2] = {}) {
  const process = await house.start([kind])
  const run = await process.admission.admitByHand(
    byHand({ action: await house.action('a', kind.id, some), clusterId: cluster.id }),
  )
  return { process, run }
}

test('another attempt begins after its delay and not before, in another process too', async () => {
  const ran: number[] = []
  const kind = testKind({
    run: async ({ attempt }) => {
      ran.push(attempt)
      if (attempt === 1) throw new TaskFailed('not yet', { retryable: true })
    },
  })
  const { process, run } = await begin(kind, { retries: 1, retryDelayMs: 30_000 })
  await house.until(run.id, ({ tasks }) => tasks[0]?.notBefore === clock.now() + 30_000)
  await pass(20_000)
  await process.engine.close()
  await house.start([kind])
  await pass(9_000)
  expect(ran).toEqual([1])
  await pass(3_000)
  expect((await house.ended(run.id)).run.state).toBe('succeeded')
  expect(ran).toEqual([1, 2])
})

test('a run that waits longer than 5 minutes is told of, until it goes on', async () => {
  const { process, run } = await begin(
    testKind({
      run: async ({ attempt }) => {
        if (attempt === 1) throw new TaskUnknown('the node is gone')
      },
    }),
  )
  const seen = await house.until(run.id, ({ run }) => run.state === 'waiting')
  await pass(298_000)
  expect((await house.store.alerts.list()).map(({ kind }) => kind)).toEqual(['run-unknown'])
  await pass(6_000)
  expect(await house.store.alerts.list()).toMatchObject([
    { kind: 'run-unknown', repeats: 0 },
    {
      kind: 'run-held',
      repeats: 0,
      state: 'open',
      text: `Run ${run.id} has waited for 5 minutes: what became of n1 is not known; say whether it is done.`,
    },
  ])
  await process.answers.resolve({ runId: run.id, taskId: seen.tasks[0]?.id ?? 0, answer: 'done', who: 'olga' })
  await house.ended(run.id)
  expect((await house.store.alerts.list()).map(({ state }) => state)).toEqual(['resolved', 'resolved'])
})

test('a task that nobody settles within 30 minutes fails its run', async () => {
  const { run } = await begin(
    testKind({
      run: async () => {
        throw new TaskUnknown('the node is gone')
      },
    }),
  )
  await house.until(run.id, ({ run }) => run.state === 'waiting')
  clock.step(1_799_000)
  await pass(3_000)
  const seen = await house.ended(run.id)
  expect(seen.tasks).toMatchObject([
    { state: 'failed', error: 'nobody said within 30m what became of it: the node is gone' },
  ])
  expect(seen.run.state).toBe('failed')
})

test('a process that lost its lease stores nothing more; the next one probes', async () => {
  const hold = gate()
  const first = testKind({ run: () => hold.passed })
  const { run } = await begin(first)
  await house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
  // Longer than a lease, with no chance to renew it: a machine that was asleep.
  clock.step(60_000)
  await house.start([
    testKind({ probe: async () => ({ kind: 'failed', text: 'it failed meanwhile', retryable: false }) }),
  ])
  const seen = await house.ended(run.id)
  hold.open()
  await pass(4_000)
  expect(seen.tasks).toMatchObject([{ state: 'failed', error: 'it failed meanwhile' }])
  expect((await house.see(run.id)).tasks).toEqual(seen.tasks)
})

test('an action that does not stop when told to is given up on after 30 seconds', async () => {
  const { run } = await begin(testKind({ run: () => new Promise(() => {}) }), { timeoutMs: 10_000 })
  await house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
  await pass(38_000)
  expect((await house.see(run.id)).tasks[0]?.state).toBe('running')
  await pass(4_000)
  expect((await house.see(run.id)).tasks).toMatchObject([
    { state: 'unknown', error: 'did not stop within 30 s after it was told to' },
  ])
})
