import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Action } from '../model/action.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Node } from '../model/node.ts'
import type { Machine } from '../reach/machine.ts'
import { byHand, gate, House, testKind } from './act.fixture.ts'
import { type ActionKind, type Attempt, abortReason, TaskFailed, TaskUnknown } from './action.ts'

let house: House
let cluster: Cluster

beforeEach(async () => {
  house = await House.open()
  cluster = await house.cluster()
})
afterEach(() => house.close())

async function nodes(...names: string[]): Promise<Node[]> {
  const made: Node[] = []
  for (const name of names) {
    const node = await house.node(name, { clusterId: cluster.id })
    made.push(node)
    house.machines.set(node.id, { status: { state: 'idle', failure: null, retryAt: null, openedAt: null } } as Machine)
  }
  return made
}

/** A trigger of these actions, all on the cluster. */
async function trigger(...actions: Parameters<House['trigger']>[1]) {
  return house.trigger(cluster.id, actions)
}

const action = (name: string, some: Partial<Omit<Action, 'secrets'>> = {}) =>
  house.action(name, some.type ?? 'localScript', some)

/** Writes down what is run, in order. */
function recording(some: Partial<ActionKind> = {}): { kind: ActionKind; ran: string[] } {
  const ran: string[] = []
  const run = async (attempt: Attempt) => {
    ran.push(`${attempt.step} ${attempt.node?.name ?? '-'} ${attempt.attempt}`)
    await some.run?.(attempt)
  }
  return { kind: testKind({ ...some, run }), ran }
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error('stopped'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  })
}

