/**
 * Every way a counter can fail to give a number. The order is the code kept in history: append only.
 * `timeout`, `unreachable` are what a trigger may take as a breach (`missing: breach`).
 */
export const failureKinds = [
  'timeout',
  'unreachable',
  'auth',
  'host-key',
  'connection-lost',
  'no-shell',
  'exit',
  'no-output',
  'not-a-number',
  'too-long',
  'syntax',
  'not-allowed',
  'no-such-mbean',
  'no-such-attribute',
  'internal',
] as const

export type FailureKind = (typeof failureKinds)[number]

/** What one counter gave in one round: a number, or a typed failure with its text. A failure is never a zero. */
export type Sample =
  | { kind: 'value'; at: number; value: number }
  | { kind: 'failure'; at: number; failure: FailureKind; text: string }

/** One counter on one node, or on one JVM of it. `jvm` is the id of the node–profile pair. */
export interface Series {
  counter: number
  node: number
  jvm?: number
}

/** `<counter>.<node>` or `<counter>.<node>.<jvm>`. */
export type SeriesId = string

/** The id of a series. */
export function seriesId({ counter, node, jvm }: Series): SeriesId {
  return jvm === undefined ? `${counter}.${node}` : `${counter}.${node}.${jvm}`
}

/** The series of an id; undefined where the text is none. */
export function parseSeriesId(text: string): Series | undefined {
  const match = /^([1-9]\d*)\.([1-9]\d*)(?:\.([1-9]\d*))?$/.exec(text)
  if (!match) return undefined
  const [counter, node, jvm] = [Number(match[1]), Number(match[2]), match[3]]
  return jvm === undefined ? { counter, node } : { counter, node, jvm: Number(jvm) }
}
