import { type ProblemCode, TscalerError } from '../model/problem.ts'
import type { FailureKind } from '../model/sample.ts'

/** Why a machine can't be reached, or no longer can. The message names the node, what was seen and what to do; never a secret. */
export class ReachFailure extends Error {
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ReachFailure'
    this.kind = kind
  }
}

/** The same trouble as callers that act are told it. Retryable is what may pass without anybody changing anything. */
export function problemOf(thrown: unknown): TscalerError {
  if (thrown instanceof TscalerError) return thrown
  if (!(thrown instanceof ReachFailure)) return new TscalerError('internal', String(thrown), { cause: thrown })
  const retryable = thrown.kind === 'unreachable' || thrown.kind === 'connection-lost' || thrown.kind === 'timeout'
  return new TscalerError(codes[thrown.kind] ?? 'node-unreachable', thrown.message, { retryable, cause: thrown })
}

const codes: Partial<Record<FailureKind, ProblemCode>> = {
  auth: 'node-auth',
  'host-key': 'node-host-key',
  timeout: 'node-timeout',
  'no-such-mbean': 'not-found',
}

/** Any trouble as a `ReachFailure`; what is none is a fault of our own. */
export function failureOf(thrown: unknown): ReachFailure {
  if (thrown instanceof ReachFailure) return thrown
  return new ReachFailure('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}
