import { JmxError, type JmxErrorCode } from '@tscaler/jmx'
import { messageOf } from '../../model/problem.ts'
import type { FailureKind } from '../../model/sample.ts'
import { ReachFailure } from '../failure.ts'

/** What the client's codes are as failures of samples; each text says the rest. */
const kinds: Readonly<Partial<Record<JmxErrorCode, FailureKind>>> = {
  timeout: 'timeout',
  refused: 'unreachable',
  unreachable: 'unreachable',
  'not-rmi': 'unreachable',
  'not-jmx': 'unreachable',
  'unsupported-stub': 'unreachable',
  'tls-required': 'unreachable',
  'tls-not-offered': 'unreachable',
  'tls-failed': 'unreachable',
  'certificate-not-trusted': 'unreachable',
  'certificate-name': 'unreachable',
  'client-certificate-needed': 'auth',
  'wrong-password': 'auth',
  'password-required': 'auth',
  'access-denied': 'auth',
  'connection-lost': 'connection-lost',
  'session-gone': 'connection-lost',
  closed: 'connection-lost',
  aborted: 'connection-lost',
  'no-such-mbean': 'no-such-mbean',
  'bad-name': 'no-such-mbean',
  'no-such-attribute': 'no-such-attribute',
  // The getter threw, or gave what can't be sent: there is an attribute, but no number in it.
  'attribute-failed': 'not-a-number',
  unserialisable: 'not-a-number',
}

/** The trouble of one JVM as reach tells it; `title` says which. Trouble on the way through its node keeps the node's own words. */
export function jvmFailure(title: string, thrown: unknown): ReachFailure {
  if (thrown instanceof ReachFailure) return thrown
  if (!(thrown instanceof JmxError))
    return new ReachFailure('internal', `${title}: ${messageOf(thrown)}`, { cause: thrown })
  const behind = nodeTrouble(thrown)
  if (behind !== undefined) return new ReachFailure(behind.kind, `${title}: ${behind.message}`, { cause: thrown })
  return new ReachFailure(kinds[thrown.code] ?? 'internal', `${title}: ${thrown.message}`, { cause: thrown })
}

/** What failed on the node that the JVM is reached through, where that is the cause of what the client says. */
export function nodeTrouble(thrown: unknown): ReachFailure | undefined {
  for (let one = thrown; one instanceof Error; one = one.cause) if (one instanceof ReachFailure) return one
  return undefined
}

/** Failures after which the session is not to be trusted any more; the others are the answer of one MBean. */
export const ofConnection: ReadonlySet<FailureKind> = new Set(['timeout', 'unreachable', 'auth', 'connection-lost'])
