import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Breach, breaches, breachRule, newTrack } from './breach.ts'
import { fires, hitsNeeded, newSpent } from './fires.ts'
import {
  aCluster,
  aConfiguration,
  aCounter,
  acting,
  aNode,
  aTrigger,
  columnOf,
  feed,
  give,
  judgeOf,
  noon,
  type Said,
  sampleOf,
  secondsOf,
} from './fixtures.ts'
import { Judge } from './judge.ts'
import type { Configuration } from './watch-list.ts'

describe('restart', () => {
  test('history gives hits back, but none from before the last accepted fire', () => {
    const judge = judgeOf()
    judge.accepted(1, noon + 10_000)
    judge.restore(new Map([['1.1', columnOf([5, 5, 5, 5])]]))
    expect(judge.stateOf(1)[0]).toMatchObject({ hits: 2, breachSinceAt: noon, value: 5, at: noon + 30_000 })
    expect(secondsOf(feed(judge, '1.1', [5], noon + 40_000))).toEqual([40])
  })

  test('the aggregates of the past are judged again', () => {
    const some = { nodes: [aNode(), aNode({ id: 2 })], triggers: [aTrigger({ aggregate: 'avg', timingMs: 40_000 })] }
    const judge = judgeOf(some)
    const every5 = Array.from({ length: 6 }, (_, index) => noon + 5_000 + index * 10_000)
    judge.restore(
      new Map([
        ['1.1', columnOf([9, 9, 9, 9, 9, 9], every5)],
        ['1.2', columnOf([1, 1, 1, 1, 1, 1], every5)],
      ]),
    )
    expect(judge.stateOf(1)).toMatchObject([{ hits: 4, value: 5, at: noon + 50_000 }])
    expect(judge.tick(noon + 60_000)).toMatchObject([{ hits: 5 }])
  })

  test('aggregates stand after a replay as they stood live, whatever instant in the period samples have', () => {
    const said = fc.array(fc.constantFrom<Said[]>(9, 9, 9, 1, 'exit'), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(said, said, fc.constantFrom(0, 1, 5_000, 9_999), (first, second, offset) => {
        const some = {
          nodes: [aNode(), aNode({ id: 2 })],
          triggers: [aTrigger({ aggregate: 'avg', timingMs: 40_000 })],
        }
        const count = Math.min(first.length, second.length)
        const times = Array.from({ length: count }, (_, index) => noon + offset + index * 10_000)
        const [live, replayed] = [judgeOf(some), judgeOf(some)]
        times.forEach((at, index) => {
          // Live ticks come a moment after the end of the period; the last one is still to come for both.
          if (index > 0) live.tick(Math.floor((at - 1) / 10_000) * 10_000)
          else live.tick(at)
          give(live, '1.1', sampleOf(first[index] as Said, at))
          give(live, '1.2', sampleOf(second[index] as Said, at))
        })
        const columns = [first, second].map((one) => columnOf(one.slice(0, count), times))
        replayed.restore(new Map(columns.map((column, index) => [`1.${index + 1}`, column])))
        expect(replayed.stateOf(1)).toEqual(live.stateOf(1))
        const end = Math.ceil(((times.at(-1) ?? noon) + 1) / 10_000) * 10_000
        expect(replayed.tick(end)).toEqual(live.tick(end))
      }),
    )
  })

  const said = fc.constantFrom<Said[]>(5, 5, 5, 5, 1, 'exit', 'timeout')
  const effect = fc.constantFrom('grow' as const, 'none' as const)
  test('gives the fires of the same samples without it, while the gap stays under the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(said, said), { minLength: 1, maxLength: 40 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 45_000 }),
        effect,
        fc.infiniteStream(fc.boolean()),
        (rounds, stop, gap, effect, answers) => {
          const some = { nodes: [aNode(), aNode({ id: 2 })], triggers: [aTrigger({ actions: acting(effect) })] }
          const times = rounds.map((_, index) => noon + index * 10_000 + (index >= stop ? gap - 10_000 : 0))
          const accepts = rounds.map(() => answers.next().value)
          const play = (restarts: boolean) => {
            let judge = judgeOf(some)
            const fires: string[] = []
            let lastAcceptedAt: number | undefined
            rounds.forEach((round, index) => {
              const at = times[index] as number
              if (restarts && index === stop) {
                judge = judgeOf(some)
                if (lastAcceptedAt !== undefined) judge.accepted(1, lastAcceptedAt)
                const before = times.slice(0, index)
                const column = (n: 0 | 1) =>
                  columnOf(
                    rounds.slice(0, index).map((one) => one[n]),
                    before,
                  )
                judge.restore(
                  new Map([
                    ['1.1', column(0)],
                    ['1.2', column(1)],
                  ]),
                )
              }
              const candidates = [
                ...give(judge, '1.1', sampleOf(round[0], at)),
                ...give(judge, '1.2', sampleOf(round[1], at)),
              ]
              fires.push(...candidates.map(({ seriesId, hits }) => `${seriesId}@${at}:${hits}`))
              if (candidates.length === 0 || !accepts[index]) return
              lastAcceptedAt = at
              judge.accepted(1, at)
            })
            return fires
          }
          expect(play(true)).toEqual(play(false))
        },
      ),
    )
  })
})

