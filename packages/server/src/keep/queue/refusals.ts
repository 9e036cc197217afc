import { TscalerError } from '../../model/problem.ts'

/** A question that found nobody. */
export function nobodyAnswered(topic: string, timeoutMs: number): TscalerError {
  return refusal(`Nobody answered "${topic}" within ${timeoutMs} ms. Is a worker running? Try again.`)
}

/** A question that was open when this process began to stop. */
export function stoppedUnanswered(topic: string): TscalerError {
  return refusal(`"${topic}" got no answer: tscaler is stopping. Try again when it runs.`)
}

/** A queue that takes nothing more. */
export function queueClosed(topic: string): TscalerError {
  return refusal(`Queue "${topic}" is closed: tscaler is stopping.`)
}

/** More work waits than any fleet makes. */
export function queueFull(topic: string, waitingMax: number): TscalerError {
  return new TscalerError(
    'internal',
    `Queue "${topic}": ${waitingMax} messages wait and nobody takes them. See the log for what its consumer waits for.`,
    { retryable: true },
  )
}

/** Wake-ups of a thousand runs are a few hundred bytes each; more than this is a consumer that hangs. */
export const waitingMax = 100_000

function refusal(text: string): TscalerError {
  return new TscalerError('cannot-reach-server', text, { retryable: true })
}
