import { expect, test } from 'vitest'
import type { Counter } from '../../model/counter.ts'
import { FakeClock } from '../../model/fake-clock.ts'
import type { Sample } from '../../model/sample.ts'
import type { JvmLink } from '../../reach/jmx/jvm-link.ts'
import type { Machine } from '../../reach/machine.ts'
import type { JvmSource, NodeSource } from '../source.ts'
import type { Round } from './round.ts'
import { Rounds } from './rounds.ts'

function counter(id: number, periodMs = 10_000): Counter {
  return {
    id,
    name: `c${id}`,
    source: 'ssh',
    fields: {},
    threshold: null,
    periodMs,
    unit: '',
    shared: false,
    version: 1,
    createdAt: 0,
    updatedAt: 0,
  }
}

const machine: Machine = {
  round: async () => [],
  startDetached: async () => {},
  followDetached: async () => ({ exitCode: 0 }),
  detachedState: async () => ({ kind: 'absent' }),
  killDetached: async () => {},
  forgetDetached: async () => {},
  forward: () => Promise.reject(new Error('nothing is forwarded here')),
  check: async () => ({ ok: true, findings: [] }),
  status: { state: 'open', failure: null, retryAt: null, openedAt: 0 },
  close: () => {},
}

const link: JvmLink = {
  read: async () => [],
  names: async () => [],
  describe: () => Promise.reject(new Error('not asked here')),
  check: async () => ({ ok: true, findings: [] }),
  title: '',
  status: { state: 'open', failure: null, retryAt: null, openedAt: 0 },
  close: () => {},
}

