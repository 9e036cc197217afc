import { expect, test } from 'vitest'
import { BacktestTurns } from './turns.ts'

test('one goes at a time, in order; a failed one lets the next go; too many are told to come back', async () => {
  const turns = new BacktestTurns()
  const order: string[] = []
  const one = (name: string) => async () => {
    order.push(`${name} begins`)
    await new Promise((resolve) => setImmediate(resolve))
    order.push(`${name} ends`)
    if (name === 'a') throw new Error('no')
  }
  const asked = [turns.take(one('a')).catch(() => {}), ...['b', 'c'].map((name) => turns.take(one(name)))]
  await Promise.all(asked)
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  const many = Array.from({ length: 9 }, () => turns.take(one('d')))
  await expect(turns.take(one('e'))).rejects.toMatchObject({ code: 'too-many-tries', retryable: true })
  await Promise.all(many)
  expect(order).not.toContain('e begins')
})
