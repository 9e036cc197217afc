import { type Clock, pause } from '../../../model/clock.ts'

/** How often one service may be asked by one account: as often as one likes, until it asks for less. */
export interface Pace {
  /** Waits for its turn, or until the signal aborts. False: too many wait already. */
  turn(signal: AbortSignal): Promise<boolean>
  /** The service asked to be asked less often. */
  throttled(): void
  /** It answered. */
  answered(): void
}

/** AWS fills its buckets once a second or slower: half a second is the first wait that helps. */
const FIRST_GAP_MS = 500
/** A question every 5 s still sees a machine come up. */
const LONGEST_GAP_MS = 5_000
/** As long as one answer may take: whoever would wait longer had better come again. */
const LONGEST_WAIT_MS = 20_000

/**
 * After a throttled answer all calls of the account go one by one, with a gap that doubles with each further one and halves with each answer.
 * In turn, not at random: calls that were throttled together don't come back together.
 */
export function openPace(clock: Clock): Pace {
  let gapMs = 0
  let nextAt = 0
  return {
    async turn(signal) {
      if (gapMs === 0) return true
      const now = clock.monotonic()
      const at = Math.max(now, nextAt)
      if (at - now > LONGEST_WAIT_MS) return false
      nextAt = at + gapMs
      if (at > now) await pause(clock, at - now, signal)
      return true
    },
    throttled() {
      gapMs = Math.min(LONGEST_GAP_MS, Math.max(FIRST_GAP_MS, gapMs * 2))
      nextAt = Math.max(nextAt, clock.monotonic() + gapMs)
    },
    answered() {
      gapMs = gapMs > FIRST_GAP_MS ? gapMs / 2 : 0
    },
  }
}
