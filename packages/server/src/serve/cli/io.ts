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

/** What a backup was asked for; texts as given. */
export interface BackupFlags {
  dataFolder?: string
  file: string
  samples: boolean
}

/** A backup that was made. */
export interface BackupMade {
  file: string
  bytes: number
  files: { name: string; bytes: number }[]
  counts: Record<string, number>
  /** The ids of the keys that open its secrets; none: it holds no secret. */
  sealedWith: string[]
  /** Where those keys are, in words; null: it holds no secret. */
  keyPlace: string | null
  /** A file of the data folder that is not in it and may be wanted. */
  settingsFile: string | null
}

/** What a restore would do, before it does anything. */
export interface RestorePlan {
  dataFolder: string
  madeAt: number
  version: string
  counts: Record<string, number>
  files: { name: string; bytes: number }[]
  /** What is there now; null: nothing. */
  replaces: { sameInstallation: boolean; counts: Record<string, number> | null; aside: string } | null
  /** The file with the key that opens its secrets, or in words where else it comes from; null: it holds no secret. */
  keyPlace: string | null
}

/** Which store is copied to which; texts as given. */
export interface CopyFlags {
  dataFolder?: string
  /** undefined: the store of the settings. */
  from?: string
  to: string
}

/** A copy that is whole: how many rows of each table, and how messages call the new store. */
export interface CopyMade {
  to: string
  rows: Record<string, number>
}

/** Commands that work on the files of a data folder; they throw `TscalerError`. */
export interface FolderWork {
  backup(flags: BackupFlags): Promise<BackupMade>
  /** Tells a line at a time how it goes. */
  copy(flags: CopyFlags, tell: (line: string) => void): Promise<CopyMade>
  /** Shows the plan to `go`, and restores where that says yes; gives whether it did. */
  restore(flags: { dataFolder?: string; file: string }, go: (plan: RestorePlan) => Promise<boolean>): Promise<boolean>
}

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
  /** What works on the data folder itself, without a server. */
  folder: FolderWork
  /** Resolves when the server has ended. */
  serve(flags: ServeFlags): Promise<void>
}
