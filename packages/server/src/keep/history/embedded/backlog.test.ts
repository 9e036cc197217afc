import { expect, test } from 'vitest'
import { Backlog } from './backlog.ts'

test('gives back in order', () => {
  const backlog = new Backlog<{ count: number; name: string }>(10)
  backlog.push({ count: 4, name: 'first' })
  backlog.push({ count: 6, name: 'second' })
  expect([backlog.shift()?.name, backlog.shift()?.name, backlog.shift()]).toEqual(['first', 'second', undefined])
  expect(backlog.dropped).toBe(0)
})

test('past its bound the oldest go, counted by samples', () => {
  const backlog = new Backlog(10)
  for (const count of [4, 4, 4, 3]) backlog.push({ count })
  expect(backlog.all).toEqual([{ count: 4 }, { count: 3 }])
  expect(backlog.dropped).toBe(8)
})

test('what came last is kept though it is larger than all that may wait', () => {
  const backlog = new Backlog(10)
  backlog.push({ count: 1 })
  backlog.push({ count: 11 })
  expect(backlog.all).toEqual([{ count: 11 }])
})
