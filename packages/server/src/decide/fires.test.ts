import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Breach, breaches, breachRule, newTrack } from './breach.ts'
import { type Ask, fires, hitsNeeded, type Judged, newSpent } from './fires.ts'
import { columnOf, noon, type Said } from './fixtures.ts'

const rule = breachRule({ threshold: { comparison: '>', limit: 4 }, periodMs: 10_000, missing: 'hold' })

function judged(said: readonly Said[], needed: number): Judged {
  const [column, found]: [ReturnType<typeof columnOf>, Breach[]] = [columnOf(said), []]
  breaches(column, rule, newTrack(), found)
  return {
    column,
    breaches: found,
    judgedCodeMax: rule.judgedCodeMax,
    hitsNeeded: needed,
    spent: newSpent(),
    passed: newSpent(),
  }
}

/** The asks as `series@seconds:hits`, with a `!` where accepted. */
function asksOf(
  series: readonly Judged[],
  accept: (ask: Ask) => boolean,
  acceptedAt = Number.NEGATIVE_INFINITY,
): string[] {
  const asks: string[] = []
  fires(series, acceptedAt, (ask) => {
    const accepted = accept(ask)
    asks.push(`${ask.index}@${(ask.at - noon) / 1_000}:${ask.hits}${accepted ? '!' : ''}`)
    return accepted
  })
  return asks
}

test.each([
  { name: 'Timing 0 is the first hit', timingMs: 0, periodMs: 10_000, expected: 1 },
  { name: 'less than a period is one hit', timingMs: 1, periodMs: 10_000, expected: 1 },
  { name: 'a whole number of periods is that many', timingMs: 300_000, periodMs: 60_000, expected: 5 },
  { name: 'a started period needs its hit', timingMs: 300_001, periodMs: 60_000, expected: 6 },
])('hits needed: $name', ({ timingMs, periodMs, expected }) => expect(hitsNeeded(timingMs, periodMs)).toBe(expected))

const yes = () => true
const no = () => false

test.each<{ name: string; said: Said[][]; needed: number; accept: (ask: Ask) => boolean; asks: string[] }>([
  { name: 'one hit too few never asks', said: [[5, 5, 1, 5, 5]], needed: 3, accept: yes, asks: [] },
  { name: 'the hit that reaches Timing asks', said: [[5, 5, 5]], needed: 3, accept: yes, asks: ['0@20:3!'] },
  { name: 'Timing 0 asks at the first hit', said: [[1, 5, 1]], needed: 1, accept: yes, asks: ['0@10:1!'] },
  {
    name: 'after an accepted fire a further full Timing is needed',
    said: [[5, 5, 5, 5, 5, 5]],
    needed: 3,
    accept: yes,
    asks: ['0@20:3!', '0@50:3!'],
  },
  {
    name: 'a refused fire stays armed, and is asked again at each hit until a clean sample',
    said: [[5, 5, 'exit', 5, 1, 5]],
    needed: 2,
    accept: no,
    asks: ['0@10:2', '0@30:3'],
  },
  {
    name: 'any series asks; an accepted fire spends the hits of all',
    said: [
      [5, 5, 5, 5],
      [1, 5, 5, 5],
    ],
    needed: 2,
    accept: yes,
    asks: ['0@10:2!', '0@30:2!'],
  },
  {
    name: 'a breach that begins after the fire owes nothing to it',
    said: [[5, 5, 1, 5, 5]],
    needed: 2,
    accept: yes,
    asks: ['0@10:2!', '0@40:2!'],
  },
])('$name', ({ said, needed, accept, asks }) => {
  expect(
    asksOf(
      said.map((one) => judged(one, needed)),
      accept,
    ),
  ).toEqual(asks)
})

test('hits at or before the last accepted fire do not count', () => {
  expect(asksOf([judged([5, 5, 5, 5], 2)], yes, noon + 10_000)).toEqual(['0@30:2!'])
})

test('no ask without Timing reached, and never two accepted fires within one Timing', () => {
  const series = fc.array(fc.array(fc.constantFrom<Said[]>(5, 5, 5, 1, 'exit'), { maxLength: 40 }), { maxLength: 4 })
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.boolean()), (said, needed, answers) => {
      let lastAcceptedAt = Number.NEGATIVE_INFINITY
      const all = said.map((one) => judged(one, needed))
      fires(all, lastAcceptedAt, (ask) => {
        expect(ask.hits).toBeGreaterThanOrEqual(needed)
        expect(ask.at - ask.breachSinceAt).toBeGreaterThanOrEqual((ask.hits - 1) * 10_000)
        expect(ask.at - lastAcceptedAt).toBeGreaterThanOrEqual(needed * 10_000)
        const accepted = answers.next().value
        if (accepted) lastAcceptedAt = ask.at
        return accepted
      })
    }),
  )
})
