import { describe, expect, test } from 'vitest'
import { byHand, gate, testKind } from './act.fixture.ts'
import { abortReason, TaskFailed } from './action.ts'
import { engineHouse, recording, stopped } from './engine.fixture.ts'

const at = engineHouse()

describe('failures', () => {
  test.each([
    {
      name: 'a retryable failure is tried again, as often as the action says',
      retryable: true,
      retries: 2,
      attempts: 3,
    },
    { name: 'one that is not retryable is not', retryable: false, retries: 2, attempts: 1 },
    { name: 'without retries there is one attempt', retryable: true, retries: 0, attempts: 1 },
  ])('$name', async ({ retryable, retries, attempts }) => {
    await at.nodes('n1')
    const tokens = new Set<string>()
    const kind = testKind({
      run: async ({ token }) => {
        tokens.add(token)
        throw new TaskFailed('not yet', { retryable })
      },
    })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(
      byHand({ action: await at.action('a', { retries, retryDelayMs: 1 }), clusterId: at.cluster.id }),
    )
    const seen = await at.house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ state: 'failed', attempts, error: 'not yet' }])
    expect(tokens.size).toBe(1)
  })

  test('an attempt that takes too long is told so, and fails', async () => {
    await at.nodes('n1')
    let why: unknown
    const kind = testKind({
      run: async ({ signal }) => {
        await stopped(signal).catch(() => {})
        why = abortReason(signal)
        throw new TaskFailed('ended', { retryable: true })
      },
    })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(
      byHand({ action: await at.action('a', { timeoutMs: 20 }), clusterId: at.cluster.id }),
    )
    const seen = await at.house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ state: 'failed', error: 'timed out after 0.02 s' }])
    expect(why).toBe('timeout')
  })

  test('a step that continues on failure lets the run succeed, which says so', async () => {
    await at.nodes('n1')
    const { kind } = recording({
      run: async ({ step }) => {
        if (step === 1) throw new TaskFailed('no', { retryable: false })
      },
    })
    const made = await at.trigger(
      { actionId: (await at.action('one')).id, onFailure: 'continue' },
      { actionId: (await at.action('two')).id },
    )
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    expect((await at.house.ended(run.id)).run).toMatchObject({
      state: 'succeeded',
      note: 'step 1 (one) failed: n1: no',
    })
  })

  test('a failed run takes back, last first, the steps that say so', async () => {
    await at.nodes('n1')
    const undone: string[] = []
    const kind = testKind({
      run: async ({ step }) => {
        if (step === 3) throw new TaskFailed('no', { retryable: false })
      },
      undo: async ({ step }) => {
        undone.push(`${step}`)
        return 'undone'
      },
    })
    const one = await at.action('one')
    const made = await at.trigger(
      { actionId: one.id, onFailure: 'undo' },
      { actionId: one.id, onFailure: 'undo' },
      { actionId: one.id },
      { actionId: one.id },
    )
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    const seen = await at.house.ended(run.id)
    expect(seen.run).toMatchObject({ state: 'failed', note: 'step 3 (one) failed: n1: no' })
    expect(seen.steps.map(({ state }) => state)).toEqual(['undone', 'undone', 'failed', 'skipped'])
    expect(undone).toEqual(['2', '1'])
  })

  test('an undo that fails is said in the note', async () => {
    await at.nodes('n1')
    const kind = testKind({
      run: async () => {
        throw new TaskFailed('no', { retryable: false })
      },
      undo: async () => {
        throw new TaskFailed('still there', { retryable: false })
      },
    })
    const made = await at.trigger({ actionId: (await at.action('one')).id, onFailure: 'undo' })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    const seen = await at.house.ended(run.id)
    expect(seen.run.note).toBe('step 1 (one) failed: n1: no; step 1 (one) could not be taken back: still there')
    expect(seen.steps[0]?.state).toBe('failed')
  })

  test('a step without any target fails and says why', async () => {
    const process = await at.house.start([testKind()])
    const run = await process.admission.admitByHand(byHand({ action: await at.action('a'), clusterId: at.cluster.id }))
    expect((await at.house.ended(run.id)).run).toMatchObject({
      state: 'failed',
      note: 'step 1 (a) failed: cluster "shop" has no node to work on.',
    })
  })
})

