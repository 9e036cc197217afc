/** The stable codes of everything that can go wrong; docs/errors.md has a row for each. */
export const problemCodes = [
  'bad-input',
  'not-found',
  'too-large',
  'name-taken',
  'in-use',
  'stale-version',
  'not-signed-in',
  'code-needed',
  'not-allowed',
  'too-many-tries',
  'refused-by-guard',
  'wrong-state',
  'cannot-reach-server',
  'wrong-usage',
  'data-folder-taken',
  'data-folder-unusable',
  'disk-full',
  'store-unusable',
  'queue-unusable',
  'wrong-secret-key',
  'server-commands-off',
  'node-unreachable',
  'node-auth',
  'node-host-key',
  'node-timeout',
  'cloud-failed',
  'task-failed',
  'internal',
] as const

/** One of the stable codes. */
export type ProblemCode = (typeof problemCodes)[number]

/** One thing that is wrong with an input: where (`counters[1].period`) and what was expected. */
export interface Finding {
  path: string
  message: string
}

/** What callers can't go on from. The message says what happened, where, and what to do; never a secret. */
export class TscalerError extends Error {
  readonly code: ProblemCode
  /** The fields at fault, all of them at once. */
  readonly findings: readonly Finding[]
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean

  constructor(
    code: ProblemCode,
    message: string,
    options: { findings?: readonly Finding[]; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TscalerError'
    this.code = code
    this.findings = options.findings ?? []
    this.retryable = options.retryable ?? false
  }
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
