import { expect, test } from 'vitest'
import type { Verdict } from '../model/verdict.ts'
import { aSituation, noon } from './fixtures.ts'
import type { Situation } from './situation.ts'
import { type NewVerdict, nextVerdict, outcomeOf } from './verdicts.ts'

const row: Verdict = {
  id: 7,
  triggerId: 1,
  outcome: 'refused',
  guard: 'cooldown',
  reason: 'first',
  until: noon,
  runId: null,
  seriesId: '1.1',
  hits: 3,
  at: noon - 20_000,
  lastAt: noon - 10_000,
  repeats: 1,
}
const { id: _, lastAt: __, repeats: ___, ...same } = row
const later: NewVerdict = { ...same, reason: 'second', seriesId: '1.2', hits: 4, at: noon }

test('the same guard, until and outcome repeat the row, with what is newest', () => {
  expect(nextVerdict(row, later)).toEqual({
    ...row,
    reason: 'second',
    seriesId: '1.2',
    hits: 4,
    lastAt: noon,
    repeats: 2,
  })
})

test.each<{ name: string; previous: Verdict | undefined; verdict: NewVerdict }>([
  { name: 'the first verdict', previous: undefined, verdict: later },
  { name: 'another guard', previous: row, verdict: { ...later, guard: 'size' } },
  { name: 'another until', previous: row, verdict: { ...later, until: noon + 1 } },
  { name: 'another outcome', previous: row, verdict: { ...later, outcome: 'watched' } },
  { name: 'another trigger', previous: row, verdict: { ...later, triggerId: 2 } },
  {
    name: 'a second fire',
    previous: { ...row, outcome: 'fired', guard: null, until: null },
    verdict: { ...later, outcome: 'fired', guard: null, until: null },
  },
])('$name is a new row', ({ previous, verdict }) => {
  expect(nextVerdict(previous, verdict)).toEqual({ ...verdict, lastAt: noon, repeats: 0 })
})

const watching = { id: 1, name: 'grow', state: 'watch', timingMs: 0, missing: 'hold', pausedUntil: null } as const
test.each<{ name: string; some: Partial<Situation>; outcome: object }>([
  { name: 'on, and no guard: fired', some: {}, outcome: { outcome: 'fired' } },
  {
    name: 'watch, and no guard: watched',
    some: { trigger: watching },
    outcome: { outcome: 'watched', reason: 'Trigger "grow" would have fired; it is in watch and starts nothing.' },
  },
  {
    name: 'watch, and a guard: refused as if it were on',
    some: { trigger: watching, runUnderWay: { runId: 1 } },
    outcome: {
      outcome: 'refused',
      guard: 'run-under-way',
      until: null,
      reason:
        'Trigger "grow" held back by a run under way (run 1 changes the nodes of cluster "shop"). It stays armed.',
    },
  },
  {
    name: 'a person runs a trigger in watch',
    some: { trigger: watching, asker: 'person' },
    outcome: { outcome: 'fired' },
  },
])('$name', ({ some, outcome }) => expect(outcomeOf(aSituation(some))).toEqual(outcome))
