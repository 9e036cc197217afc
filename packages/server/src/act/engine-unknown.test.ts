import { describe, expect, test } from 'vitest'
import { byHand, gate, type TestKind, testKind } from './act.fixture.ts'
import { type Attempt, abortReason, TaskFailed, TaskUnknown } from './action.ts'
import { engineHouse, recording, stopped } from './engine.fixture.ts'

const at = engineHouse()

describe('an outcome that nobody knows', () => {
  const unknowing = () =>
    recording({
      run: async ({ attempt }) => {
        if (attempt === 1) throw new TaskUnknown('the node is gone')
      },
    })

  async function waiting(kind: TestKind) {
    await at.nodes('n1')
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(
      byHand({ action: await at.action('a', { type: kind.id }), clusterId: at.cluster.id }),
    )
    const seen = await at.house.until(run.id, ({ run }) => run.state === 'waiting')
    return { process, run, task: seen.tasks[0]!, seen }
  }

  test('the run waits, tells, gives its cluster back and keeps its node', async () => {
    const grow = { ...unknowing().kind, id: 'deployEc2Node' as const, effect: 'grow' as const }
    const { run, seen } = await waiting(grow)
    expect(seen.run.note).toBe('what became of n1 is not known; say whether it is done')
    expect(seen.tasks).toMatchObject([{ state: 'unknown', error: 'the node is gone' }])
    expect(await at.house.store.alerts.list()).toMatchObject([
      { kind: 'run-unknown', subject: `run:${run.id}`, repeats: 0 },
    ])
    expect(await at.house.store.activeRuns.list()).toEqual([])
    expect(await at.house.store.nodeLocks.list()).toMatchObject([{ runId: run.id }])
  })

  test.each([
    { answer: 'done', state: 'succeeded', attempts: 1 },
    { answer: 'not-done', state: 'succeeded', attempts: 2 },
    { answer: 'stop', state: 'cancelled', attempts: 1 },
  ] as const)('a person says $answer', async ({ answer, state, attempts }) => {
    const { process, run, task } = await waiting(unknowing().kind)
    await process.answers.resolve({ runId: run.id, taskId: task.id, answer, who: 'olga' })
    const seen = await at.house.ended(run.id)
    expect([seen.run.state, seen.tasks[0]?.attempts]).toEqual([state, attempts])
    expect(await at.house.store.nodeLocks.list()).toEqual([])
    expect((await at.house.store.alerts.list()).map((alert) => alert.state)).toEqual(['resolved'])
    await expect(
      process.answers.resolve({ runId: run.id, taskId: task.id, answer, who: 'olga' }),
    ).rejects.toMatchObject({ code: 'wrong-state' })
  })

  test('a run that gave its cluster back waits for another that took it', async () => {
    const { kind } = unknowing()
    const { process, run, task } = await waiting({ ...kind, id: 'deployEc2Node', effect: 'grow' })
    const [other] = [
      await at.house.store.runs.insert({
        ...(await at.house.store.runs.get(run.id)),
        id: 77,
        state: 'awaiting-approval',
      }),
    ]
    await at.house.store.activeRuns.insert({ id: at.cluster.id, runId: other.id })
    await process.answers.resolve({ runId: run.id, taskId: task.id, answer: 'not-done', who: 'olga' })
    const held = await at.house.until(run.id, ({ run }) => run.note?.includes('run 77') ?? false)
    expect(held.run.state).toBe('waiting')
    await at.house.store.activeRuns.remove(at.cluster.id)
    process.queue.tell('stops.changed', {})
    expect((await at.house.ended(run.id)).run.state).toBe('succeeded')
  })
})