describe('steps and tasks', () => {
  test('steps run strictly in order, and the run succeeds', async () => {
    await nodes('shop01', 'shop02')
    const { kind, ran } = recording()
    const made = await trigger({ actionId: (await action('one')).id }, { actionId: (await action('two')).id })
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    const seen = await house.ended(run.id)
    expect(seen.run).toMatchObject({
      state: 'succeeded',
      note: null,
      startedAt: expect.any(Number),
      endedAt: expect.any(Number),
    })
    expect(seen.steps.map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
    expect(ran).toEqual(['1 shop01 1', '1 shop02 1', '2 shop01 1', '2 shop02 1'])
    expect(await house.store.nodeLocks.list()).toEqual([])
  })

  test('tasks run side by side up to the limit', async () => {
    await nodes('n1', 'n2', 'n3', 'n4', 'n5')
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
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(
      byHand({ action: await action('a', { fields: { parallel: 3, stopAfterFailures: 1 } }), clusterId: cluster.id }),
    )
    expect((await house.ended(run.id)).run.state).toBe('succeeded')
    expect(most).toBe(3)
  })

  test('after so many failures no other task begins', async () => {
    await nodes('n1', 'n2', 'n3')
    const { kind, ran } = recording({
      run: async () => {
        throw new TaskFailed('no', { retryable: false })
      },
    })
    const process = await house.start([kind])
    const one = await action('a', { fields: { parallel: 1, stopAfterFailures: 2 } })
    const run = await process.admission.admitByHand(byHand({ action: one, clusterId: cluster.id }))
    const seen = await house.ended(run.id)
    expect(seen.run).toMatchObject({ state: 'failed', note: 'step 1 (a) failed: n1: no (and 1 more)' })
    expect(seen.tasks.map(({ state }) => state)).toEqual(['failed', 'failed', 'skipped'])
    expect(seen.tasks[2]?.error).toBe('not begun: 2 tasks have failed, and the step stops after 2')
    expect(ran).toHaveLength(2)
    expect(await house.store.alerts.list()).toMatchObject([
      { kind: 'run-failed', subject: `run:${run.id}`, state: 'open' },
    ])
  })

  test('what a cluster leaves out when the step begins is skipped with its reason', async () => {
    const [, second] = await nodes('n1', 'n2')
    const hold = gate()
    const { kind } = recording({ run: ({ step }) => (step === 1 ? hold.passed : Promise.resolve()) })
    const made = await trigger({ actionId: (await action('one')).id }, { actionId: (await action('two')).id })
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await house.until(run.id, ({ tasks }) => tasks.filter(({ state }) => state === 'running').length === 2)
    await house.store.nodes.update(second!.id, { state: 'draining' })
    await nodes('n3')
    hold.open()
    const seen = await house.ended(run.id)
    expect(seen.tasks.filter(({ stepId }) => stepId === seen.steps[1]?.id)).toMatchObject([
      { nodeName: 'n1', state: 'succeeded' },
      { nodeName: 'n2', state: 'skipped', error: 'left out: n2 is draining' },
      { nodeName: 'n3', state: 'succeeded' },
    ])
  })

  test('LASTNODE is the node that an earlier step deployed, and CLUSTER includes it', async () => {
    await nodes('shop01')
    const deploy = testKind({
      id: 'deployEc2Node',
      effect: 'grow',
      per: 'once',
      async run({ bind }) {
        const node = await house.node('shop02', { clusterId: cluster.id, state: 'configuring' })
        house.machines.set(node.id, house.machines.values().next().value as Machine)
        await bind(node)
      },
    })
    const given: string[] = []
    const { kind, ran } = recording({ run: async ({ run }) => void given.push(run.newNode) })
    const app = await action('app')
    const made = await trigger(
      { actionId: (await action('new', { type: 'deployEc2Node' })).id },
      { actionId: app.id, target: 'last-node' },
      { actionId: app.id },
    )
    const process = await house.start([deploy, kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    expect((await house.see(run.id)).run.effect).toBe('grow')
    expect((await house.ended(run.id)).run).toMatchObject({ state: 'succeeded' })
    expect(ran).toEqual(['2 shop02 1', '3 shop01 1', '3 shop02 1'])
    expect(given).toEqual(['shop02', 'shop02', 'shop02'])
    expect(await house.store.activeRuns.list()).toEqual([])
  })
})

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
    await nodes('n1')
    const tokens = new Set<string>()
    const kind = testKind({
      run: async ({ token }) => {
        tokens.add(token)
        throw new TaskFailed('not yet', { retryable })
      },
    })
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(
      byHand({ action: await action('a', { retries, retryDelayMs: 1 }), clusterId: cluster.id }),
    )
    const seen = await house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ state: 'failed', attempts, error: 'not yet' }])
    expect(tokens.size).toBe(1)
  })

  test('an attempt that takes too long is told so, and fails', async () => {
    await nodes('n1')
    let why: unknown
    const kind = testKind({
      run: async ({ signal }) => {
        await until(signal).catch(() => {})
        why = abortReason(signal)
        throw new TaskFailed('ended', { retryable: true })
      },
    })
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(
      byHand({ action: await action('a', { timeoutMs: 20 }), clusterId: cluster.id }),
    )
    const seen = await house.ended(run.id)
    expect(seen.tasks).toMatchObject([{ state: 'failed', error: 'timed out after 0.02 s' }])
    expect(why).toBe('timeout')
  })

  test('a step that continues on failure lets the run succeed, which says so', async () => {
    await nodes('n1')
    const { kind } = recording({
      run: async ({ step }) => {
        if (step === 1) throw new TaskFailed('no', { retryable: false })
      },
    })
    const made = await trigger(
      { actionId: (await action('one')).id, onFailure: 'continue' },
      { actionId: (await action('two')).id },
    )
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    expect((await house.ended(run.id)).run).toMatchObject({ state: 'succeeded', note: 'step 1 (one) failed: n1: no' })
  })

  test('a failed run takes back, last first, the steps that say so', async () => {
    await nodes('n1')
    const undone: string[] = []
    const kind = testKind({
      run: async ({ step }) => {
        if (step === 3) throw new TaskFailed('no', { retryable: false })
      },
      undo: async ({ step }) => void undone.push(`${step}`),
    })
    const one = await action('one')
    const made = await trigger(
      { actionId: one.id, onFailure: 'undo' },
      { actionId: one.id, onFailure: 'undo' },
      { actionId: one.id },
      { actionId: one.id },
    )
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    const seen = await house.ended(run.id)
    expect(seen.run).toMatchObject({ state: 'failed', note: 'step 3 (one) failed: n1: no' })
    expect(seen.steps.map(({ state }) => state)).toEqual(['undone', 'undone', 'failed', 'skipped'])
    expect(undone).toEqual(['2', '1'])
  })

  test('an undo that fails is said in the note', async () => {
    await nodes('n1')
    const kind = testKind({
      run: async () => {
        throw new TaskFailed('no', { retryable: false })
      },
      undo: async () => {
        throw new TaskFailed('still there', { retryable: false })
      },
    })
    const made = await trigger({ actionId: (await action('one')).id, onFailure: 'undo' })
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    const seen = await house.ended(run.id)
    expect(seen.run.note).toBe('step 1 (one) failed: n1: no; step 1 (one) could not be taken back: still there')
    expect(seen.steps[0]?.state).toBe('failed')
  })

  test('a step without any target fails and says why', async () => {
    const process = await house.start([testKind()])
    const run = await process.admission.admitByHand(byHand({ action: await action('a'), clusterId: cluster.id }))
    expect((await house.ended(run.id)).run).toMatchObject({
      state: 'failed',
      note: 'step 1 (a) failed: cluster "shop" has no node to work on.',
    })
  })
})

