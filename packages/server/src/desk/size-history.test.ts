import { afterEach, beforeEach, expect, test } from 'vitest'
import { aNode } from '../decide/fixtures.ts'
import type { Node, NodeState } from '../model/node.ts'
import type { Fleet } from '../observe/fleet.ts'
import { watchSizes } from '../start/watch-sizes.ts'
import { begin, openShop } from './backtest/backtest.fixture.ts'
import type { TestDesk } from './desk.fixture.ts'
import { sizeAt, sizeHistory } from './size-history.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openShop({ nodes: [] })
})
afterEach(() => desk.close())

const none = {
  counters: new Map(),
  triggers: [],
  sshProfiles: new Map(),
  jvmProfiles: new Map(),
  jvms: new Map(),
  effects: new Map(),
}

/** A fleet of one cluster whose nodes are in these states. */
function fleetOf(states: readonly NodeState[]): Fleet {
  const nodes = new Map<number, Node>(states.map((state, index) => [index + 1, aNode({ id: index + 1, state })]))
  return { ...none, nodes, clusters: new Map([[1, { ...cluster }]]) }
}
const cluster = {
  id: 1,
  name: 'shop',
  version: 1,
  createdAt: 0,
  updatedAt: 0,
  min: 1,
  max: 8,
  cooldownMs: 0,
  warmUpMs: 0,
  counterIds: [],
  pausedUntil: null,
}

/** Follows the states for so many seconds each. */
async function follow(steps: readonly { states: readonly NodeState[]; seconds: number }[]): Promise<void> {
  let fleet = fleetOf(steps[0]?.states ?? [])
  const stop = watchSizes({ clock: desk.clock, history: desk.history, fleet: () => fleet })
  for (const { states, seconds } of steps) {
    fleet = fleetOf(states)
    desk.clock.advance(seconds * 1_000)
  }
  stop()
  await desk.history.flush()
}

const seconds = (times: readonly number[]) => times.map((time) => (time - begin) / 1_000)

test('a change is seen within a second, and steps are all that is told', async () => {
  await follow([
    { states: ['in-service', 'out-of-service'], seconds: 200 },
    { states: ['in-service', 'launching'], seconds: 100 },
    { states: ['in-service', 'in-service'], seconds: 100 },
  ])
  const { items } = await sizeHistory(desk, { cluster: 'shop', from: begin, to: desk.clock.now() })
  const [size] = items
  expect(size).toMatchObject({ cluster: { name: 'shop' }, gaps: [], runs: [] })
  expect(size?.counted.slice(0, 3)).toEqual([1, 2, 2])
  expect(size?.inService.slice(0, 3)).toEqual([1, 1, 2])
  expect(seconds(size?.times.slice(0, 3) ?? [])).toEqual([0, 201, 301])
  expect(await sizeAt(desk.history, 1, begin + 250_000)).toBe(2)
  expect(await sizeAt(desk.history, 1, begin - 1)).toBeUndefined()
})

test('time in which tscaler did not run is a gap', async () => {
  await follow([{ states: ['in-service'], seconds: 10 }])
  desk.clock.advance(3_600_000)
  await follow([{ states: ['in-service'], seconds: 10 }])
  const { items } = await sizeHistory(desk, { from: begin, to: desk.clock.now() })
  expect(items[0]?.gaps.map(seconds)).toEqual([[1, 3_610]])
})

test('a month is told by the most nodes of each five minutes', async () => {
  await follow([
    { states: ['in-service'], seconds: 900 },
    { states: ['in-service', 'launching'], seconds: 900 },
  ])
  const { items } = await sizeHistory(desk, { from: begin - 30 * 86_400_000, to: desk.clock.now() })
  expect(new Set(items[0]?.counted)).toEqual(new Set([1, 2]))
})

test('runs that changed nodes are marks; other runs and other times are not', async () => {
  const names = {
    triggerId: 1,
    triggerName: 'grow',
    clusterId: 1,
    clusterName: 'shop',
    planHash: '',
    note: null,
    cancelRequested: false,
  }
  const cause = { kind: 'fire', text: '' } as const
  const run = (at: number, effect: 'grow' | 'none') =>
    desk.store.runs.insert({
      ...names,
      cause,
      effect,
      state: 'succeeded',
      createdAt: at,
      startedAt: at,
      endedAt: at + 1_000,
    })
  await run(begin - 10_000, 'grow')
  await run(begin + 10_000, 'grow')
  await run(begin + 20_000, 'none')
  const { items } = await sizeHistory(desk, { from: begin, to: begin + 60_000 })
  expect(items[0]?.runs).toEqual([
    { id: 2, at: begin + 10_000, endedAt: begin + 11_000, effect: 'grow', state: 'succeeded', trigger: 'grow' },
  ])
})
