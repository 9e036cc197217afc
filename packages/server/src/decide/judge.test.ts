import { describe, expect, test } from 'vitest'
import {
  aCluster,
  aConfiguration,
  aCounter,
  acting,
  aNode,
  aTrigger,
  feed,
  give,
  judgeOf,
  noon,
  type Said,
  sampleOf,
  secondsOf,
} from './fixtures.ts'

describe('one series', () => {
  test('the sample that reaches Timing gives a candidate that says what it saw', () => {
    expect(feed(judgeOf(), '1.1', [5, 5, 4.8])).toEqual([
      {
        triggerId: 1,
        clusterId: 1,
        seriesId: '1.1',
        counterId: 1,
        nodeId: 1,
        value: 4.8,
        threshold: '> 4',
        hits: 3,
        breachSinceAt: noon,
        at: noon + 20_000,
      },
    ])
  })

  test('a failure that is taken as the breach has no value', () => {
    const judge = judgeOf({ triggers: [aTrigger({ missing: 'breach', timingMs: 0 })] })
    expect(feed(judge, '1.1', ['unreachable'])).toMatchObject([{ value: null, hits: 1 }])
  })

  test('not accepted, it asks again at each further hit; accepted, after a further full Timing', () => {
    const judge = judgeOf()
    expect(secondsOf(feed(judge, '1.1', [5, 5, 5, 'exit', 5]))).toEqual([20, 40])
    judge.accepted(1, noon + 45_000)
    expect(secondsOf(feed(judge, '1.1', [5, 5, 5, 5], noon + 50_000))).toEqual([70, 80])
  })

  test('a hit between the admission and the word of it counts towards the next Timing', () => {
    const judge = judgeOf()
    feed(judge, '1.1', [5, 5, 5, 5])
    judge.accepted(1, noon + 25_000)
    expect(secondsOf(feed(judge, '1.1', [5, 5], noon + 40_000))).toEqual([50])
  })

  test.each([
    { name: 'a trigger that is off', trigger: { state: 'off' }, node: {}, cluster: {} },
    { name: 'a node that drains', trigger: {}, node: { state: 'draining' }, cluster: {} },
    { name: 'a node in warm-up', trigger: {}, node: { inServiceAt: noon - 1 }, cluster: { warmUpMs: 60_000 } },
  ] as const)('$name is not judged', ({ trigger, node, cluster }) => {
    const judge = judgeOf({ triggers: [aTrigger(trigger)], nodes: [aNode(node)], clusters: [aCluster(cluster)] })
    expect(feed(judge, '1.1', [5, 5, 5])).toEqual([])
  })

  test('the first sample at the end of the warm-up is judged', () => {
    const judge = judgeOf({ nodes: [aNode({ inServiceAt: noon })], clusters: [aCluster({ warmUpMs: 10_000 })] })
    expect(secondsOf(feed(judge, '1.1', [5, 5, 5, 5]))).toEqual([30])
  })

  test('series that are gone are dropped, and their handle means no other', () => {
    const judge = judgeOf({ nodes: [aNode(), aNode({ id: 2 })] })
    const handle = judge.handleOf('1.1') as number
    judge.configure(aConfiguration({ nodes: [aNode({ id: 2 }), aNode({ id: 3 })] }))
    expect(judge.handleOf('1.1')).toBeUndefined()
    expect(judge.judge(handle, sampleOf(5, noon))).toEqual([])
    expect(judge.handleOf('1.3')).not.toBe(handle)
  })

  test('each JVM of a node is a series', () => {
    const series = [
      { counter: 1, node: 1, jvm: 1 },
      { counter: 1, node: 1, jvm: 2 },
    ]
    const judge = judgeOf({ series })
    feed(judge, '1.1.1', [5, 5])
    expect(feed(judge, '1.1.2', [5])).toEqual([])
    expect(judge.stateOf(1).map(({ seriesId, hits }) => [seriesId, hits])).toEqual([
      ['1.1.1', 2],
      ['1.1.2', 1],
    ])
  })

  test('triggers with their own thresholds each keep their own hits; the counter has its own', () => {
    const triggers = [
      aTrigger({ id: 1 }),
      aTrigger({ id: 2, counters: [{ counterId: 1, threshold: { comparison: '<', limit: 2 } }], timingMs: 0 }),
    ]
    const judge = judgeOf({ triggers })
    expect(feed(judge, '1.1', [5, 5, 1]).map(({ triggerId }) => triggerId)).toEqual([2])
    expect([1, 2].map((id) => judge.stateOf(id)[0]?.hits)).toEqual([0, 1])
    expect(judge.hitsOf('1.1')).toBe(0)
  })

  test('the state tells hits, hits needed, since when, and the latest sample', () => {
    const judge = judgeOf()
    const quiet = { seriesId: '1.1', counterId: 1, nodeId: 1, hits: 0, hitsNeeded: 3, breachSinceAt: null }
    expect(judge.stateOf(1)).toEqual([{ ...quiet, value: null, at: null, failure: null }])
    feed(judge, '1.1', [5, 6])
    const inBreach = { ...quiet, hits: 2, breachSinceAt: noon }
    expect(judge.stateOf(1)).toEqual([{ ...inBreach, value: 6, at: noon + 10_000, failure: null }])
    feed(judge, '1.1', ['exit'], noon + 20_000)
    expect(judge.stateOf(1)).toEqual([{ ...inBreach, value: null, at: noon + 20_000, failure: 'exit' }])
    expect(judge.hitsOf('1.1')).toBe(2)
  })

  test('lost hits are told: stale after a gap, reset where Timing had been reached', () => {
    const judge = judgeOf()
    feed(judge, '1.1', [5, 5, 1])
    expect(judge.takeLost()).toEqual([])
    feed(judge, '1.1', [5, 5, 5, 1], noon + 30_000)
    feed(judge, '1.1', [5], noon + 70_000)
    feed(judge, '1.1', [5], noon + 115_001)
    expect(judge.takeLost()).toEqual([
      { triggerId: 1, seriesId: '1.1', outcome: 'reset', hits: 3, at: noon + 60_000 },
      { triggerId: 1, seriesId: '1.1', outcome: 'stale', hits: 1, at: noon + 115_001 },
    ])
    expect(judge.takeLost()).toEqual([])
  })

  test.each([
    { name: 'forward', byMs: 3_600_000 },
    { name: 'back', byMs: -3_600_000 },
  ])('a clock that steps $name loses no hits, and forgets no fire', ({ byMs }) => {
    const judge = judgeOf()
    feed(judge, '1.1', [5, 5, 5])
    judge.accepted(1, noon + 20_000)
    feed(judge, '1.1', [5], noon + 30_000)
    judge.clockStepped(byMs)
    expect(feed(judge, '1.1', [5, 5], noon + 40_000 + byMs)).toMatchObject([{ hits: 3, at: noon + 50_000 + byMs }])
  })
})

