import type { Clock } from '../../model/clock.ts'
import { embeddedQueue } from './embedded/embedded.ts'
import type { Queue } from './queue.ts'

/**
 * Opens what TSCALER_QUEUE names: `embedded`, or a broker by `amqp://…` or `amqps://…`. Rejects with `bad-input` for any other text,
 * and with `queue-unusable` where the broker can't be used.
 */
export async function openQueue(options: {
  setting: string
  clock: Clock
  warn: (message: string, details: object) => void
}): Promise<Queue> {
  if (options.setting === 'embedded') return embeddedQueue(options)
  // Who has no broker should not wait for its library at each start.
  const { openRabbitMq } = await import('./rabbitmq/rabbitmq.ts')
  return await openRabbitMq({ ...options, url: options.setting })
}
