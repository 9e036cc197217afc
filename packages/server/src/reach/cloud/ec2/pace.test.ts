import { expect, test } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { openPace } from './pace.ts'

const lasting = new AbortController().signal

test('nobody waits before the first throttled answer', async () => {
  const pace = openPace(new FakeClock())
  expect(await Promise.all([pace.turn(lasting), pace.turn(lasting)])).toEqual([true, true])
})

test('after it they go one by one, half a second apart', async () => {
  const clock = new FakeClock()
  const pace = openPace(clock)
  pace.throttled()
  const gone: number[] = []
  const turns = [1, 2, 3].map(() => pace.turn(lasting).then(() => gone.push(clock.monotonic())))
  for (let step = 0; step < 3; step += 1) {
    clock.advance(500)
    await Promise.resolve().then(() => turns[step])
  }
  expect(gone).toEqual([500, 1_000, 1_500])
})

test.each([
  { name: 'one', throttled: 1, answered: 0, gapMs: 500 },
  { name: 'two', throttled: 2, answered: 0, gapMs: 1_000 },
  { name: 'many', throttled: 20, answered: 0, gapMs: 5_000 },
  { name: 'two and an answer', throttled: 2, answered: 1, gapMs: 500 },
  { name: 'two and two answers', throttled: 2, answered: 2, gapMs: 0 },
])('the gap after $name is $gapMs ms', async ({ throttled, answered, gapMs }) => {
  const clock = new FakeClock()
  const pace = openPace(clock)
  for (let count = 0; count < throttled; count += 1) pace.throttled()
  for (let count = 0; count < answered; count += 1) pace.answered()
  clock.advance(60_000)
  await pace.turn(lasting)
  let hasGone = false
  const turn = pace.turn(lasting).then(() => {
    hasGone = true
  })
  if (gapMs > 0) {
    clock.advance(gapMs - 1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(hasGone).toBe(false)
    clock.advance(1)
  }
  await turn
})

test('who would wait over 20 s is sent away at once', async () => {
  const pace = openPace(new FakeClock())
  for (let count = 0; count < 20; count += 1) pace.throttled()
  const waiting = [1, 2, 3, 4].map(() => pace.turn(lasting))
  expect(await pace.turn(lasting)).toBe(false)
  expect(waiting).toHaveLength(4)
})

test('who gives up does not wait on', async () => {
  const pace = openPace(new FakeClock())
  pace.throttled()
  const giving = new AbortController()
  const turn = pace.turn(giving.signal)
  giving.abort()
  expect(await turn).toBe(true)
})
