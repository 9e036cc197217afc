import { expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import { openQueue } from './all.ts'

const parts = { clock: new FakeClock(), warn: () => {} }

test('"embedded" is the queue inside this process', async () => {
  const queue = await openQueue({ setting: 'embedded', ...parts })
  expect(queue.trouble()).toBeNull()
  await queue.close()
})

test('what is no broker is refused without telling its password', async () => {
  await expect(openQueue({ setting: 'redis://me:hidden@host', ...parts })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'TSCALER_QUEUE: expected amqp://user:password@host:5672/vhost, or amqps://….',
  })
})
