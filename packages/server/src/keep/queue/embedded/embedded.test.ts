import { expect, test } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { queueConform } from '../queue.conformance.ts'
import { waitingMax } from '../refusals.ts'
import { embeddedQueue } from './embedded.ts'

queueConform(async () => {
  const clock = new FakeClock()
  const queue = embeddedQueue({ clock, warn: () => {} })
  return {
    queue,
    peer: queue,
    known: settled,
    async pass(ms) {
      await settled()
      clock.advance(ms)
      await settled()
    },
  }
})

test('work that fails again and again comes after 1, 2, 4 … 60 s, then is set aside, and each time it is told', async () => {
  const [clock, delays] = [new FakeClock(), [] as unknown[]]
  const queue = embeddedQueue({ clock, warn: (_, details) => delays.push('delayMs' in details && details.delayMs) })
  await queue.consume('work', () => Promise.reject(new Error('no')))
  await queue.publish('work', 1)
  for (let turn = 0; turn < 12; turn++) {
    await settled()
    clock.advance(60_000)
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, false])
  expect(await queue.backlog('work')).toEqual({ waiting: 0, setAside: 1 })
  await queue.close()
})

test('a topic that nobody takes from is bounded', async () => {
  const queue = embeddedQueue({ clock: new FakeClock(), warn: () => {} })
  for (let n = 0; n < waitingMax; n++) await queue.publish('work', n)
  await expect(queue.publish('work', 'one more')).rejects.toMatchObject({ code: 'internal', retryable: true })
  await queue.close()
})

/** Promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resume) => setImmediate(resume))
}