describe('what people say', () => {
  test('a cancelled run stops its attempts and begins nothing more', async () => {
    await at.nodes('n1', 'n2')
    let why: unknown
    const { kind, ran } = recording({
      run: async ({ signal }) => {
        await stopped(signal).catch(() => {})
        why = abortReason(signal)
        throw new TaskFailed('ended', { retryable: true })
      },
    })
    const one = await at.action('a', { retries: 3, fields: { parallel: 1, stopAfterFailures: 1 } })
    const made = await at.trigger({ actionId: one.id }, { actionId: one.id })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await at.house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
    await process.answers.cancel(run.id, 'olga')
    const seen = await at.house.ended(run.id)
    expect(seen.run).toMatchObject({ state: 'cancelled', note: 'cancelled by olga' })
    expect(seen.tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled'])
    expect([ran, why]).toEqual([['1 n1 1'], 'cancel'])
    await expect(process.answers.cancel(run.id, 'olga')).rejects.toMatchObject({ code: 'wrong-state' })
  })

  test('under a red stop attempts end and nothing else begins; lifted, the run goes on', async () => {
    await at.nodes('n1', 'n2')
    const hold = gate()
    const { kind, ran } = recording({ run: () => hold.passed })
    const process = await at.house.start([kind])
    const one = await at.action('a', { fields: { parallel: 1, stopAfterFailures: 1 } })
    const run = await process.admission.admitByHand(byHand({ action: one, clusterId: at.cluster.id }))
    await at.house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
    await at.house.store.installation.update(1, { redStopAt: at.house.clock.now(), redStopBy: 'olga' })
    hold.open()
    const held = await at.house.until(run.id, ({ run }) => run.state === 'waiting')
    expect(held.run.note).toBe('held by the red stop; it goes on when that is lifted')
    expect(held.tasks.map(({ state }) => state)).toEqual(['succeeded', 'planned'])
    await at.house.store.installation.update(1, { redStopAt: null })
    process.queue.tell('stops.changed', {})
    expect((await at.house.ended(run.id)).run).toMatchObject({ state: 'succeeded', note: null })
    expect(ran).toEqual(['1 n1 1', '1 n2 1'])
  })

  test('a cancelled run of which something could not be taken back has failed, and goes on when it is tried again', async () => {
    await at.nodes('n1')
    let isStuck = true
    const { kind, ran } = recording({
      run: async ({ signal }) => {
        if (isStuck) await stopped(signal)
      },
      undo: async () => {
        throw new TaskFailed('still there', { retryable: false })
      },
    })
    const made = await at.trigger({ actionId: (await at.action('one')).id, onFailure: 'undo' })
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await at.house.until(run.id, () => ran.length === 1)
    await process.answers.cancel(run.id, 'ann')
    const seen = await at.house.ended(run.id)
    const note = 'cancelled by ann; step 1 (one) could not be taken back: still there'
    expect(seen.run).toMatchObject({ state: 'failed', note })
    isStuck = false
    await process.answers.retry(run.id, 'ann')
    expect((await at.house.ended(run.id)).run.state).toBe('succeeded')
    expect(ran).toEqual(['1 n1 1', '1 n1 2'])
  })

  test('under a red stop no retry and no undo begins', async () => {
    await at.nodes('n1')
    const undone: string[] = []
    const { kind, ran } = recording({
      run: async () => {
        await at.house.store.installation.update(1, { redStopAt: at.house.clock.now() })
        throw new TaskFailed('no', { retryable: true })
      },
      undo: async ({ step }) => {
        undone.push(`${step}`)
        return 'undone'
      },
    })
    const process = await at.house.start([kind])
    const made = await at.trigger({ actionId: (await at.action('a', { retries: 1 })).id, onFailure: 'undo' })
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await at.house.until(run.id, ({ run }) => run.state === 'waiting')
    expect(ran).toHaveLength(1)
    const lift = async () => {
      await at.house.store.installation.update(1, { redStopAt: null })
      process.queue.tell('stops.changed', {})
    }
    await lift()
    await at.house.until(run.id, ({ run }) => run.state === 'compensating')
    expect([ran.length, undone]).toEqual([2, []])
    await lift()
    await at.house.ended(run.id)
    expect(undone).toEqual(['1'])
  })

  test('a failed run is tried again from the step that failed', async () => {
    await at.nodes('n1', 'n2')
    let broken = true
    const { kind, ran } = recording({
      run: async ({ step, node }) => {
        if (broken && step === 2 && node?.name === 'n2') throw new TaskFailed('no', { retryable: false })
      },
    })
    const made = await at.trigger(
      { actionId: (await at.action('one')).id },
      { actionId: (await at.action('two')).id },
      { actionId: (await at.action('three')).id },
    )
    const process = await at.house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await at.house.ended(run.id)
    broken = false
    ran.length = 0
    await process.answers.retry(run.id, 'olga')
    const seen = await at.house.ended(run.id)
    expect(seen.run.state).toBe('succeeded')
    expect(ran).toEqual(['2 n2 2', '3 n1 1', '3 n2 1'])
    expect((await at.house.store.alerts.list()).map(({ state }) => state)).toEqual(['resolved'])
    await expect(process.answers.retry(run.id, 'olga')).rejects.toMatchObject({ code: 'wrong-state' })
  })

  test('nobody waits for an approval', async () => {
    await at.nodes('n1')
    const process = await at.house.start([testKind()])
    const run = await process.admission.admitByHand(byHand({ action: await at.action('a'), clusterId: at.cluster.id }))
    await expect(process.answers.approve(run.id, 'olga')).rejects.toMatchObject({ code: 'wrong-state' })
  })
})
