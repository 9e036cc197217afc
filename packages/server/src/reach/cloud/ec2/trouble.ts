import { messageOf } from '../../../model/problem.ts'
import { CloudFailure } from '../cloud.ts'
import type { Call } from './call.ts'
import { said } from './said.ts'
import { meaningOf } from './trouble-codes.ts'
import { noCredentials, refused } from './trouble-words.ts'
import { WireTrouble } from './wire.ts'

/**
 * Anything that a call threw, in an operator's words. It keeps no cause: the SDK's errors hold the request, with user data and signature, and
 * the whole answer.
 */
export function cloudFailure(call: Call, thrown: unknown): CloudFailure {
  if (thrown instanceof CloudFailure) return thrown
  if (thrown instanceof WireTrouble) return noAnswer(call, thrown)
  const answer = answerOf(thrown)
  const text = said(messageOf(thrown), call.secrets)
  if (answer !== undefined) {
    const { kind, words } = meaningOf(answer.code, messageOf(thrown), answer.status)
    return failure(call, kind, words(call, { code: said(answer.code, call.secrets), text }))
  }
  const name = thrown instanceof Error ? thrown.name : ''
  // Wherever the chain of credentials gives up, and TokenProviderError for SSO.
  if (/^(?:Credentials|Token)ProviderError$/.test(name))
    return failure(call, 'no-credentials', noCredentials(call, { code: name, text }))
  return failure(call, 'bad-request', refused(call, { code: 'not sent', text }))
}

/** The call was given up: by whoever asked for it, before or between its attempts. */
export function givenUp(call: Call): CloudFailure {
  return failure(
    call,
    'unreachable',
    `${call.action} of ${call.about} was given up before it was sent${NOTHING_DONE}; ask again if it is still wanted.`,
  )
}

/** Its turn is too far off, for AWS has asked to be asked less often. */
export function tooManyWaiting(call: Call): CloudFailure {
  return failure(
    call,
    'throttled',
    `the account asks too often, and too many calls wait already (${call.action} was not sent); ask again later, and look what else of the account asks AWS.`,
  )
}

/** A later attempt of the same call failed too; that says nothing about an earlier one, which may have been done. */
export function stillDoubtful(call: Call, last: CloudFailure): CloudFailure {
  if (last.kind === 'doubtful') return last
  const then = last.message.slice(prefix(call).length).replace(NOTHING_DONE, '')
  return failure(
    call,
    'doubtful',
    `${call.action} of ${call.about} got no whole answer at first, so it may have been done, and then ${then}`,
  )
}

/** Whether the same call may go better a moment later. */
export function isWorthAnother(thrown: unknown, { kind, passes }: CloudFailure): boolean {
  if (thrown instanceof WireTrouble) return thrown.again
  // The SDK has seen by the answer that this machine's clock is wrong, and allows for it from now on.
  if (answerOf(thrown)?.clockCorrected === true) return true
  return passes && kind !== 'no-capacity'
}

/** The wire's code of a refusal, if `thrown` is one. */
export function refusalCode(thrown: unknown): string | undefined {
  return answerOf(thrown)?.code
}

/** Not to be said of a call of which an earlier attempt may have been done. */
const NOTHING_DONE = ', and nothing was done'

function noAnswer(call: Call, { message, sent }: WireTrouble): CloudFailure {
  const what = `${call.action} of ${call.about} ${message}`
  if (sent)
    return failure(call, 'doubtful', `${what}, so it may have been done or not; ask again, which can't do it twice.`)
  return failure(
    call,
    'unreachable',
    `${what}${NOTHING_DONE}; check the region of the EC2 profile and the way there (name server, firewall, endpoint).`,
  )
}

function failure(call: Call, kind: CloudFailure['kind'], text: string): CloudFailure {
  return new CloudFailure(kind, prefix(call) + text)
}

function prefix({ api, region }: Call): string {
  return `${api} ${region}: `
}

interface Answer {
  code: string
  status: number
  clockCorrected: boolean
}

/** ELB's errors are named after classes (`AccessPointNotFoundException`), with the wire's code beside. */
function answerOf(thrown: unknown): Answer | undefined {
  if (!(thrown instanceof Error && '$metadata' in thrown)) return undefined
  const metadata = thrown.$metadata
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined
  return {
    code: 'Code' in thrown && typeof thrown.Code === 'string' && thrown.Code !== '' ? thrown.Code : thrown.name,
    status: Number(metadata.httpStatusCode),
    clockCorrected: 'clockSkewCorrected' in metadata && metadata.clockSkewCorrected === true,
  }
}
