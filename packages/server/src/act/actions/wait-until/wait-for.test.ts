import { expect, test } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { type Seen, waitFor } from './wait-for.ts'

const good: Seen = { isGood: true, key: '200', text: '200' }
const bad: Seen = { isGood: false, key: '503', text: '503' }

/** Waits over what is seen, look by look; after that the time limit is over. */
async function wait(looks: readonly (Seen | undefined)[], successes = 1) {
  const clock = new FakeClock()
  const over = new AbortController()
  const log: string[] = []
  let next = 0
  const waiting = waitFor(
    { clock, signal: over.signal, log: (text) => log.push(text) },
    async () => {
      if (next === looks.length) over.abort('timeout')
      // The next look is due as soon as this one is over.
      queueMicrotask(() => setImmediate(() => clock.advance(1_000)))
      return looks[next++]
    },
    { pauseMs: 1_000, successes },
  )
  const failure = await waiting.then(
    () => undefined,
    (thrown: Error) => thrown,
  )
  return { failure, log, looked: next }
}

test('the first good look is enough', async () => {
  expect(await wait([bad, good, bad])).toEqual({ failure: undefined, log: ['503', '200'], looked: 2 })
})

test('so many good ones must come in a row: a bad one between begins anew', async () => {
  const { failure, looked } = await wait([good, good, bad, good, good, good, bad], 3)
  expect(failure).toBeUndefined()
  expect(looked).toBe(6)
})

test('a look that saw nothing new counts for nothing', async () => {
  const { failure, looked } = await wait([good, undefined, good, bad], 2)
  expect(failure).toBeUndefined()
  expect(looked).toBe(3)
})

test('what stays the same is said once', async () => {
  const { log } = await wait([bad, bad, bad, { ...bad, text: '503 again' }, good])
  expect(log).toEqual(['503', '200'])
})

test('what flaps is written 50 times and then no more', async () => {
  const looks = Array.from({ length: 200 }, (_, index) => ({ ...bad, key: `${index % 2}`, text: `look ${index}` }))
  const { log } = await wait(looks)
  expect(log).toHaveLength(51)
  expect(log.slice(-2)).toEqual(['look 49', 'It goes on changing; no more of it is written.'])
})

test('at its end it says what it saw last', async () => {
  const { failure } = await wait([bad])
  expect(failure).toMatchObject({ message: 'stopped waiting; last seen: 503', lastSeen: '503', retryable: true })
})

test('without a single look it has seen nothing', async () => {
  expect((await wait([])).failure).toMatchObject({ lastSeen: 'nothing yet' })
})
