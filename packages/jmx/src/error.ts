import { limits } from './limits.ts'

/** The stable codes of everything that can go wrong. */
export const jmxErrorCodes = [
  'refused',
  'unreachable',
  'timeout',
  'aborted',
  'closed',
  'connection-lost',
  'outcome-unknown',
  'too-many-calls',
  'not-rmi',
  'not-jmx',
  'unsupported-stub',
  'tls-required',
  'tls-not-offered',
  'tls-failed',
  'certificate-not-trusted',
  'certificate-name',
  'client-certificate-needed',
  'wrong-password',
  'password-required',
  'access-denied',
  'session-gone',
  'no-such-mbean',
  'no-such-attribute',
  'no-such-operation',
  'attribute-failed',
  'operation-failed',
  'unserialisable',
  'bad-name',
  'bad-argument',
  'server-error',
  'broken-reply',
  'reply-too-large',
] as const

/** One of the stable codes. */
export type JmxErrorCode = (typeof jmxErrorCodes)[number]

/** What was asked when it went wrong. */
export interface Place {
  /** `host:port` of the JVM as it was given. */
  jvm?: string
  mbean?: string
  attribute?: string
  operation?: string
}

/** The Java exception behind an error: the innermost of its wrappers. */
export interface JavaException {
  className: string
  message: string | null
}

/** The same call may succeed later without anybody changing anything. */
const RETRYABLE: ReadonlySet<JmxErrorCode> = new Set([
  'refused',
  'unreachable',
  'timeout',
  'connection-lost',
  'too-many-calls',
  'session-gone',
])

/** Everything this package throws or gives back as trouble. The message says what happened, where, and what to do; never a secret. */
export class JmxError extends Error {
  readonly code: JmxErrorCode
  readonly place: Place
  readonly java: JavaException | undefined
  readonly retryable: boolean
  readonly #text: string

  constructor(
    code: JmxErrorCode,
    text: string,
    options: { place?: Place; java?: JavaException; cause?: unknown } = {},
  ) {
    const place = options.place ?? {}
    super(placed(place, text), options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'JmxError'
    this.code = code
    this.place = place
    this.java = options.java
    this.retryable = RETRYABLE.has(code)
    this.#text = text
  }

  /** The same error, which now also says where. What was known already stays. */
  at(place: Place): JmxError {
    const java = this.java ? { java: this.java } : {}
    return new JmxError(this.code, this.#text, { place: { ...place, ...this.place }, ...java, cause: this.cause })
  }
}

/** Text that a server sent, fit for a message: one line, no control characters, not endless. */
export function foreignText(text: string): string {
  const line = text
    .slice(0, limits.textMax * 2)
    .replace(/\p{C}+/gu, ' ')
    .trim()
  return line.length > limits.textMax ? `${line.slice(0, limits.textMax)}…` : line
}

/** Anything thrown as a JmxError; what is no error of ours is a broken reply or a broken rule, and keeps its cause. */
export function toJmxError(thrown: unknown): JmxError {
  if (thrown instanceof JmxError) return thrown
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new JmxError('broken-reply', `the reply could not be read (${foreignText(text)}).`, { cause: thrown })
}

function placed(place: Place, text: string): string {
  const what = [place.mbean, place.attribute ?? place.operation].filter((part) => part !== undefined).join(' ')
  const where = place.jvm === undefined ? 'JMX' : `JMX on ${place.jvm}`
  return what === '' ? `${where}: ${text}` : `${where}: ${what}: ${text}`
}
