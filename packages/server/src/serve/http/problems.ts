import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type ProblemCode, TscalerError } from '../../model/problem.ts'
import type { Problem } from '../../wire/watching.ts'

const statuses: Partial<Record<ProblemCode, number>> = {
  'bad-input': 400,
  'wrong-usage': 400,
  'not-signed-in': 401,
  'code-needed': 401,
  'not-allowed': 403,
  'server-commands-off': 403,
  'not-found': 404,
  'name-taken': 409,
  'in-use': 409,
  'refused-by-guard': 409,
  'wrong-state': 409,
  'stale-version': 412,
  'too-large': 413,
  'too-many-tries': 429,
  'node-unreachable': 502,
  'node-auth': 502,
  'cloud-failed': 502,
  'cannot-reach-server': 503,
  'store-unusable': 503,
  'node-timeout': 504,
  'disk-full': 507,
}

const titles: Partial<Record<ProblemCode, string>> = {
  'bad-input': 'The input is not right',
  'not-signed-in': 'Not signed in',
  'code-needed': 'A code is needed',
  'not-allowed': 'Not allowed',
  'not-found': 'Not found',
  'name-taken': 'The name is taken',
  'in-use': 'In use',
  'refused-by-guard': 'Held back by a guard',
  'wrong-state': 'Not possible in this state',
  'stale-version': 'Changed in the meantime',
  'too-large': 'Too large',
  'too-many-tries': 'Too many tries',
  'node-unreachable': 'Not reached',
  'node-auth': 'The login was refused',
  'node-timeout': 'No answer in time',
  'cloud-failed': 'The cloud did not do it',
  'cannot-reach-server': 'No answer',
  'disk-full': 'The disk is full',
  'store-unusable': 'The database can not be used now',
  internal: 'A fault in tscaler',
}

/** The problem document of what was thrown, with its status. Faults of our own say nothing of their insides. */
export function problemOf(thrown: unknown): Problem {
  const error = thrown instanceof TscalerError ? thrown : ownWords(thrown)
  return {
    type: `urn:tscaler:error:${error.code}`,
    title: titles[error.code] ?? error.code,
    status: statuses[error.code] ?? 500,
    detail: error.message,
    ...(error.findings.length > 0 ? { findings: [...error.findings] } : {}),
  }
}

/** Answers any trouble as RFC 9457 asks. */
export function answerProblem(thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(thrown)
  if (problem.status >= 500 && !isOfMachine(problem))
    request.log.error({ err: thrown, url: request.routeOptions.url }, 'a request failed')
  reply.code(problem.status).type('application/problem+json; charset=utf-8').send(problem)
}

/** A machine that does not answer has its own alert; whoever looks at it asks again and again. */
function isOfMachine({ status }: Problem): boolean {
  return status === 502 || status === 504
}

/** What the HTTP library itself finds, in tscaler's words. */
function ownWords(thrown: unknown): TscalerError {
  const status = statusOf(thrown)
  if (status === 413) return new TscalerError('too-large', 'The request is too large. Send it in smaller parts.')
  if (status === 429)
    return new TscalerError('too-many-tries', 'Too many requests from this address. Wait a minute.', {
      retryable: true,
    })
  if (status === 415) return new TscalerError('bad-input', 'The body is no JSON. Send it as application/json.')
  if (status !== undefined && status >= 400 && status < 500) {
    return new TscalerError(
      'bad-input',
      'The request could not be read. Send JSON as the API describes it: /api/v1/openapi.json.',
    )
  }
  return new TscalerError(
    'internal',
    "Something in tscaler failed; the server's log has the details. Try again, and report it if it stays.",
  )
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined
}
