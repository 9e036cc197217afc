import { describe, expect, test } from 'vitest'
import { failureWords, listedAction, targetsFor } from './trigger-actions.ts'

const deploy = { type: 'deployEc2Node', target: 'cluster' }

describe('an action that is added', () => {
  test.each([
    { name: 'a deployment undoes itself', type: 'deployCommand', before: [], target: 'cluster', onFailure: 'undo' },
    { name: 'a removal stops', type: 'removeEc2Node', before: [], target: 'cluster', onFailure: 'stop' },
    { name: 'a mail goes on, and is for no node', type: 'email', before: [], target: 'none', onFailure: 'continue' },
    { name: 'a pause is for no node', type: 'pause', before: [deploy], target: 'none', onFailure: 'stop' },
    { name: 'a script is for all nodes', type: 'localScript', before: [], target: 'cluster', onFailure: 'stop' },
    {
      name: 'a script right after a deployment is for the new node',
      type: 'osConfiguration',
      before: [deploy, { type: 'pause', target: 'none' }],
      target: 'last-node',
      onFailure: 'stop',
    },
    {
      name: 'a script after one for all is for all',
      type: 'localScript',
      before: [deploy, { type: 'localScript', target: 'cluster' }],
      target: 'cluster',
      onFailure: 'stop',
    },
  ])('$name', ({ type, before, target, onFailure }) => {
    expect(listedAction('it', type, before)).toEqual({ action: 'it', target, onFailure })
  })

  test.each(['deployEc2Node', 'removeCommand', 'email', 'pause', 'localScript', 'waitUntil'])(
    'of type %s is aimed at a target that the type has',
    (type) => {
      const { target } = listedAction('it', type, [])
      expect(targetsFor(type).map(({ value }) => value)).toContain(target)
    },
  )
})

describe('what failures lead to', () => {
  test('is said of a deployment that undoes itself', () => {
    const [undo, ready, ...more] = failureWords([{ type: 'deployEc2Node', onFailure: 'undo' }])
    expect(undo).toMatch(/^Undo: if this step or a later one stops the run, the machine that it started is ended/)
    expect(ready).toMatch(/^After the last step on the newest node tscaler adds a ready check by itself/)
    expect(more).toEqual([])
  })

  test('is said where undo has nothing to take back', () => {
    expect(failureWords([{ type: 'localScript', onFailure: 'undo' }])).toEqual([
      'Undo stops the run where the action has nothing to take back: only deployments can be undone.',
    ])
  })

  test('needs no words for scripts that stop', () => {
    expect(failureWords([{ type: 'localScript', onFailure: 'stop' }])).toEqual([])
  })
})
