import type { Consumer } from 'rabbitmq-client'

/** Ends a consumer. Where the connection breaks meanwhile it is gone with that, which is as good. */
export async function closeConsumer(consumer: Consumer): Promise<void> {
  try {
    await consumer.close()
  } catch {
    // See above: there is nothing left to close.
  }
}
