import { expect, test } from 'vitest'
import type { FailureKind, Sample } from '../../model/sample.ts'
import { healthy, type NodeHealth, nextHealth, ofJvms } from './node-health.ts'

const value: Sample = { kind: 'value', at: 0, value: 1 }
function failed(failure: FailureKind): Sample {
  return { kind: 'failure', at: 0, failure, text: `text of ${failure}` }
}

function after(rounds: { at: number; samples: Sample[] }[]) {
  let health: NodeHealth = healthy
  return rounds.map(({ at, samples }) => {
    const next = nextHealth(health, samples, at)
    health = next.health
    return next.news
  })
}

test('a node that fails for 30 s is told once, and once that it is back', () => {
  const down = [failed('unreachable'), failed('unreachable')]
  const news = after(
    [0, 10_000, 29_999, 30_000, 40_000]
      .map((at) => ({ at, samples: down }))
      .concat({ at: 50_000, samples: [value, value] }),
  )
  expect(news).toEqual([
    null,
    null,
    null,
    { raise: 'node-unreachable', text: 'text of unreachable' },
    null,
    { resolve: 'node-unreachable' },
  ])
})

test.each([
  { name: 'a script that fails is no failure of the node', samples: [failed('exit')] },
  { name: 'one value is enough', samples: [failed('timeout'), value] },
  { name: 'a changed host key has an alert of its own', samples: [failed('host-key')] },
])('$name', ({ samples }) => {
  expect(after([0, 60_000, 120_000].map((at) => ({ at, samples })))).toEqual([null, null, null])
})

test('refused logins are told as such', () => {
  expect(after([0, 30_000].map((at) => ({ at, samples: [failed('auth')] }))).at(-1)).toMatchObject({
    raise: 'node-auth',
  })
})

test('a JVM is told of by alerts of its own', () => {
  const down = [failed('auth')]
  const first = nextHealth(healthy, down, 0, ofJvms)
  const { health, news } = nextHealth(first.health, down, 30_000, ofJvms)
  expect(news).toEqual({ raise: 'jvm-auth', text: 'text of auth' })
  expect(nextHealth(health, [value], 40_000, ofJvms).news).toEqual({ resolve: 'jvm-auth' })
})
