import type { Duplex } from 'node:stream'
import type { MachineStatus } from '../machine.ts'

/**
 * What is started: `stay` is a shell that reads commands from its input for as long as that is open; `once` reads two lines, a mark,
 * which it writes to both outputs before anything else, and a program, and leaves the rest of the input to that as values.
 */
export type Program = keyof typeof programs

/**
 * The command lines. A login shell reads them, whichever it is: no backslash, no newline, no `!` and no nested quotes, so that sh, bash,
 * zsh, fish and csh read the same. `exec` saves a process and makes the shell the leader of its session, so that its id is the group's.
 */
export const programs = {
  stay: 'exec sh',
  once: `exec sh -c 'read -r mark; read -r program; echo "$mark"; echo "$mark" >&2; eval "$program"'`,
} as const

/** How a stream ended: the program did, or what carried it was lost. */
export type StreamEnd = { kind: 'ended'; exitCode: number | null } | { kind: 'lost'; text: string }

/** Is told what comes; `closed` is last and comes once. */
export interface StreamListener {
  out(bytes: Buffer): void
  err(bytes: Buffer): void
  closed(end: StreamEnd): void
}

/** A started program: its input, and its two outputs apart. */
export interface ShellStream {
  /** Must be called in the turn in which the stream was given out, or bytes are missed. */
  listen(listener: StreamListener): void
  write(input: string | Uint8Array): void
  /** No more input comes. */
  end(): void
  /** Lets go of it; what it started may go on. */
  close(): void
}

/** `round` and `urgent` go first; `behind` (followed output) leaves some channels to the others. */
export type Place = 'round' | 'urgent' | 'behind'

/** Where shells are started: over one SSH connection, or on this machine. */
export interface ShellHost {
  readonly nodeName: string
  /** Starts a program. While backing off only `urgent` tries, the others fail at once. Rejects with `ReachFailure`. */
  open(program: Program, place: Place): Promise<ShellStream>
  /** A shell has answered: what failed before is over. */
  proved(): void
  /** Nothing answers although it should: the connection is given up, and made again when next used. */
  suspect(text: string): void
}

/** What a machine needs of the place its shells run in, beside starting them. */
export interface MachineHost extends ShellHost {
  readonly status: MachineStatus
  /** A TCP connection from there. Rejects with `ReachFailure`. */
  forward(host: string, port: number): Promise<Duplex>
  close(): void
}
