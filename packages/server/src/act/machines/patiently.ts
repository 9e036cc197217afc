import { pause } from '../../model/clock.ts'
import { CloudFailure } from '../../reach/cloud/cloud.ts'
import type { Attempt } from '../action.ts'

/** Of an attempt, what waiting needs. */
export type Waiting = Pick<Attempt, 'clock' | 'signal' | 'log'>

/** A cloud that asks for patience gets it: a second at first, half a minute at most. */
const againMs = { first: 1_000, most: 30_000 }
/** A machine's states change in seconds: asked at once and then seldom enough for 50 launches at a time. */
const lookMs = { first: 100, most: 2_000 }

/**
 * Asks again, ever less often, while the trouble may pass by itself, until the signal aborts. For calls only that do the same thing when
 * they are done twice, as all of a cloud's are. Throws the last `CloudFailure`.
 */
export async function patiently<Answer>(
  waiting: Waiting,
  work: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const { clock, signal, log } = waiting
  let said = ''
  for (let pauseMs = againMs.first; ; pauseMs = Math.min(pauseMs * 2, againMs.most)) {
    try {
      return await work(signal)
    } catch (thrown) {
      if (!(thrown instanceof CloudFailure) || !mayPass(thrown) || signal.aborted) throw thrown
      if (said !== thrown.message) log(`${thrown.message} It is asked again.`, 'note')
      said = thrown.message
      await pause(clock, pauseMs, signal)
      if (signal.aborted) throw thrown
    }
  }
}

/** Capacity may come back too, but not for the one who waits: another place is tried. */
function mayPass({ kind }: CloudFailure): boolean {
  return kind === 'throttled' || kind === 'unreachable' || kind === 'doubtful'
}

/** Looks, soon at first and then every 2 s, until there is something to see. Rejects with the signal's reason. */
export async function until<Seen>({ clock, signal }: Waiting, look: () => Promise<Seen | undefined>): Promise<Seen> {
  for (let pauseMs = lookMs.first; ; pauseMs = Math.min(pauseMs * 2, lookMs.most)) {
    const seen = await look()
    if (seen !== undefined) return seen
    signal.throwIfAborted()
    await pause(clock, pauseMs, signal)
    signal.throwIfAborted()
  }
}
