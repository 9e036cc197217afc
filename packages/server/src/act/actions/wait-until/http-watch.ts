import { addressOf, parseStatuses, type StatusRange, statusesDefault } from '../../../model/wait-fields.ts'
import { type Attempt, TaskFailed } from '../../action.ts'
import { machineOf } from '../machine-of.ts'
import { templateValuesOf } from '../template-values.ts'
import { type Answer, askHttp } from './ask-http.ts'
import type { Seen, Watch } from './wait-for.ts'

/** An application that needs longer for its health page is not well; and the wait's own limit is to be kept. */
const requestMs = 5_000

/** Asks the action's address for the target; good where the answer has a wanted status and text. Throws `TaskFailed`. */
export function httpWatch(attempt: Attempt): Watch {
  const { fields, clock } = attempt
  const url = addressOf(String(fields.url), templateValuesOf(attempt))
  const statuses = parseStatuses(String(fields.status ?? statusesDefault))
  if (typeof url === 'string') throw new TaskFailed(`the address ${url}`, { retryable: false })
  if (statuses === undefined)
    throw new TaskFailed(`${JSON.stringify(fields.status)} is no status code`, { retryable: false })
  const contains = fields.contains === undefined ? null : String(fields.contains)
  const machine = fields.via === 'ssh' ? machineOf(attempt, 'ask through') : null
  return async (signal) => {
    const limit = new AbortController()
    const cancel = clock.after(requestMs, () => limit.abort())
    const answer = await askHttp({ url, contains, machine, signal: AbortSignal.any([signal, limit.signal]) })
    cancel()
    if (limit.signal.aborted) return bad(`no answer within ${requestMs / 1_000} s`)
    return seenOf(answer, statuses, contains)
  }
}

function seenOf(answer: Answer, statuses: readonly StatusRange[], contains: string | null): Seen {
  if (answer.kind === 'trouble') return bad(answer.text)
  const { status, holds } = answer
  const isWanted = statuses.some(({ from, to }) => status >= from && status <= to)
  if (isWanted && !holds) return bad(`${status}: contains no ${JSON.stringify(contains)}`)
  return { isGood: isWanted, key: `${status}`, text: `${status}` }
}

function bad(text: string): Seen {
  return { isGood: false, key: text, text }
}
