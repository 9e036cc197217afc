/** How a declared field of a source or an action is written, shown and checked. Forms, API schema, CLI help and docs come from it. */
export type Field = {
  help: string
  /** May be left out; then `default`, or nothing. */
  optional?: boolean
} & (
  | {
      kind: 'text'
      lines?: number
      default?: string
      maxLength?: number
      oneOf?: readonly string[]
      /** What each of `oneOf` is, where its name does not say it. */
      about?: Readonly<Record<string, { help: string; unit: string }>>
      pattern?: string
    }
  | { kind: 'flag'; default?: boolean }
  | { kind: 'number'; default?: number; min: number; max: number; integer: boolean; unit?: string }
  | { kind: 'duration'; defaultMs?: number; minMs: number; maxMs: number }
  | { kind: 'list'; minItems: number; maxItems: number; default?: readonly string[] }
  | { kind: 'template'; lines?: number; default?: string; maxLength?: number }
  /** A file, binary or not; its value is base64. */
  | { kind: 'file'; bytesMax: number }
  | { kind: 'reference'; to: 'counters' | 'ssh-profiles' | 'jvm-profiles' | 'ec2-profiles'; many: boolean }
)

/** The most that a script or template may hold, so that a round's message and a row stay small. */
export const textBytesMax = 65_536
