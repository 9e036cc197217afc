import { describe, expect, test } from 'vitest'
import type * as resources from '../../../server/src/wire/resources.ts'
import type * as watching from '../../../server/src/wire/watching.ts'
import { glances, hitsNeeded } from './glance.ts'

const at = '2030-01-31T12:00:00.000Z'
const series = (
  counter: number,
  node: number,
  latest: watching.Series['latest'],
  given: Partial<watching.Series> = {},
) => ({
  id: `${counter}.${node}`,
  cluster: null,
  node: { id: node, name: `shop0${node}` },
  jvm: null,
  counter: { id: counter, name: `counter${counter}` },
  source: 'ssh' as const,
  unit: '',
  threshold: '> 4',
  periodMs: 10_000,
  latest,
  hits: 0,
  ...given,
})
const value = (value: number) => ({ at, value })
const failure = { at, failure: { kind: 'timeout' as const, text: 'took 3 s' } }
const trigger = (counter: number, given: Partial<resources.Trigger> = {}): resources.Trigger => ({
  id: 1,
  version: 1,
  createdAt: at,
  updatedAt: at,
  name: 'grow',
  cluster: { id: 1, name: 'shop' },
  state: 'on',
  aggregate: null,
  timing: 5,
  missing: 'hold',
  actions: [],
  pausedUntil: null,
  counters: [{ counter: { id: counter, name: '' }, threshold: null }],
  ...given,
})

describe('a counter at a glance', () => {
  test('shows the worst node, and how many are in breach or failing', () => {
    const [one] = glances([series(1, 1, value(3)), series(1, 2, value(5)), series(1, 3, failure)], [])
    expect(one).toMatchObject({
      worst: { value: 5, node: { name: 'shop02' } },
      inBreach: 1,
      failing: 1,
      nodes: 3,
      hits: null,
    })
  })

  test('below a lower limit the least value is the worst', () => {
    const free = { threshold: '< 10' }
    const [one] = glances([series(1, 1, value(30), free), series(1, 2, value(9), free)], [])
    expect(one).toMatchObject({ worst: { value: 9 }, inBreach: 1 })
  })

  test('of the JVMs of one node it says which is the worst', () => {
    const jvm = (id: number, name: string, at: number) =>
      series(1, 1, value(at), { id: `1.1.${id}`, jvm: { id, name } })
    const [one] = glances([jvm(1, 'app', 3), jvm(2, 'admin', 5)], [])
    expect(one).toMatchObject({ worst: { node: { name: 'shop01' }, jvm: { name: 'admin' } }, nodes: 2 })
  })

  test('no node with a value has no worst, and failures are no zeros', () => {
    expect(glances([series(1, 1, failure), series(1, 2, null)], [])[0]).toMatchObject({
      worst: null,
      inBreach: 0,
      failing: 1,
    })
  })

  test('hits are counted against the trigger that needs fewest, and never beyond', () => {
    const all = [series(1, 1, value(5), { hits: 40 })]
    expect(glances(all, [trigger(1), trigger(1, { timing: '50s' })])[0]?.hits).toEqual({ hits: 5, needed: 5 })
    expect(glances(all, [trigger(1, { state: 'off' })])[0]?.hits).toBeNull()
  })

  test("a trigger's threshold stands in where the counter has none", () => {
    const own = trigger(1, { counters: [{ counter: { id: 1, name: '' }, threshold: '> 2' }] })
    expect(glances([series(1, 1, value(3), { threshold: null })], [own])[0]).toMatchObject({
      threshold: '> 2',
      inBreach: 1,
    })
  })

  test('those in breach come first, then failing, then judged, then limited ones', () => {
    const all = [
      series(1, 1, value(1), { threshold: null }),
      series(2, 1, value(1)),
      series(3, 1, value(1)),
      series(4, 1, failure),
      series(5, 1, value(9)),
    ]
    expect(glances(all, [trigger(3)]).map(({ counter }) => counter.id)).toEqual([5, 4, 3, 2, 1])
  })
})

test.each([
  { timing: 5, period: 60_000, hits: 5 },
  { timing: '90s', period: 10_000, hits: 9 },
  { timing: '95s', period: 10_000, hits: 10 },
  { timing: 0, period: 10_000, hits: 1 },
])('timing $timing at a period of $period ms needs $hits hits', ({ timing, period, hits }) => {
  expect(hitsNeeded(timing, period)).toBe(hits)
})