describe('what guards are told', () => {
  const nodes = [
    aNode({ site: 'dc1' }),
    aNode({ id: 2, site: 'dc1' }),
    aNode({ id: 3, site: 'dc2' }),
    aNode({ id: 4, state: 'draining' }),
    aNode({ id: 5 }),
  ]

  test('sensor health: nodes in service whose latest samples all fail, by cluster, site and over all', () => {
    const judge = judgeOf({ nodes, counters: [aCounter(), aCounter({ id: 2 })] })
    const latest: Record<string, Said> = {
      '1.1': 'exit',
      '2.1': 'exit',
      '1.2': 'exit',
      '2.2': 1,
      '1.3': 'exit',
      '1.5': 1,
      '2.5': 'exit',
      '1.4': 'exit',
    }
    for (const [series, said] of Object.entries(latest)) give(judge, series, sampleOf(said, noon))
    const told = (counterIds?: number[]) =>
      judge.sensorHealth(counterIds).map(({ scope, site, failing, nodes }) => `${scope} ${site} ${failing}/${nodes}`)
    expect(told().sort()).toEqual(['all null 2/4', 'cluster null 2/4', 'site dc1 1/2', 'site dc2 1/1'])
    expect(told([1])).toContain('cluster null 3/4')
  })

  test('missing series: failing, silent for over two periods, or never sampled', () => {
    const judge = judgeOf({ nodes })
    feed(judge, '1.1', [5, 'exit'])
    feed(judge, '1.2', [5])
    feed(judge, '1.3', [5], noon - 1)
    expect(judge.missingOf(1, noon + 20_000)).toEqual([
      { seriesId: '1.1', nodeId: 1, sinceAt: noon, failure: 'exit' },
      { seriesId: '1.3', nodeId: 3, sinceAt: noon - 1, failure: null },
      { seriesId: '1.5', nodeId: 5, sinceAt: null, failure: null },
    ])
  })

  test('what growing triggers see: value, last breach, and how it scales', () => {
    const counters = [aCounter({ shared: true })]
    const triggers = [
      aTrigger({ actions: acting('grow') }),
      aTrigger({ id: 2, name: 'shrink', actions: acting('remove') }),
      aTrigger({ id: 3, name: 'fewer', aggregate: 'count', actions: acting('grow'), state: 'watch' }),
    ]
    const judge = judgeOf({ counters, triggers })
    judge.tick(noon - 20_000)
    feed(judge, '1.1', [5, 3], noon - 10_000)
    judge.tick(noon)
    const common = { counterName: 'load1', timingMs: 30_000, threshold: { comparison: '>', limit: 4 } }
    expect(judge.growingOf(1, noon)).toEqual([
      {
        ...common,
        triggerId: 1,
        triggerName: 'grow',
        nodeId: 1,
        value: 3,
        lastBreachAt: noon - 10_000,
        scaling: 'per-node',
      },
      { ...common, triggerId: 3, triggerName: 'fewer', nodeId: null, value: 1, lastBreachAt: null, scaling: 'count' },
    ])
    expect(judge.growingOf(1, noon + 20_001)[0]?.value).toBeNull()
  })
})