describe('several runs and several processes', () => {
  test("another run's task on the same node waits for its lock", async () => {
    await at.nodes('n1')
    const hold = gate()
    const { kind, ran } = recording({ run: ({ run }) => (run.runId === 1 ? hold.passed : Promise.resolve()) })
    const process = await at.house.start([kind])
    const one = await at.action('a')
    const first = await process.admission.admitByHand(byHand({ action: one, clusterId: at.cluster.id }))
    await at.house.until(first.id, ({ tasks }) => tasks[0]?.state === 'running')
    const second = await process.admission.admitByHand(byHand({ action: one, clusterId: at.cluster.id }))
    const held = await at.house.until(second.id, ({ run }) => run.state === 'waiting')
    expect(held.run.note).toBe(`waits for n1: run ${first.id} works on it`)
    expect(ran).toHaveLength(1)
    hold.open()
    expect((await at.house.ended(second.id)).run).toMatchObject({ state: 'succeeded', note: null })
  })

  test('of two processes one drives a run', async () => {
    await at.nodes('n1', 'n2')
    const one = recording()
    const other = recording()
    const [process] = [await at.house.start([one.kind]), await at.house.start([other.kind])]
    const run = await process.admission.admitByHand(byHand({ action: await at.action('a'), clusterId: at.cluster.id }))
    await at.house.ended(run.id)
    expect([one.ran.length + other.ran.length]).toEqual([2])
  })

  test('a process that ends lets go of attempts; the next follows them', async () => {
    await at.nodes('n1')
    let left: unknown
    const first = await at.house.start([
      testKind({
        run: async ({ signal }) => {
          await stopped(signal).catch(() => {})
          left = abortReason(signal)
          throw new TaskFailed('ended', { retryable: false })
        },
      }),
    ])
    const run = await first.admission.admitByHand(byHand({ action: await at.action('a'), clusterId: at.cluster.id }))
    await at.house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
    await first.engine.close()
    expect(left).toBe('leave')
    expect((await at.house.see(run.id)).tasks).toMatchObject([{ state: 'running', attempts: 1 }])
    const resumed = recording({ probe: async () => ({ kind: 'running' }), resume: async ({ log }) => log('followed') })
    await at.house.start([resumed.kind])
    const seen = await at.house.ended(run.id)
    expect(seen).toMatchObject({ run: { state: 'succeeded' }, tasks: [{ state: 'succeeded', attempts: 1 }] })
    expect([resumed.ran, seen.log.at(-1)]).toEqual([[], 'out followed'])
  })

  test.each([
    { probe: { kind: 'done', text: 'it is done' }, state: 'succeeded', task: 'succeeded', attempts: 1 },
    { probe: { kind: 'failed', text: 'it failed', retryable: false }, state: 'failed', task: 'failed', attempts: 1 },
    { probe: { kind: 'not-done' }, state: 'succeeded', task: 'succeeded', attempts: 2 },
    { probe: { kind: 'unknown', text: 'who knows' }, state: 'waiting', task: 'unknown', attempts: 1 },
    { probe: { kind: 'doubtful', text: 'maybe sent' }, state: 'succeeded', task: 'succeeded', attempts: 1 },
  ] as const)('a task that was under way is probed: $probe.kind', async ({ probe, state, task, attempts }) => {
    await at.nodes('n1')
    const first = await at.house.start([testKind({ run: ({ signal }) => stopped(signal) })])
    const run = await first.admission.admitByHand(byHand({ action: await at.action('a'), clusterId: at.cluster.id }))
    await at.house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
    const token = (await at.house.see(run.id)).tasks[0]?.token
    await first.engine.close()
    await at.house.start([testKind({ probe: async () => probe })])
    const seen = await at.house.until(run.id, ({ run }) => run.state === state)
    expect(seen.tasks).toMatchObject([{ state: task, attempts, token }])
  })
})

describe('the log', () => {
  test('secrets are in no row, nor in what is told', async () => {
    await at.nodes('n1')
    const secret = 'hunter2-with-a-tail'
    const told: unknown[] = []
    const kind = testKind({
      run: async ({ log, secrets }) => {
        log(`PASSWORD=${secrets.PASSWORD}`)
        log(Buffer.from(`user:${secrets.PASSWORD}`).toString('base64'), 'err')
        throw new TaskFailed(`login with ${secrets.PASSWORD} refused`, { retryable: false })
      },
    })
    const process = await at.house.start([kind])
    process.queue.listen('log.appended', (message) => told.push(message))
    const one = await at.house.action('a', 'localScript', { secrets: { PASSWORD: secret } })
    const run = await process.admission.admitByHand(byHand({ action: one, clusterId: at.cluster.id }))
    const seen = await at.house.ended(run.id)
    expect(seen.log).toEqual(expect.arrayContaining(['out PASSWORD=•••']))
    expect(seen.tasks[0]?.error).toBe('login with ••• refused')
    const all = `${await at.house.everything()}${JSON.stringify(told)}${process.troubles.join()}`
    expect(all).not.toContain(secret)
    expect(all).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20))
  })

  test('long lines are cut, and a long log ends with a note', async () => {
    await at.nodes('n1')
    const kind = testKind({
      run: async ({ log }) => {
        log('x'.repeat(20_000))
        for (let i = 0; i < 600; i++) log(`${i} ${'y'.repeat(9_990)}`)
      },
    })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ action: await at.action('a'), clusterId: at.cluster.id }))
    const { log } = await at.house.ended(run.id)
    expect(log[1]).toHaveLength('out '.length + 10_000)
    expect(log.at(-1)).toBe('note more than 5000000 bytes: the rest of this log is not kept')
    expect(log.length).toBeLessThan(510)
  })

  test('lines of an attempt that is followed again are stored once', async () => {
    await at.nodes('n1')
    const lines = ({ log }: Attempt, count: number) => {
      for (let i = 1; i <= count; i++) log(`line ${i}`, i % 2 ? 'out' : 'err')
    }
    const first = await at.house.start([
      testKind({
        run: async (attempt) => {
          lines(attempt, 4)
          await stopped(attempt.signal)
        },
      }),
    ])
    const run = await first.admission.admitByHand(byHand({ action: await at.action('a'), clusterId: at.cluster.id }))
    await at.house.until(run.id, ({ log }) => log.length === 5)
    await first.engine.close()
    await at.house.start([
      testKind({ probe: async () => ({ kind: 'running' }), resume: async (attempt) => lines(attempt, 6) }),
    ])
    const { log } = await at.house.ended(run.id)
    expect(log.slice(1)).toEqual(['out line 1', 'err line 2', 'out line 3', 'err line 4', 'out line 5', 'err line 6'])
  })
})
