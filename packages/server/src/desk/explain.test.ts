import { afterEach, expect, test } from 'vitest'
import type { Verdict } from '../model/verdict.ts'
import { begin, deploy, doing, openShop, record, type Shop, times } from './backtest/backtest.fixture.ts'
import type { TestDesk } from './desk.fixture.ts'
import { explain } from './explain.ts'

let desk: TestDesk
afterEach(() => desk.close())

async function shop(some: Shop, said: Record<string, readonly (number | null)[]>): Promise<void> {
  desk = await openShop(some)
  await record(desk, said)
}

const at = (seconds: number) => begin + seconds * 1_000
const clock = (seconds: number) => `${new Date(at(seconds)).toISOString().slice(11, 19)} UTC`

async function decided(some: Partial<Verdict> & { at: number }): Promise<void> {
  const row = { triggerId: 1, guard: null, reason: '', until: null, runId: null, seriesId: '1.1', hits: 3, repeats: 0 }
  await desk.store.verdicts.insert({ ...row, outcome: 'fired', lastAt: some.at, ...some })
}

test('says how near it was: the hits of the moment, not of now', async () => {
  await shop({}, { '1.1': [1, 1, 5, 5, 1, 1], '1.2': [1, 1, 1, 1, null, 1] })
  const then = await explain(desk, 'grow', at(35))
  expect(then.answer).toBe(
    `It did not fire: the nearest was load1 on shop01, 2 of 3 hits, in breach since ${clock(20)}.`,
  )
  expect(then).toMatchObject({ live: false, verdict: null })
  expect(then.series).toMatchObject([
    {
      id: '1.1',
      node: { name: 'shop01' },
      threshold: '> 4',
      hits: 2,
      hitsNeeded: 3,
      latest: { value: 5 },
      ageMs: 5_000,
    },
    { id: '1.2', hits: 0, breachSince: null, latest: { value: 1 } },
  ])
  const later = await explain(desk, 'grow', at(45))
  expect(later.answer).toBe('It did not fire: none of its 2 series was in breach; 1 gave no value.')
})

test('a fire: why, and its run; after it the hits it used up count no more', async () => {
  await shop({}, { '1.1': times(8, 5) })
  await decided({ at: at(20) + 40, reason: 'shop01 load1 was 5 > 4 for 30s', runId: 7 })
  const fired = await explain(desk, 'grow', at(25))
  expect(fired.answer).toBe(`It fired at ${clock(20)}: shop01 load1 was 5 > 4 for 30s (run 7).`)
  expect(fired.series[0]).toMatchObject({ hits: 0, breachSince: new Date(at(0)).toISOString() })
  expect(fired.timeline.map(({ kind, run }) => [kind, run])).toEqual([
    ['breach', null],
    ['fired', 7],
  ])
  expect((await explain(desk, 'grow', at(35))).series[0]).toMatchObject({ hits: 1 })
})

test('a refusal that was in force, with its guard, its end and its repeats', async () => {
  await shop({}, { '1.1': times(30, 5) })
  const reason = 'Trigger "grow" held back by cooldown (5m after run 3). It stays armed.'
  await decided({
    at: at(20),
    outcome: 'refused',
    guard: 'cooldown',
    reason,
    until: at(400),
    lastAt: at(290),
    repeats: 27,
  })
  const held = await explain(desk, 'grow', at(100))
  expect(held.answer).toBe(`It was ready (load1 on shop01, 11 of 3 hits, in breach since ${clock(0)}), but: ${reason}`)
  expect(held.verdict).toMatchObject({ guard: 'cooldown', repeats: 27, inForce: true, until: expect.any(String) })
  expect(held.timeline.at(-1)).toMatchObject({ kind: 'refused', text: `${reason} (28 times)`, to: at(290) })
})

test('the timeline has what happened to hits, and runs by hand', async () => {
  await shop({ nodes: ['shop01'] }, { '1.1': [5, 5, 5, 1, 5, 1, 5] })
  const names = { triggerId: 1, triggerName: 'grow', clusterId: 1, clusterName: 'shop' }
  const rest = { planHash: '', note: null, cancelRequested: false, createdAt: at(10) } as const
  const cause = { kind: 'person', text: 'started by hand' } as const
  await desk.store.runs.insert({
    ...names,
    ...rest,
    cause,
    state: 'succeeded',
    effect: 'none',
    startedAt: at(10),
    endedAt: at(15),
  })
  const { timeline } = await explain(desk, 'grow', at(60))
  expect(timeline.map(({ kind, at: from, text }) => [kind, (from - begin) / 1_000, text])).toEqual([
    ['breach', 0, 'shop01 load1 in breach of > 4: 3 of 3 hits'],
    ['run', 10, 'run 1, begun by hand: succeeded'],
    ['reset', 20, 'shop01 load1 was clean again: its 3 hits are gone'],
    ['breach', 40, 'shop01 load1 in breach of > 4: 1 of 3 hits'],
    ['breach', 60, 'shop01 load1 in breach of > 4: 1 of 3 hits'],
  ])
})

test('now is as the loop sees it', async () => {
  await shop({ trigger: { actions: [doing(deploy)] } }, { '1.1': [1] })
  desk.judge = {
    stateOf: async () => [{ series: '1.1', counterId: 1, nodeId: 1, hits: 2, hitsNeeded: 3, breachSinceAt: at(0) }],
    heldBackBy: async () => ({
      guard: 'cooldown',
      reason: 'Trigger "grow" held back by cooldown (5m after run 1).',
      until: null,
    }),
  }
  desk.recent.put([{ series: '1.1', latest: { at: at(0), value: 5, failure: null, text: null, hits: 2 } }])
  const now = await explain(desk, 'grow', undefined)
  expect(now.live).toBe(true)
  expect(now.answer).toBe(
    `It did not fire: the nearest was load1 on shop01, 2 of 3 hits, in breach since ${clock(0)}. Were it ready: Trigger "grow" held back by cooldown (5m after run 1).`,
  )
})

test('where nothing is recorded that is said; what is to come is no moment', async () => {
  await shop({}, { '1.1': [1] })
  expect((await explain(desk, 'grow', begin - 86_400_000)).answer).toBe('Nothing of it was recorded in that time.')
  await expect(explain(desk, 'grow', desk.clock.now() + 1)).rejects.toMatchObject({ code: 'bad-input' })
})

test('a trigger that was changed since says so', async () => {
  await shop({}, { '1.1': [1, 1] })
  desk.clock.advance(1_000)
  await desk.store.triggers.update(1, { timingMs: 60_000 })
  expect((await explain(desk, 'grow', at(5))).notes[0]).toMatch(/^The trigger was changed since, at /)
})
