import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Task, taskStates } from '../../model/run.ts'
import { nextTask } from './outcome.ts'
import { type StepFacts, stepTurn, unknownHoldMs } from './step-turn.ts'

const now = 1_700_000_000_000

function task(id: number, some: Partial<Task> = {}): Task {
  return {
    id,
    runId: 1,
    stepId: 1,
    n: id,
    nodeId: 100 + id,
    nodeName: `n${id}`,
    state: 'planned',
    attempts: 0,
    token: `t${id}`,
    startedAt: null,
    endedAt: null,
    error: null,
    notBefore: null,
    ...some,
  }
}

function facts(some: Partial<StepFacts> = {}): StepFacts {
  const none = { redStop: false, cancel: false, underWay: new Set<number>(), lockedBy: new Map<number, number>() }
  return { now, parallel: 10, stopAfterFailures: 1, asks: null, ...none, ...some }
}

describe('a move of a step', () => {
  test.each([
    {
      name: 'all begin within the limit',
      tasks: [task(1), task(2), task(3)],
      facts: { parallel: 2 },
      start: [1, 2],
      why: undefined,
    },
    {
      name: 'one under way leaves room for one less',
      tasks: [task(1, { state: 'running' }), task(2), task(3)],
      facts: { parallel: 2, underWay: new Set([1]) },
      start: [2],
      why: undefined,
    },
    {
      name: 'a retry waits for its instant',
      tasks: [task(1, { notBefore: now + 5, attempts: 1 })],
      facts: {},
      start: [],
      why: 'retry',
    },
    {
      name: 'and begins at it',
      tasks: [task(1, { notBefore: now, attempts: 1 })],
      facts: {},
      start: [1],
      why: undefined,
    },
    {
      name: 'a locked node is left for later',
      tasks: [task(1), task(2)],
      facts: { lockedBy: new Map([[101, 7]]) },
      start: [2],
      why: undefined,
    },
    {
      name: 'with all nodes locked it waits',
      tasks: [task(1)],
      facts: { lockedBy: new Map([[101, 7]]) },
      start: [],
      why: 'lock',
    },
    { name: 'under a red stop nothing begins', tasks: [task(1)], facts: { redStop: true }, start: [], why: 'red-stop' },
    {
      name: 'beside an unknown task nothing begins',
      tasks: [task(1, { state: 'unknown', endedAt: now }), task(2)],
      facts: {},
      start: [],
      why: 'unknown',
    },
  ] as const)('$name', ({ tasks, facts: some, start, why }) => {
    const turn = stepTurn(tasks, facts(some))
    expect([turn.start, turn.wait?.why, turn.ended]).toEqual([start, why, null])
  })

  test.each([
    { name: 'all went well', states: ['succeeded', 'skipped'], ended: 'succeeded' },
    { name: 'one failed', states: ['succeeded', 'failed'], ended: 'failed' },
    { name: 'one was cancelled', states: ['succeeded', 'cancelled', 'failed'], ended: 'cancelled' },
    { name: 'one still runs', states: ['succeeded', 'running'], ended: null },
    { name: 'there was nothing to do', states: [], ended: 'succeeded' },
  ] as const)('its end: $name', ({ states, ended }) => {
    const tasks = states.map((state, index) => task(index + 1, { state }))
    expect(stepTurn(tasks, facts({ stopAfterFailures: 9 })).ended).toBe(ended)
  })

  test('a step whose targets were not known yet can be cancelled', () => {
    expect(stepTurn([], facts({ cancel: true })).ended).toBe('cancelled')
  })

  test('an unknown task fails at the end of its hold, not before', () => {
    const unknown = task(1, { state: 'unknown', endedAt: now - unknownHoldMs + 1, error: 'gone' })
    expect(stepTurn([unknown], facts())).toMatchObject({ ended: null, wait: { why: 'unknown', until: now + 1 } })
    expect(stepTurn([unknown], facts({ now: now + 1 }))).toMatchObject({ ended: 'failed', wait: null })
  })

  test('a step that asks a person waits for the go, fails at the end of its limit, and not before', () => {
    const asks = { text: 'Is the database migrated?', limitMs: 60_000 }
    const asking = stepTurn([task(1)], facts({ asks }))
    expect(asking).toMatchObject({ start: [], ended: null, wait: { why: 'go', until: now + 60_000 } })
    expect(asking.wait?.text).toBe("waits for a person's go: Is the database migrated?")
    const waiting = task(1, { state: 'waiting', startedAt: now, notBefore: now + 60_000 })
    expect(stepTurn([waiting], facts({ asks, now: now + 59_999 }))).toMatchObject({ ended: null, changes: new Map() })
    const late = stepTurn([waiting], facts({ asks, now: now + 60_000 }))
    expect([late.ended, late.changes.get(1)?.error]).toEqual(['failed', 'nobody gave the go within 1m'])
  })

  test('a task that runs by the store but not here is probed', () => {
    const tasks = [task(1, { state: 'running' }), task(2, { state: 'running' })]
    expect(stepTurn(tasks, facts({ underWay: new Set([2]) })).probe).toEqual([1])
  })
})

