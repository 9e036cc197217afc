import { describe, expect, test } from 'vitest'
import type { Counter } from '../model/counter.ts'
import type { Trigger } from '../model/trigger.ts'
import {
  aConfiguration,
  aCounter,
  acting,
  aNode,
  aTrigger,
  feed,
  give,
  judgeOf,
  noon,
  sampleOf,
  secondsOf,
} from './fixtures.ts'
import type { Configuration } from './watch-list.ts'

describe('a new configuration', () => {
  const counter = aCounter()
  const above3 = { comparison: '>', limit: 3 } as const
  test.each<{ name: string; change: Partial<Configuration>; hits: number }>([
    { name: 'the same again keeps hits', change: {}, hits: 2 },
    { name: 'another Timing keeps them', change: { triggers: [aTrigger({ timingMs: 90_000 })] }, hits: 2 },
    {
      name: 'becoming a growing trigger keeps them',
      change: { triggers: [aTrigger({ actions: acting('grow') })] },
      hits: 2,
    },
    {
      name: 'another use of missing data keeps them',
      change: { triggers: [aTrigger({ missing: 'breach' })] },
      hits: 2,
    },
    { name: 'another name of the counter keeps them', change: { counters: [aCounter({ name: 'x' })] }, hits: 2 },
    { name: 'another node keeps them', change: { nodes: [aNode(), aNode({ id: 2 })] }, hits: 2 },
    { name: 'another script zeroes them', change: { counters: [aCounter({ fields: { script: 'x' } })] }, hits: 0 },
    { name: 'another source zeroes them', change: { counters: [aCounter({ source: 'jmx' })] }, hits: 0 },
    { name: 'another period zeroes them', change: { counters: [aCounter({ periodMs: 20_000 })] }, hits: 0 },
    {
      name: "another threshold of the counter's zeroes them",
      change: { counters: [aCounter({ threshold: above3 })] },
      hits: 0,
    },
    {
      name: "another threshold of the trigger's zeroes them",
      change: { triggers: [aTrigger({ counters: [{ counterId: 1, threshold: above3 }] })] },
      hits: 0,
    },
    { name: 'leaving service shows none', change: { nodes: [aNode({ state: 'draining' })] }, hits: 0 },
  ])('$name', ({ change, hits }) => {
    const judge = judgeOf({ counters: [counter] })
    feed(judge, '1.1', [5, 5])
    judge.configure(aConfiguration(change))
    expect(judge.stateOf(1).find(({ seriesId }) => seriesId === '1.1')?.hits ?? 0).toBe(hits)
  })

  test('a node that comes back into service begins at zero', () => {
    const judge = judgeOf()
    feed(judge, '1.1', [5, 5])
    judge.configure(aConfiguration({ nodes: [aNode({ state: 'out-of-service' })] }))
    judge.configure(aConfiguration())
    expect(judge.hitsOf('1.1')).toBe(0)
  })

  test('an accepted fire stays known while the trigger is off: hits from before it are spent', () => {
    const judge = judgeOf()
    feed(judge, '1.1', [5, 5, 5])
    judge.accepted(1, noon + 20_000)
    judge.configure(aConfiguration({ triggers: [aTrigger({ state: 'off' })] }))
    judge.configure(aConfiguration())
    expect(secondsOf(feed(judge, '1.1', [5, 5, 5], noon + 30_000))).toEqual([50])
  })

  test('a trigger without a fire takes up the hits of a breach that is under way', () => {
    const judge = judgeOf({ triggers: [] })
    feed(judge, '1.1', [5, 5])
    judge.configure(aConfiguration())
    expect(secondsOf(feed(judge, '1.1', [5], noon + 20_000))).toEqual([20])
  })

  test('spent hits stay spent', () => {
    const judge = judgeOf()
    feed(judge, '1.1', [5, 5, 5])
    judge.accepted(1, noon + 20_000)
    feed(judge, '1.1', [5], noon + 30_000)
    judge.configure(aConfiguration({ nodes: [aNode(), aNode({ id: 2 })] }))
    expect(judge.stateOf(1)[0]?.hits).toBe(1)
  })

  describe('aggregates', () => {
    const averaging = (some: Partial<Trigger> = {}) =>
      aConfiguration({ triggers: [aTrigger({ aggregate: 'avg', timingMs: 20_000, ...some })] })
    const judged = () => {
      const judge = judgeOf(averaging())
      for (let second = 0; second <= 40; second += 10) {
        give(judge, '1.1', sampleOf(9, noon + second * 1_000))
        judge.tick(noon + second * 1_000)
      }
      judge.accepted(1, noon + 30_000)
      return judge
    }

    const scripted = { fields: { script: 'x' } }
    test.each<{ name: string; trigger?: Partial<Trigger>; counter?: Partial<Counter>; hits: number }>([
      { name: 'the same again keeps hits, and the spent ones spent', hits: 1 },
      { name: 'another Timing keeps them', trigger: { timingMs: 90_000 }, hits: 1 },
      { name: 'another aggregate zeroes them', trigger: { aggregate: 'max' }, hits: 0 },
      { name: 'series by series zeroes them', trigger: { aggregate: 'any' }, hits: 0 },
      { name: 'another script zeroes them', counter: scripted, hits: 0 },
    ])('$name', ({ trigger = {}, counter = {}, hits }) => {
      const judge = judged()
      const said = { counters: [{ counterId: 1, threshold: { comparison: '>', limit: 4 } as const }] }
      const next = averaging({ ...said, ...trigger })
      const counters = [aCounter({ threshold: null, ...counter })]
      judge.configure({ ...next, counters })
      judge.configure({ ...next, counters })
      expect(judge.stateOf(1)[0]?.hits).toBe(hits)
    })
  })
})
