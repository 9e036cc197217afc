import type { Clock } from '../model/clock.ts'
import { messageOf } from '../model/problem.ts'

/** What beats. */
export interface HeartbeatParts {
  clock: Clock
  /** Called by GET; its query may hold a secret, so that it is in no message. */
  url: string
  /** Why tscaler is not well now; null: rounds, runs and queue are. */
  ailment: () => Promise<string | null>
  report: (text: string) => void
}

const everyMs = 60_000 // contract: each minute
/** A watcher that is slower than this has trouble of its own. */
const answerMs = 10_000

/**
 * Calls the address each minute while tscaler is healthy, so that somebody else can tell when it has died: it is the silence that alarms.
 * The answer ends it.
 */
export function startHeartbeat(parts: HeartbeatParts): () => void {
  let cancel = parts.clock.after(everyMs, next)
  function next(): void {
    cancel = parts.clock.after(everyMs, next)
    void beat(parts)
  }
  return () => cancel()
}

async function beat({ url, ailment, report }: HeartbeatParts): Promise<void> {
  const why = await ailment().catch(messageOf)
  if (why !== null) return report(`No heartbeat is sent: ${why}`)
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerMs), redirect: 'error' })
    if (!answer.ok) report(`The heartbeat's address answered ${answer.status}. Correct TSCALER_HEARTBEAT_URL.`)
  } catch (thrown) {
    report(`The heartbeat could not be sent (${messageOf(thrown)}). See whether its address answers from here.`)
  }
}
