import type { Readable } from 'node:stream'
import type { Clock } from '../../model/clock.ts'

/** What `tscaler serve` was told; texts as given, for the settings to read. */
export interface ServeFlags {
  /** What this process does; `all` where nothing was said. */
  roles: readonly ServeRole[]
  dataFolder?: string
  port?: string
  host?: string
  rehearsal: boolean
}

export const serveRoles = ['all', 'web', 'scheduler', 'worker'] as const
export type ServeRole = (typeof serveRoles)[number]

/** Where text goes. */
export interface Output {
  write(text: string): unknown
  /** A stream tells its trouble by an event, not by throwing. */
  on?(event: 'error', hear: (error: Error) => void): unknown
}

/** The keyboard or a pipe; a terminal can be told to keep what is typed to itself. */
export type Input = Readable & { setRawMode?: (on: boolean) => unknown }

/** Everything outside that a command touches, handed in by main. */
export interface CliIo {
  stdout: Output
  stderr: Output
  stdin: Input
  environment: Readonly<Record<string, string | undefined>>
  /** Relative paths begin here. */
  cwd: string
  /** Whether a person sits at both stdin and stdout. */
  isTty: boolean
  /** Whether stdout shows colours; NO_COLOR takes them away in any case. */
  colour: boolean
  clock: Clock
  version: string
  /** Resolves when the server has ended. */
  serve(flags: ServeFlags): Promise<void>
}
