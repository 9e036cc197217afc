import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Counter } from '../../model/counter.ts'
import { failureKinds } from '../../model/sample.ts'
import { aggregates } from '../../model/trigger.ts'
import type { Column } from '../breach.ts'
import type { Candidate } from '../candidate.ts'
import {
  aConfiguration,
  aCounter,
  acting,
  aNode,
  aTrigger,
  columnOf,
  give,
  judgeOf,
  noon,
  type Said,
} from '../fixtures.ts'
import type { Configuration } from '../watch-list.ts'
import { Replay } from './replay.ts'

interface Recorded {
  configuration: Configuration
  columns: Map<string, Column>
  toAt: number
}

const word = (candidate: Candidate) =>
  `${candidate.triggerId}:${candidate.seriesId}@${(candidate.at - noon) / 1_000}:${candidate.hits}`

/** The asks of the live judge, given every sample at its time and a tick at every second between. */
function live({ configuration, columns, toAt }: Recorded, accept: () => boolean): string[] {
  const judge = judgeOf(configuration)
  const samples = [...columns].flatMap(([id, { times, values, failures, to }]) =>
    Array.from({ length: to }, (_, place) => {
      const at = times[place] as number
      const code = failures[place] as number
      const failure = failureKinds[code - 1] ?? 'internal'
      return code === 0
        ? { id, sample: { kind: 'value', at, value: values[place] as number } as const }
        : { id, sample: { kind: 'failure', at, failure, text: '' } as const }
    }),
  )
  const order = new Map([...columns.keys()].map((id, index) => [id, index]))
  samples.sort((a, b) => a.sample.at - b.sample.at || (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
  const asks: string[] = []
  const hear = (candidates: readonly Candidate[]) => {
    for (const candidate of candidates) {
      const accepted = accept()
      asks.push(`${word(candidate)}${accepted ? '!' : ''}`)
      if (accepted) judge.accepted(candidate.triggerId, candidate.at)
    }
  }
  let next = 0
  for (let at = noon; at < toAt; at += 1_000) {
    for (; samples[next] && (samples[next]?.sample.at ?? 0) <= at; next++) {
      const { id, sample } = samples[next] as (typeof samples)[number]
      hear(give(judge, id, sample))
    }
    hear(judge.tick(at))
  }
  return asks
}

/** The asks of a replay of the same, cut into windows. */
function replayed({ configuration, columns, toAt }: Recorded, windowMs: number, accept: () => boolean): string[] {
  const replay = new Replay(configuration, 10)
  const asks: string[] = []
  for (let fromAt = noon; fromAt < toAt; fromAt += windowMs) {
    replay.read(columns, fromAt, Math.min(toAt, fromAt + windowMs), (candidate) => {
      const accepted = accept()
      asks.push(`${word(candidate)}${accepted ? '!' : ''}`)
      return accepted
    })
  }
  return asks
}

const said = fc.array(fc.constantFrom<Said[]>(1, 3, 5, 5, 5, 7, 'timeout', 'exit'), { maxLength: 60 })
/** A sample every 10 s, some of them late by more than a silence; whole seconds, in which live's ticks fall too. */
const gaps = fc.infiniteStream(fc.constantFrom(10, 10, 10, 10, 10, 10, 11, 20, 44, 60, 400))

const recorded = fc
  .record({
    nodes: fc.array(fc.record({ said, skew: fc.nat(9), gaps, warm: fc.constantFrom(0, 0, 95) }), {
      minLength: 1,
      maxLength: 4,
    }),
    limit: fc.constantFrom(2, 4, 6),
    timingMs: fc.constantFrom(0, 20_000, 45_000, 120_000),
    periodMs: fc.constantFrom(10_000, 20_000),
    aggregate: fc.constantFrom(null, ...aggregates),
    missing: fc.constantFrom('hold', 'breach'),
    effect: fc.constantFrom('grow', 'remove', 'none'),
  })
  .map(({ nodes, limit, timingMs, periodMs, aggregate, missing, effect }): Recorded => {
    const counters: Counter[] = [aCounter({ periodMs })]
    const trigger = aTrigger({
      timingMs,
      aggregate,
      missing: missing as 'hold' | 'breach',
      actions: acting(effect as 'grow' | 'remove' | 'none'),
      counters: [{ counterId: 1, threshold: { comparison: '>', limit } }],
    })
    const columns = new Map(
      nodes.map(({ said: words, skew, gaps: between }, index) => {
        let at = noon + skew * 1_000
        const times = words.map(() => {
          at += between.next().value * 1_000
          return at
        })
        return [`1.${index + 1}`, columnOf(words, times)] as const
      }),
    )
    const toAt = Math.max(noon, ...[...columns.values()].map(({ times, to }) => times[to - 1] ?? noon)) + 60_000
    const all = nodes.map(({ warm }, index) => aNode({ id: index + 1, inServiceAt: noon + warm * 1_000 }))
    return { configuration: aConfiguration({ counters, nodes: all, triggers: [trigger] }), columns, toAt }
  })

/** The same answers to the same asks, in order. */
function answersOf(pattern: readonly boolean[]): () => boolean {
  let next = 0
  return () => pattern[next++ % pattern.length] ?? true
}

test('fires at the samples at which live fired, whatever the windows', () => {
  const pattern = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 })
  fc.assert(
    fc.property(recorded, pattern, fc.constantFrom(7_000, 60_000, 3_600_000), (one, answers, windowMs) => {
      expect(replayed(one, windowMs, answersOf(answers))).toEqual(live(one, answersOf(answers)))
    }),
    { numRuns: 300 },
  )
})

test('triggers that share a threshold are judged as if each were alone', () => {
  const column = columnOf([5, 5, 5, 5, 1, 5, 5, 5])
  const timings = [10_000, 30_000].map((timingMs, index) => aTrigger({ id: index + 1, timingMs }))
  const asks = (triggers: typeof timings) => {
    const configuration = aConfiguration({ triggers })
    return replayed({ configuration, columns: new Map([['1.1', column]]), toAt: noon + 100_000 }, 20_000, () => true)
  }
  expect(asks(timings).toSorted()).toEqual(timings.flatMap((one) => asks([one])).toSorted())
})

test('a breach over several windows is one interval, and the series says how many samples failed', () => {
  const replay = new Replay(aConfiguration(), 10)
  const columns = new Map([['1.1', columnOf([5, 5, 'exit', 5, 1, 5])]])
  for (let at = noon; at < noon + 60_000; at += 10_000) replay.read(columns, at, at + 10_000, () => false)
  expect(replay.seriesOf(1)).toMatchObject([
    {
      seriesId: '1.1',
      samples: 6,
      failures: 1,
      intervals: [
        { fromAt: noon, toAt: noon + 30_000, hits: 3, ended: 'clean' },
        { fromAt: noon + 50_000, toAt: noon + 50_000, hits: 1, ended: null },
      ],
    },
  ])
})

test('a fire that is known from elsewhere uses up the hits there are', () => {
  const replay = new Replay(aConfiguration(), 0)
  const columns = new Map([['1.1', columnOf([5, 5, 5, 5, 5])]])
  replay.read(columns, noon, noon + 30_000, () => false)
  expect(replay.statesOf(1)).toMatchObject([{ hits: 3, hitsNeeded: 3, breachSinceAt: noon, value: 5 }])
  replay.accepted(1, noon + 20_500)
  replay.read(columns, noon + 30_000, noon + 60_000, () => false)
  expect(replay.statesOf(1)).toMatchObject([{ hits: 2, at: noon + 40_000 }])
})