test('live, sample by sample, fires as both stages over whole columns do', () => {
  const said = fc.array(fc.constantFrom<Said[]>(5, 5, 5, 1, 'exit', 'timeout'), { minLength: 50, maxLength: 50 })
  const missing = fc.constantFrom('hold' as const, 'breach' as const)
  fc.assert(
    fc.property(
      said,
      said,
      missing,
      fc.nat(6),
      fc.array(fc.boolean(), { minLength: 100, maxLength: 100 }),
      (...drawn) => {
        const [first, second, missing, needed, answers] = drawn
        const timingMs = needed * 10_000
        const rule = breachRule({ threshold: { comparison: '>', limit: 4 }, periodMs: 10_000, missing })
        const columns = [
          columnOf(first),
          columnOf(
            second,
            first.map((_, index) => noon + index * 10_000 + 3_000),
          ),
        ]
        const judged = columns.map((column) => {
          const found: Breach[] = []
          breaches(column, rule, newTrack(), found)
          const { judgedCodeMax } = rule
          return {
            column,
            breaches: found,
            judgedCodeMax,
            hitsNeeded: hitsNeeded(timingMs, 10_000),
            spent: newSpent(),
            passed: newSpent(),
          }
        })
        const whole: string[] = []
        fires(judged, Number.NEGATIVE_INFINITY, ({ index, at, hits, breachSinceAt }) => {
          whole.push(`1.${index + 1}@${at}: ${hits} since ${breachSinceAt}`)
          return answers[whole.length - 1] as boolean
        })

        const live: string[] = []
        const judge = judgeOf({ nodes: [aNode(), aNode({ id: 2 })], triggers: [aTrigger({ timingMs, missing })] })
        const take = (series: string, said: Said, takenAt: number) => {
          for (const { seriesId, at, hits, breachSinceAt } of give(judge, series, sampleOf(said, takenAt))) {
            live.push(`${seriesId}@${at}: ${hits} since ${breachSinceAt}`)
            if (answers[live.length - 1]) judge.accepted(1, at)
          }
        }
        first.forEach((said, index) => {
          take('1.1', said, noon + index * 10_000)
          take('1.2', second[index] as Said, noon + index * 10_000 + 3_000)
        })
        expect(live).toEqual(whole)
      },
    ),
  )
})

test('the order of clusters, triggers, nodes, counters and series does not matter', () => {
  const ids = [1, 2, 3]
  const whole = aConfiguration({
    clusters: ids.map((id) => aCluster({ id })),
    nodes: [1, 2, 3, 4, 5, 6].map((id) => aNode({ id, clusterId: ((id - 1) % 3) + 1 })),
    triggers: ids.flatMap((id) => [
      aTrigger({ id, clusterId: id, timingMs: id * 10_000 }),
      aTrigger({ id: id + 3, clusterId: id, aggregate: 'avg', timingMs: 10_000 }),
    ]),
    counters: [aCounter(), aCounter({ id: 2 })],
  })
  const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length })
  const order = fc.record({
    clusters: shuffled(whole.clusters),
    nodes: shuffled(whole.nodes),
    triggers: shuffled(whole.triggers),
    counters: shuffled(whole.counters),
    series: shuffled(whole.series),
  })
  const rounds = fc.array(fc.array(fc.constantFrom<Said[]>(5, 5, 1, 'exit'), { minLength: 12, maxLength: 12 }), {
    maxLength: 8,
  })
  const candidatesOf = (configuration: Configuration, said: Said[][]) => {
    const judge = new Judge()
    judge.configure(configuration)
    const all = said.flatMap((round, n) => {
      const at = noon + n * 10_000
      const live = whole.series.flatMap((series, index) =>
        give(judge, `${series.counter}.${series.node}`, sampleOf(round[index] as Said, at)),
      )
      return [...live, ...judge.tick(at)]
    })
    return all.map((candidate) => JSON.stringify(candidate)).sort()
  }
  fc.assert(
    fc.property(order, rounds, (order, said) => {
      expect(candidatesOf({ ...whole, ...order }, said)).toEqual(candidatesOf(whole, said))
    }),
    { numRuns: 50 },
  )
})
