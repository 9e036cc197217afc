import { expect, test } from 'vitest'
import type * as runs from '../../../server/src/wire/runs.ts'
import { aftermathOf, byUrgency, firstError, goAsked, stepName, stepUnderWay, tasksText, tookText } from './run.ts'

const task = (id: number, state: runs.Task['state'], error: string | null = null): runs.Task => ({
  id,
  node: { id, name: `shop0${id}` },
  state,
  attempts: 1,
  startedAt: null,
  endedAt: null,
  error,
})
const step = (n: number, state: runs.Step['state'], tasks: runs.Task[] = []): runs.Step => ({
  n,
  action: { id: n, name: `action${n}` },
  type: 'localScript',
  target: 'cluster',
  onFailure: 'stop',
  state,
  startedAt: null,
  endedAt: null,
  tasks,
})

test.each([
  { name: 'the one that runs', states: ['succeeded', 'running', 'planned'] as const, text: 'step 2 of 3: action2' },
  { name: 'else the next', states: ['succeeded', 'planned', 'planned'] as const, text: 'step 2 of 3: action2' },
  { name: 'else the end', states: ['succeeded', 'succeeded'] as const, text: 'about to end' },
])('the step under way is $name', ({ states, text }) => {
  expect(stepUnderWay({ steps: states.map((state, index) => step(index + 1, state)) })).toBe(text)
})

test('tasks that need a look come first', () => {
  const tasks = [task(1, 'succeeded'), task(2, 'failed', 'x'), task(3, 'running'), task(4, 'unknown')]
  expect(byUrgency(tasks).map(({ id }) => id)).toEqual([4, 2, 3, 1])
  expect(tasksText(tasks)).toBe('1 succeeded, 1 failed, 1 running, 1 unknown')
})

test('the first error is that of the first step that has one', () => {
  const steps = [
    step(1, 'succeeded', [task(1, 'succeeded')]),
    step(2, 'failed', [task(2, 'skipped'), task(3, 'failed', 'exited with 1')]),
  ]
  expect(firstError({ steps })?.task.error).toBe('exited with 1')
  expect(firstError({ steps: [] })).toBeUndefined()
})

test('what goes on has taken until now', () => {
  const startedAt = '2030-01-31T12:00:00.000Z'
  expect(tookText({ startedAt, endedAt: null }, Date.parse(startedAt) + 72_000)).toBe('1 m 12 s')
  expect(tookText({ startedAt, endedAt: '2030-01-31T12:00:38.000Z' }, 0)).toBe('38 s')
  expect(tookText({ startedAt: null, endedAt: null }, 0)).toBe('')
})

test('the check that a deployment ends with is told from the deployment', () => {
  const deploy = { ...step(1, 'planned'), type: 'deployEc2Node' as const }
  expect([deploy, { ...deploy, type: 'nodeReady' as const }].map(stepName)).toEqual(['action1', 'action1: ready check'])
})

test('a pause asks its own question', () => {
  const steps = [step(1, 'succeeded'), { ...step(2, 'waiting'), type: 'pause' as const }]
  const note = "waits for a person's go: Is the database migrated?"
  expect(goAsked({ state: 'waiting', note, steps })).toEqual({ step: steps[1], question: 'Is the database migrated?' })
})

test.each([
  { name: 'waits for something else', state: 'waiting' as const, type: 'localScript' as const },
  { name: 'goes on', state: 'running' as const, type: 'pause' as const },
])('nothing is asked while the run $name', ({ state, type }) => {
  expect(goAsked({ state, note: 'held', steps: [{ ...step(1, 'waiting'), type }] })).toBeUndefined()
})

test('after a failure it is told what was taken back, what could not be, and what is left', () => {
  const steps = [
    { ...step(1, 'succeeded', [task(1, 'succeeded')]), type: 'waitUntil' as const },
    step(2, 'succeeded', [task(2, 'succeeded')]),
    { ...step(3, 'undone', [task(3, 'undone')]), type: 'deployEc2Node' as const },
    step(4, 'failed', [task(4, 'failed', 'exited with 3')]),
  ]
  const note =
    'step 4 (action4) failed: shop04: exited with 3; step 1 (old) could not be taken back: EC2 refused; it said no; step 2 (older) could not be taken back: timeout'
  expect(aftermathOf({ state: 'failed', note, steps })).toEqual({
    undone: [{ step: steps[2], nodes: ['shop03'] }],
    notUndone: [
      'step 1 (old) could not be taken back: EC2 refused; it said no',
      'step 2 (older) could not be taken back: timeout',
    ],
    left: [steps[1]],
  })
  expect(aftermathOf({ state: 'running', note: null, steps })).toBeUndefined()
})