const anyTasks = fc
  .array(fc.record({ state: fc.constantFrom(...taskStates), later: fc.boolean(), attempts: fc.nat(3) }), {
    maxLength: 12,
  })
  .map((list) =>
    list.map(({ state, later, attempts }, index) =>
      task(index + 1, {
        state,
        attempts,
        notBefore: later ? now + 1 : null,
        endedAt: state === 'unknown' ? now : null,
      }),
    ),
  )
const anyFacts = fc
  .record({
    redStop: fc.boolean(),
    cancel: fc.boolean(),
    parallel: fc.integer({ min: 1, max: 4 }),
    stopAfterFailures: fc.integer({ min: 1, max: 3 }),
    locked: fc.uniqueArray(fc.integer({ min: 101, max: 112 })),
  })
  .map(({ locked, ...some }) => facts({ ...some, lockedBy: new Map(locked.map((id) => [id, 9])) }))

test('whatever the tasks: limits, locks and stops hold, and it has ended only with nothing open', () => {
  fc.assert(
    fc.property(anyTasks, anyFacts, (tasks, given) => {
      const { start, changes, ended } = stepTurn(tasks, given)
      const after = tasks.map((one) => ({ ...one, ...changes.get(one.id) }))
      if (given.redStop || given.cancel) expect(start).toEqual([])
      const running = tasks.filter(({ state }) => state === 'running').length
      expect(start.length).toBeLessThanOrEqual(Math.max(0, given.parallel - running))
      for (const id of start) {
        const one = tasks.find((other) => other.id === id)
        expect(one).toMatchObject({ state: 'planned', notBefore: null })
        expect(given.lockedBy.has(one?.nodeId ?? 0)).toBe(false)
        expect(changes.get(id)).toMatchObject({ state: 'running', attempts: (one?.attempts ?? 0) + 1, startedAt: now })
      }
      const isOpen = after.some(({ state }) => ['planned', 'running', 'waiting', 'unknown'].includes(state))
      expect(ended === null).toBe(isOpen)
    }),
  )
})

test('a step that is moved on until it ends does end, whatever its attempts come to', () => {
  const outcomes = fc.infiniteStream(
    fc.constantFrom(
      { kind: 'succeeded', remark: null } as const,
      { kind: 'failed', text: 'no', retryable: true } as const,
      { kind: 'cancelled', text: '' } as const,
    ),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(2),
      outcomes,
      (count, parallel, retries, stream) => {
        let tasks = Array.from({ length: count }, (_, index) => task(index + 1))
        let at = now
        for (let turns = 0; turns < 200; turns++) {
          const turn = stepTurn(tasks, facts({ now: at, parallel, underWay: new Set(tasks.map(({ id }) => id)) }))
          tasks = tasks.map((one) => ({ ...one, ...turn.changes.get(one.id) }))
          if (turn.ended) return
          at = turn.wait?.until ?? at + 1
          tasks = tasks.map((one) => {
            const outcome = one.state === 'running' ? stream.next().value : undefined
            return outcome ? { ...one, ...nextTask(one, outcome, { retries, retryDelayMs: 10 }, at) } : one
          })
        }
        throw new Error(`it never ended: ${JSON.stringify(tasks)}`)
      },
    ),
  )
})

describe('what becomes of a task', () => {
  const action = { retries: 2, retryDelayMs: 30_000 }
  test.each([
    {
      name: 'success',
      outcome: { kind: 'succeeded', remark: null },
      attempts: 1,
      expected: { state: 'succeeded', endedAt: now, error: null },
    },
    {
      name: 'a failure that may be tried again',
      outcome: { kind: 'failed', text: 'no', retryable: true },
      attempts: 2,
      expected: { state: 'planned', notBefore: now + 30_000 },
    },
    {
      name: 'the last of its retries',
      outcome: { kind: 'failed', text: 'no', retryable: true },
      attempts: 3,
      expected: { state: 'failed', error: 'no' },
    },
    {
      name: 'a failure for good',
      outcome: { kind: 'failed', text: 'no', retryable: false },
      attempts: 1,
      expected: { state: 'failed' },
    },
    {
      name: 'what was never done',
      outcome: { kind: 'not-done' },
      attempts: 3,
      expected: { state: 'planned', notBefore: null },
    },
  ] as const)('$name', ({ outcome, attempts, expected }) => {
    expect(nextTask({ attempts }, outcome, action, now)).toMatchObject(expected)
  })
})
