import { expect, test } from 'vitest'
import { compared, sideOf } from './figures.ts'

const round = { values: 20_000, wallS: 2, cpuS: 1, targetS: 3, targetValues: 60_000 }

test('a side is the medians of its rounds', () => {
  const rounds = [round, { ...round, cpuS: 9, wallS: 20 }, { ...round, cpuS: 1.2, targetS: 30 }]
  expect(sideOf(rounds)).toEqual({ ownCpu: 0.6, targetCpu: 0.5, valuesPerS: 10_000 })
})

test('a comparison says shares and whether they are reached', () => {
  const own = { ownCpu: 0.1, targetCpu: 0.3, valuesPerS: 30_000 }
  const java = { ownCpu: 0.5, targetCpu: 0.6, valuesPerS: 10_000 }
  const rows = compared('bulk', { own, java, goals: { cpuShareAtMost: 0.25, timesAtLeast: 2 } })
  expect(rows).toContainEqual({
    bench: 'jmx',
    what: "bulk: own share of Java's CPU",
    value: 0.2,
    unit: '',
    atMost: 0.25,
  })
  expect(rows).toContainEqual({ bench: 'jmx', what: 'bulk: own over Java', value: 3, unit: 'times', atLeast: 2 })
})