/** Rounds over a source that answers when the test says so. */
function openRounds() {
  const clock = new FakeClock()
  const asked: { counters: readonly Counter[]; ids: number[]; at: number; answer: () => void }[] = []
  const taken: Round[] = []
  const source: NodeSource = {
    id: 'ssh',
    of: 'node',
    summary: '',
    fields: {},
    collect: ({ counters, now }) =>
      new Promise((resolve) => {
        const answer = () => resolve(counters.map((): Sample => ({ kind: 'value', at: now(), value: 1 })))
        asked.push({ counters, ids: counters.map(({ id }) => id), at: clock.monotonic(), answer })
      }),
  }
  const jvmsAsked: { title: string; answer: () => void }[] = []
  const jmx: JvmSource = {
    id: 'jmx',
    of: 'jvm',
    summary: '',
    fields: {},
    collect: ({ jvm, counters, now }) =>
      new Promise((resolve) => {
        const answer = () => resolve(counters.map((): Sample => ({ kind: 'value', at: now(), value: 1 })))
        jvmsAsked.push({ title: jvm.title, answer })
      }),
  }
  const reach = { find: () => machine }
  const jvms = { find: (id: number) => ({ ...link, title: `jvm ${id}` }) }
  const rounds = new Rounds({ clock, reach, jvms, sources: { ssh: source, jmx }, take: (round) => taken.push(round) })
  return { clock, rounds, asked, taken, jvmsAsked }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

test('a new node is asked at once, then once a period, all due counters together', async () => {
  const { clock, rounds, asked, taken } = openRounds()
  rounds.configure([{ nodeId: 7, jvm: null, counters: [counter(1), counter(2)], readyMadeOnly: false }])
  clock.advance(20)
  expect(asked.map((one) => one.ids)).toEqual([[1, 2]])
  asked[0]?.answer()
  await settle()
  expect(taken.map((round) => round.samples.length)).toEqual([2])
  clock.advance(20_000)
  await settle()
  expect(asked.length).toBe(2)
})

test('while a round is under way the next is skipped and counted, never queued', async () => {
  const { clock, rounds, asked } = openRounds()
  rounds.configure([{ nodeId: 7, jvm: null, counters: [counter(1, 1_000)], readyMadeOnly: false }])
  clock.advance(5_000)
  expect(asked.length).toBe(1)
  expect(rounds.counts.skipped).toBeGreaterThanOrEqual(4)
  asked[0]?.answer()
  await settle()
  clock.advance(1_020)
  expect(asked.length).toBe(2)
})

test('a slow node holds back nobody', async () => {
  const { clock, rounds, asked, taken } = openRounds()
  rounds.configure(
    [1, 2].map((nodeId) => ({ nodeId, jvm: null, counters: [counter(nodeId, 1_000)], readyMadeOnly: false })),
  )
  clock.advance(20)
  for (let round = 0; round < 5; round += 1) {
    for (const one of asked.filter((other) => other.ids[0] === 2)) one.answer()
    await settle()
    clock.advance(1_000)
  }
  expect(taken.filter((round) => round.nodeId === 2).length).toBe(5)
  expect(asked.filter((one) => one.ids[0] === 1).length).toBe(1)
})

test('counters of several periods are collected in one round where they meet', async () => {
  const { clock, rounds, asked } = openRounds()
  rounds.configure([{ nodeId: 3, jvm: null, counters: [counter(1, 1_000), counter(2, 5_000)], readyMadeOnly: false }])
  for (let second = 0; second < 20; second += 1) {
    clock.advance(1_000)
    for (const one of asked) one.answer()
    await settle()
  }
  const together = asked.filter((one) => one.ids.length === 2).length
  expect(new Set(asked.map((one) => one.counters)).size).toBe(2)
  expect(asked.filter((one) => one.ids.length === 1 && one.ids[0] === 2)).toEqual([])
  expect(together).toBeGreaterThanOrEqual(4)
})

test('what left is not asked any more and its late answer is dropped', async () => {
  const { clock, rounds, asked, taken } = openRounds()
  rounds.configure([{ nodeId: 7, jvm: null, counters: [counter(1)], readyMadeOnly: false }])
  clock.advance(20)
  rounds.configure([])
  asked[0]?.answer()
  await settle()
  clock.advance(30_000)
  expect(taken).toEqual([])
  expect(asked.length).toBe(1)
})

test('many new nodes begin at their own places in the period', () => {
  const { clock, rounds, asked } = openRounds()
  rounds.configure(
    Array.from({ length: 1_000 }, (_, index) => ({
      nodeId: index + 1,
      jvm: null,
      counters: [counter(1)],
      readyMadeOnly: false,
    })),
  )
  clock.advance(1_000)
  expect(asked.length).toBeLessThan(150)
  clock.advance(9_020)
  expect(asked.length).toBe(1_000)
})

test('a counter of a source that is not there is a failure with words', async () => {
  const { clock, rounds, taken } = openRounds()
  rounds.configure([
    { nodeId: 7, jvm: null, counters: [{ ...counter(1), source: 'snmp' as never }], readyMadeOnly: false },
  ])
  clock.advance(20)
  await settle()
  expect(taken[0]?.samples[0]).toMatchObject({
    kind: 'failure',
    failure: 'internal',
    text: 'this version has no source "snmp".',
  })
})

test('a JVM has rounds of its own: one that hangs holds up neither its node nor a neighbour', async () => {
  const { clock, rounds, asked, taken, jvmsAsked } = openRounds()
  const ofJvm = { ...counter(2, 1_000), source: 'jmx' as const }
  const jvm = (id: number) => ({ id, nodeId: 7, jvmProfileId: id })
  rounds.configure([
    { nodeId: 7, jvm: null, counters: [counter(1, 1_000)], readyMadeOnly: false },
    { nodeId: 7, jvm: jvm(1), counters: [ofJvm], readyMadeOnly: false },
    { nodeId: 7, jvm: jvm(2), counters: [ofJvm], readyMadeOnly: false },
  ])
  for (let round = 0; round < 4; round += 1) {
    clock.advance(1_000)
    for (const one of asked) one.answer()
    for (const one of jvmsAsked) if (one.title !== 'jvm 1') one.answer()
    await settle()
  }
  const places = taken.map((round) => round.jvm?.id ?? 'node')
  expect(places.filter((place) => place === 'node').length).toBeGreaterThanOrEqual(3)
  expect(places.filter((place) => place === 2).length).toBeGreaterThanOrEqual(3)
  expect(jvmsAsked.filter(({ title }) => title === 'jvm 1').length).toBe(1)
  expect(places).not.toContain(1)
})
