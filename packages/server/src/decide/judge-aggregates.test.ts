import { describe, expect, test } from 'vitest'
import type { Trigger } from '../model/trigger.ts'
import type { Candidate } from './candidate.ts'
import { aNode, aTrigger, give, judgeOf, noon, type Said, sampleOf } from './fixtures.ts'
import type { Configuration } from './watch-list.ts'

describe('aggregates', () => {
  const nodes = [aNode(), aNode({ id: 2 }), aNode({ id: 3 })]
  const averaging = (some: Partial<Trigger> = {}) => ({
    nodes,
    triggers: [aTrigger({ aggregate: 'avg', timingMs: 20_000, ...some })],
  })

  test('judged at period ends over all nodes, after one full period has been seen', () => {
    const judge = judgeOf(averaging())
    const candidates: Candidate[] = []
    for (let second = 1; second <= 45; second++) {
      const at = noon + second * 1_000
      if (second % 10 === 5) {
        expect([give(judge, '1.1', sampleOf(9, at)), give(judge, '1.2', sampleOf(3, at))]).toEqual([[], []])
      }
      candidates.push(...judge.tick(at))
    }
    expect(candidates).toMatchObject([
      { seriesId: null, nodeId: null, value: 6, hits: 2, at: noon + 30_000, breachSinceAt: noon + 20_000 },
      { hits: 3, at: noon + 40_000 },
    ])
    expect(judge.stateOf(1)).toMatchObject([{ seriesId: null, hits: 3, hitsNeeded: 2, value: 6, at: noon + 40_000 }])
  })

  test.each<{ name: string; values: [string, Said, number][]; nodes?: Configuration['nodes']; value: number | null }>([
    {
      name: 'a value of exactly two periods ago counts',
      values: [
        ['1.1', 9, 0],
        ['1.2', 5, 15],
      ],
      value: 7,
    },
    {
      name: 'an older one does not',
      values: [
        ['1.1', 9, -0.001],
        ['1.2', 5, 15],
      ],
      value: 5,
    },
    {
      name: 'a failure leaves the value before it',
      values: [
        ['1.1', 9, 10],
        ['1.1', 'exit', 20],
      ],
      value: 9,
    },
    { name: 'no fresh value at all is no judgement', values: [['1.1', 9, -30]], value: null },
    {
      name: 'a node out of service does not count',
      values: [
        ['1.1', 9, 15],
        ['1.2', 5, 15],
      ],
      nodes: [aNode(), aNode({ id: 2, state: 'draining' })],
      value: 9,
    },
  ])('$name', ({ values, nodes: some = nodes, value }) => {
    const judge = judgeOf({ ...averaging(), nodes: some })
    judge.tick(noon)
    for (const [series, said, seconds] of values) give(judge, series, sampleOf(said, noon + seconds * 1_000))
    judge.tick(noon + 20_000)
    expect(judge.stateOf(1)[0]?.value).toBe(value)
  })

  test('an accepted fire needs a further full Timing', () => {
    const judge = judgeOf(averaging())
    const at: number[] = []
    for (let second = 0; second <= 90; second += 10) {
      give(judge, '1.1', sampleOf(9, noon + second * 1_000))
      for (const candidate of judge.tick(noon + second * 1_000)) {
        at.push(second)
        judge.accepted(candidate.triggerId, candidate.at)
      }
    }
    expect(at).toEqual([30, 50, 70, 90])
  })
})