describe('what people say', () => {
  test('a cancelled run stops its attempts and begins nothing more', async () => {
    await nodes('n1', 'n2')
    let why: unknown
    const { kind, ran } = recording({
      run: async ({ signal }) => {
        await until(signal).catch(() => {})
        why = abortReason(signal)
        throw new TaskFailed('ended', { retryable: true })
      },
    })
    const one = await action('a', { retries: 3, fields: { parallel: 1, stopAfterFailures: 1 } })
    const made = await trigger({ actionId: one.id }, { actionId: one.id })
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
    await process.answers.cancel(run.id, 'olga')
    const seen = await house.ended(run.id)
    expect(seen.run).toMatchObject({ state: 'cancelled', note: 'cancelled by olga' })
    expect(seen.tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled'])
    expect([ran, why]).toEqual([['1 n1 1'], 'cancel'])
    await expect(process.answers.cancel(run.id, 'olga')).rejects.toMatchObject({ code: 'wrong-state' })
  })

  test('under a red stop attempts end and nothing else begins; lifted, the run goes on', async () => {
    await nodes('n1', 'n2')
    const hold = gate()
    const { kind, ran } = recording({ run: () => hold.passed })
    const process = await house.start([kind])
    const one = await action('a', { fields: { parallel: 1, stopAfterFailures: 1 } })
    const run = await process.admission.admitByHand(byHand({ action: one, clusterId: cluster.id }))
    await house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
    await house.store.installation.update(1, { redStopAt: house.clock.now(), redStopBy: 'olga' })
    hold.open()
    const held = await house.until(run.id, ({ run }) => run.state === 'waiting')
    expect(held.run.note).toBe('held by the red stop; it goes on when that is lifted')
    expect(held.tasks.map(({ state }) => state)).toEqual(['succeeded', 'planned'])
    await house.store.installation.update(1, { redStopAt: null })
    process.queue.tell('stops.changed', {})
    expect((await house.ended(run.id)).run).toMatchObject({ state: 'succeeded', note: null })
    expect(ran).toEqual(['1 n1 1', '1 n2 1'])
  })

  test('under a red stop no retry and no undo begins', async () => {
    await nodes('n1')
    const undone: string[] = []
    const { kind, ran } = recording({
      run: async () => {
        await house.store.installation.update(1, { redStopAt: house.clock.now() })
        throw new TaskFailed('no', { retryable: true })
      },
      undo: async ({ step }) => void undone.push(`${step}`),
    })
    const process = await house.start([kind])
    const made = await trigger({ actionId: (await action('a', { retries: 1 })).id, onFailure: 'undo' })
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await house.until(run.id, ({ run }) => run.state === 'waiting')
    expect(ran).toHaveLength(1)
    const lift = async () => {
      await house.store.installation.update(1, { redStopAt: null })
      process.queue.tell('stops.changed', {})
    }
    await lift()
    await house.until(run.id, ({ run }) => run.state === 'compensating')
    expect([ran.length, undone]).toEqual([2, []])
    await lift()
    await house.ended(run.id)
    expect(undone).toEqual(['1'])
  })

  test('a failed run is tried again from the step that failed', async () => {
    await nodes('n1', 'n2')
    let broken = true
    const { kind, ran } = recording({
      run: async ({ step, node }) => {
        if (broken && step === 2 && node?.name === 'n2') throw new TaskFailed('no', { retryable: false })
      },
    })
    const made = await trigger(
      { actionId: (await action('one')).id },
      { actionId: (await action('two')).id },
      { actionId: (await action('three')).id },
    )
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(byHand({ trigger: made }))
    await house.ended(run.id)
    broken = false
    ran.length = 0
    await process.answers.retry(run.id, 'olga')
    const seen = await house.ended(run.id)
    expect(seen.run.state).toBe('succeeded')
    expect(ran).toEqual(['2 n2 2', '3 n1 1', '3 n2 1'])
    expect((await house.store.alerts.list()).map(({ state }) => state)).toEqual(['resolved'])
    await expect(process.answers.retry(run.id, 'olga')).rejects.toMatchObject({ code: 'wrong-state' })
  })

  test('nobody waits for an approval', async () => {
    await nodes('n1')
    const process = await house.start([testKind()])
    const run = await process.admission.admitByHand(byHand({ action: await action('a'), clusterId: cluster.id }))
    await expect(process.answers.approve(run.id, 'olga')).rejects.toMatchObject({ code: 'wrong-state' })
  })
})

describe('an outcome that nobody knows', () => {
  const unknowing = () =>
    recording({
      run: async ({ attempt }) => {
        if (attempt === 1) throw new TaskUnknown('the node is gone')
      },
    })

  async function waiting(kind: ActionKind) {
    await nodes('n1')
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(
      byHand({ action: await action('a', { type: kind.id }), clusterId: cluster.id }),
    )
    const seen = await house.until(run.id, ({ run }) => run.state === 'waiting')
    return { process, run, task: seen.tasks[0]!, seen }
  }

  test('the run waits, tells, gives its cluster back and keeps its node', async () => {
    const grow = { ...unknowing().kind, id: 'deployEc2Node' as const, effect: 'grow' as const }
    const { run, seen } = await waiting(grow)
    expect(seen.run.note).toBe('what became of n1 is not known; say whether it is done')
    expect(seen.tasks).toMatchObject([{ state: 'unknown', error: 'the node is gone' }])
    expect(await house.store.alerts.list()).toMatchObject([
      { kind: 'run-unknown', subject: `run:${run.id}`, repeats: 0 },
    ])
    expect(await house.store.activeRuns.list()).toEqual([])
    expect(await house.store.nodeLocks.list()).toMatchObject([{ runId: run.id }])
  })

  test.each([
    { answer: 'done', state: 'succeeded', attempts: 1 },
    { answer: 'not-done', state: 'succeeded', attempts: 2 },
    { answer: 'stop', state: 'cancelled', attempts: 1 },
  ] as const)('a person says $answer', async ({ answer, state, attempts }) => {
    const { process, run, task } = await waiting(unknowing().kind)
    await process.answers.resolve({ runId: run.id, taskId: task.id, answer, who: 'olga' })
    const seen = await house.ended(run.id)
    expect([seen.run.state, seen.tasks[0]?.attempts]).toEqual([state, attempts])
    expect(await house.store.nodeLocks.list()).toEqual([])
    expect((await house.store.alerts.list()).map((alert) => alert.state)).toEqual(['resolved'])
    await expect(
      process.answers.resolve({ runId: run.id, taskId: task.id, answer, who: 'olga' }),
    ).rejects.toMatchObject({ code: 'wrong-state' })
  })

  test('a run that gave its cluster back waits for another that took it', async () => {
    const { kind } = unknowing()
    const { process, run, task } = await waiting({ ...kind, id: 'deployEc2Node', effect: 'grow' })
    const [other] = [
      await house.store.runs.insert({ ...(await house.store.runs.get(run.id)), id: 77, state: 'awaiting-approval' }),
    ]
    await house.store.activeRuns.insert({ id: cluster.id, runId: other.id })
    await process.answers.resolve({ runId: run.id, taskId: task.id, answer: 'not-done', who: 'olga' })
    const held = await house.until(run.id, ({ run }) => run.note?.includes('run 77') ?? false)
    expect(held.run.state).toBe('waiting')
    await house.store.activeRuns.remove(cluster.id)
    process.queue.tell('stops.changed', {})
    expect((await house.ended(run.id)).run.state).toBe('succeeded')
  })
})

describe('several runs and several processes', () => {
  test("another run's task on the same node waits for its lock", async () => {
    await nodes('n1')
    const hold = gate()
    const { kind, ran } = recording({ run: ({ run }) => (run.runId === 1 ? hold.passed : Promise.resolve()) })
    const process = await house.start([kind])
    const one = await action('a')
    const first = await process.admission.admitByHand(byHand({ action: one, clusterId: cluster.id }))
    await house.until(first.id, ({ tasks }) => tasks[0]?.state === 'running')
    const second = await process.admission.admitByHand(byHand({ action: one, clusterId: cluster.id }))
    const held = await house.until(second.id, ({ run }) => run.state === 'waiting')
    expect(held.run.note).toBe(`waits for n1: run ${first.id} works on it`)
    expect(ran).toHaveLength(1)
    hold.open()
    expect((await house.ended(second.id)).run).toMatchObject({ state: 'succeeded', note: null })
  })

  test('of two processes one drives a run', async () => {
    await nodes('n1', 'n2')
    const one = recording()
    const other = recording()
    const [process] = [await house.start([one.kind]), await house.start([other.kind])]
    const run = await process.admission.admitByHand(byHand({ action: await action('a'), clusterId: cluster.id }))
    await house.ended(run.id)
    expect([one.ran.length + other.ran.length]).toEqual([2])
  })

  test('a process that ends lets go of attempts; the next follows them', async () => {
    await nodes('n1')
    let left: unknown
    const first = await house.start([
      testKind({
        run: async ({ signal }) => {
          await until(signal).catch(() => {})
          left = abortReason(signal)
          throw new TaskFailed('ended', { retryable: false })
        },
      }),
    ])
    const run = await first.admission.admitByHand(byHand({ action: await action('a'), clusterId: cluster.id }))
    await house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
    await first.engine.close()
    expect(left).toBe('leave')
    expect((await house.see(run.id)).tasks).toMatchObject([{ state: 'running', attempts: 1 }])
    const resumed = recording({ probe: async () => ({ kind: 'running' }), resume: async ({ log }) => log('followed') })
    await house.start([resumed.kind])
    const seen = await house.ended(run.id)
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
    await nodes('n1')
    const first = await house.start([testKind({ run: ({ signal }) => until(signal) })])
    const run = await first.admission.admitByHand(byHand({ action: await action('a'), clusterId: cluster.id }))
    await house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
    const token = (await house.see(run.id)).tasks[0]?.token
    await first.engine.close()
    await house.start([testKind({ probe: async () => probe })])
    const seen = await house.until(run.id, ({ run }) => run.state === state)
    expect(seen.tasks).toMatchObject([{ state: task, attempts, token }])
  })
})

describe('the log', () => {
  test('secrets are in no row, nor in what is told', async () => {
    await nodes('n1')
    const secret = 'hunter2-with-a-tail'
    const told: unknown[] = []
    const kind = testKind({
      run: async ({ log, secrets }) => {
        log(`PASSWORD=${secrets.PASSWORD}`)
        log(Buffer.from(`user:${secrets.PASSWORD}`).toString('base64'), 'err')
        throw new TaskFailed(`login with ${secrets.PASSWORD} refused`, { retryable: false })
      },
    })
    const process = await house.start([kind])
    process.queue.listen('log.appended', (message) => told.push(message))
    const one = await house.action('a', 'localScript', { secrets: { PASSWORD: secret } })
    const run = await process.admission.admitByHand(byHand({ action: one, clusterId: cluster.id }))
    const seen = await house.ended(run.id)
    expect(seen.log).toEqual(expect.arrayContaining(['out PASSWORD=•••']))
    expect(seen.tasks[0]?.error).toBe('login with ••• refused')
    const all = `${await house.everything()}${JSON.stringify(told)}${process.troubles.join()}`
    expect(all).not.toContain(secret)
    expect(all).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20))
  })

  test('long lines are cut, and a long log ends with a note', async () => {
    await nodes('n1')
    const kind = testKind({
      run: async ({ log }) => {
        log('x'.repeat(20_000))
        for (let i = 0; i < 600; i++) log(`${i} ${'y'.repeat(9_990)}`)
      },
    })
    const process = await house.start([kind])
    const run = await process.admission.admitByHand(byHand({ action: await action('a'), clusterId: cluster.id }))
    const { log } = await house.ended(run.id)
    expect(log[1]).toHaveLength('out '.length + 10_000)
    expect(log.at(-1)).toBe('note more than 5000000 bytes: the rest of this log is not kept')
    expect(log.length).toBeLessThan(510)
  })

  test('lines of an attempt that is followed again are stored once', async () => {
    await nodes('n1')
    const lines = ({ log }: Attempt, count: number) => {
      for (let i = 1; i <= count; i++) log(`line ${i}`, i % 2 ? 'out' : 'err')
    }
    const first = await house.start([
      testKind({
        run: async (attempt) => {
          lines(attempt, 4)
          await until(attempt.signal)
        },
      }),
    ])
    const run = await first.admission.admitByHand(byHand({ action: await action('a'), clusterId: cluster.id }))
    await house.until(run.id, ({ log }) => log.length === 5)
    await first.engine.close()
    await house.start([
      testKind({ probe: async () => ({ kind: 'running' }), resume: async (attempt) => lines(attempt, 6) }),
    ])
    const { log } = await house.ended(run.id)
    expect(log.slice(1)).toEqual(['out line 1', 'err line 2', 'out line 3', 'err line 4', 'out line 5', 'err line 6'])
  })
})
