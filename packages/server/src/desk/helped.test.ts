import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Run } from '../model/run.ts'
import { begin, openShop } from './backtest/backtest.fixture.ts'
import type { TestDesk } from './desk.fixture.ts'
import { helpedBy } from './helped.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openShop({ cluster: { warmUpMs: 60_000 } })
})
afterEach(() => desk.close())

const minute = 60_000
const cause = { kind: 'fire', text: 'shop01 load1 was 5 > 4', counter: 'load1', threshold: '> 4' } as const

/** A run from minute 10 to minute 12. */
async function run(some: Partial<Run> = {}): Promise<number> {
  const names = { triggerId: 1, triggerName: 'grow', clusterId: 1, clusterName: 'shop' }
  const times = { createdAt: begin + 10 * minute, startedAt: begin + 10 * minute, endedAt: begin + 12 * minute }
  const rest = { planHash: '', note: null, cancelRequested: false, state: 'succeeded', effect: 'grow', cause } as const
  return (await desk.store.runs.insert({ ...names, ...times, ...rest, ...some })).id
}

/** A load of 6 before the run, 9 during it and the warm-up, then 3; node 2 has half of it. */
async function load(): Promise<void> {
  const valueAt = (at: number) => (at < begin + 10 * minute ? 6 : at < begin + 13 * minute ? 9 : 3)
  for (let at = begin; at < begin + 30 * minute; at += 10_000) {
    const failed = { series: '1.2', at: at + 1, value: Number.NaN, failure: 1, hits: 0 }
    desk.history.append([
      { series: '1.1', at, value: valueAt(at), failure: 0, hits: 0 },
      { series: '1.2', at, value: valueAt(at) / 2, failure: 0, hits: 0 },
      ...(at % 60_000 === 0 ? [failed] : []),
    ])
  }
  await desk.history.flush()
}

test('the mean over the cluster, before the run and after its warm-up', async () => {
  await load()
  const id = await run()
  desk.clock.advance(23 * minute - 1)
  expect(await helpedBy(desk, id)).toBeNull()
  desk.clock.advance(1)
  expect(await helpedBy(desk, id)).toEqual({
    counter: { id: 1, name: 'load1' },
    unit: '',
    before: 4.5,
    after: 2.25,
    better: true,
  })
})

test.each<{ name: string; some: Partial<Run> }>([
  { name: 'begun by a person', some: { cause: { kind: 'person', text: 'by hand' } } },
  { name: 'that changes no nodes', some: { effect: 'none' } },
  { name: 'still under way', some: { state: 'running', endedAt: null } },
  { name: 'whose counter is gone', some: { cause: { ...cause, counter: 'load9' } } },
  { name: 'of a time without samples', some: { createdAt: begin - 600 * minute, endedAt: begin - 500 * minute } },
])('a run $name has no answer', async ({ some }) => {
  await load()
  desk.clock.advance(60 * minute)
  expect(await helpedBy(desk, await run(some))).toBeNull()
})

test('a removal helped where the load rose from below', async () => {
  await load()
  desk.clock.advance(60 * minute)
  const id = await run({ effect: 'remove', cause: { ...cause, threshold: '< 7' } })
  expect(await helpedBy(desk, id)).toMatchObject({ better: false })
})
