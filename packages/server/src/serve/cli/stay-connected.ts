import { pause } from '../../model/clock.ts'
import { TscalerError } from '../../model/problem.ts'
import type { Work } from './work.ts'

const retryMs = 2_000 // what the server's own stream asks of its readers
const triesMax = 30 // a minute: a server that is started anew is back in a few seconds

/**
 * Calls `listen` until it gives an answer. Where the connection breaks off after it stood once (`connected` was called), it is tried
 * again for a minute; `listen` gives undefined where the server ended the connection.
 */
export async function stayConnected<Answer>(
  work: Work,
  listen: (connected: () => void) => Promise<Answer | undefined>,
): Promise<Answer> {
  let tries = triesMax
  const connected = () => {
    tries = 0
  }
  for (;;) {
    try {
      const answer = await listen(connected)
      if (answer !== undefined) return answer
    } catch (thrown) {
      if (!isUnreachable(thrown) || tries >= triesMax) throw thrown
    }
    if (tries === 0) work.out.note(`The connection broke off; trying again for ${(triesMax * retryMs) / 1_000} s.`)
    tries += 1
    await waitFor(work, retryMs)
  }
}

function isUnreachable(thrown: unknown): boolean {
  return thrown instanceof TscalerError && thrown.code === 'cannot-reach-server'
}

/** A pause that keeps the process alive, as the connection that did so is gone. */
async function waitFor({ io }: Work, ms: number): Promise<void> {
  const awake = setInterval(() => {}, ms)
  await pause(io.clock, ms)
  clearInterval(awake)
}
