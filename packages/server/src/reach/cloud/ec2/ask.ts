import { type Clock, pause } from '../../../model/clock.ts'
import type { CloudFailure } from '../cloud.ts'
import type { Call } from './call.ts'
import type { Pace } from './pace.ts'
import { cloudFailure, givenUp, isWorthAnother, stillDoubtful, tooManyWaiting } from './trouble.ts'
import { asAttempt, WireTrouble } from './wire.ts'

/** Sends once. Made anew for each attempt, for the SDK's own attempts are off: they can't say whether an earlier one was sent. */
export type Send<Answer> = (signal: AbortSignal) => Promise<Answer>

/** What all calls of one account to one service share. */
export interface Line {
  clock: Clock
  pace: Pace
}

/** Two broken connections in a row are bad luck, three are trouble that a person should see. */
const ATTEMPTS_MAX = 3
/** AWS answers RunInstances within 3–8 s on a bad day. It covers all of an attempt: credentials, connection, answer. */
export const ANSWER_LIMIT_MS = 20_000
/** Before the second and third attempt. A connection is there again at once; AWS's own failures take a moment. */
const PAUSES_MS = [100, 400]

/**
 * Asks AWS, again where that may help, and throws `CloudFailure` and nothing else. Once an attempt may have been done, a later one's failure
 * is `doubtful` too, whatever it says for itself.
 */
export async function ask<Answer>(line: Line, call: Call, send: Send<Answer>, signal: AbortSignal): Promise<Answer> {
  let isDoubtful = false
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await askOnce(line, call, send, signal)
    if ('answer' in outcome) return outcome.answer
    const { failure, again } = outcome
    if (!again || attempt === ATTEMPTS_MAX || signal.aborted) throw isDoubtful ? stillDoubtful(call, failure) : failure
    isDoubtful ||= failure.kind === 'doubtful'
    await pause(line.clock, PAUSES_MS[attempt - 1] ?? 0, signal)
  }
}

type Outcome<Answer> = { answer: Answer } | { failure: CloudFailure; again: boolean }

async function askOnce<Answer>(
  { clock, pace }: Line,
  call: Call,
  send: Send<Answer>,
  signal: AbortSignal,
): Promise<Outcome<Answer>> {
  const hasTurn = await pace.turn(signal)
  if (signal.aborted) return { failure: givenUp(call), again: false }
  if (!hasTurn) return { failure: tooManyWaiting(call), again: false }
  try {
    const answer = await sendInTime(clock, call, send, signal)
    pace.answered()
    return { answer }
  } catch (thrown) {
    const failure = cloudFailure(call, thrown)
    if (failure.kind === 'throttled') pace.throttled()
    return { failure, again: isWorthAnother(thrown, failure) }
  }
}

/** Not even the SDK's search for credentials obeys a signal: whoever gives up does not wait for what goes on behind. */
function sendInTime<Answer>(clock: Clock, { action }: Call, send: Send<Answer>, signal: AbortSignal): Promise<Answer> {
  const attempt = { action, sent: false }
  const late = new AbortController()
  const either = AbortSignal.any([signal, late.signal])
  return new Promise<Answer>((resolve, reject) => {
    const cancel = clock.after(ANSWER_LIMIT_MS, () => late.abort())
    either.addEventListener('abort', giveUp, { once: true })
    asAttempt(attempt, () => send(either))
      .then(resolve, reject)
      .finally(finish)
    function giveUp() {
      const text = late.signal.aborted ? `got no answer within ${ANSWER_LIMIT_MS / 1000} s` : 'was given up'
      reject(new WireTrouble(text, { sent: attempt.sent, again: false }))
    }
    function finish() {
      cancel()
      either.removeEventListener('abort', giveUp)
    }
  })
}
