import { pause } from '../../../model/clock.ts'
import { type Attempt, TaskFailed } from '../../action.ts'

/** What one look saw. */
export interface Seen {
  isGood: boolean
  /** What a line of the log is worth: looks with the same key are not told again. */
  key: string
  text: string
}

/** One look; undefined: nothing new to see. Never rejects because of what it sees. */
export type Watch = (signal: AbortSignal) => Promise<Seen | undefined>

/** What flaps for the whole of a long wait must not fill the log. */
const linesMax = 50

/**
 * Looks again and again until it was good so many times in a row. Logs a line when what is seen changes. Once the signal aborts it
 * throws `TaskFailed` with what was seen last.
 */
export async function waitFor(
  { clock, signal, log }: Pick<Attempt, 'clock' | 'signal' | 'log'>,
  watch: Watch,
  { pauseMs, successes }: { pauseMs: number; successes: number },
): Promise<void> {
  let last: Seen | undefined
  let inARow = 0
  let lines = 0
  for (;;) {
    const seen = signal.aborted ? undefined : await watch(signal)
    // What an interrupted look has seen is the interruption.
    if (signal.aborted) throw stopped(last)
    if (seen !== undefined) {
      if (seen.key !== last?.key && ++lines <= linesMax + 1)
        log(lines > linesMax ? 'It goes on changing; no more of it is written.' : seen.text, 'note')
      last = seen
      inARow = seen.isGood ? inARow + 1 : 0
      if (inARow >= successes) return
    }
    await pause(clock, pauseMs, signal)
  }
}

function stopped(last: Seen | undefined): TaskFailed {
  const lastSeen = last?.text ?? 'nothing yet'
  return new TaskFailed(`stopped waiting; last seen: ${lastSeen}`, { retryable: true, lastSeen })
}
