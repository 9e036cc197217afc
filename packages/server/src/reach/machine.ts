import type { Duplex } from 'node:stream'
import type { FailureKind } from '../model/sample.ts'

/** One script of a round: text for `sh`, run in a subshell of the shell that stays. */
export interface RoundScript {
  /** Stable for as long as the script's text is; the shell remembers slow ones by it. */
  key: number
  script: string
}

/** What one script gave: its output, or why there is none. */
export type RoundAnswer =
  | { kind: 'output'; exitCode: number; stdout: string; stderr: string }
  | { kind: 'failure'; failure: FailureKind; text: string }

/** A script to run to its end, even if the connection drops or tscaler dies. */
export interface DetachedScript {
  /** The task's own folder on the machine, below the login's home: named run-step-task-attempt. */
  folder: string
  script: string
  /** Values for the script's environment; never put into shell text. */
  env: Readonly<Record<string, string>>
  sudo: boolean
  /** What stands in the folder `files` beside the script before it begins, mode 0600, by name. */
  files?: Readonly<Record<string, Uint8Array>>
}

/** How a detached script stands. `absent`: its folder is not there, so it never began. */
export type DetachedState =
  | { kind: 'absent' }
  | { kind: 'running' }
  | { kind: 'ended'; exitCode: number }
  | { kind: 'lost'; text: string }

/** Receives complete lines of a detached script's output. */
export type LineSink = (stream: 'out' | 'err', text: string) => void

/**
 * One machine that is reached through a shell: a node over SSH, or this machine. Connects when first used, keeps the connection open,
 * comes back by itself with back-off. Methods that collect answer with typed failures; methods that act throw `TscalerError`
 * (`node-unreachable`, `node-auth`, `node-host-key`, `node-timeout`).
 */
export interface Machine {
  /**
   * All scripts in ONE message to the shell that stays, answered in one write. Never rejects; answers are in the scripts' order.
   * `deadlineMs` is for the round; `scriptLimitMs` for one script.
   */
  round(scripts: readonly RoundScript[], limits: { deadlineMs: number; scriptLimitMs: number }): Promise<RoundAnswer[]>
  /** Starts the script detached; resolves once the machine has it (its folder and pid are written). Starting the same folder again changes nothing. */
  startDetached(script: DetachedScript): Promise<void>
  /**
   * Follows a detached script's output from its beginning until it ends; gives its exit code. Goes on after a lost connection until the
   * signal aborts; then it rejects with the signal's reason. Throws `task-failed` where the script can't be found or its end is not known.
   */
  followDetached(folder: string, sink: LineSink, signal: AbortSignal): Promise<{ exitCode: number }>
  /** Looks at the folder: the probe. */
  detachedState(folder: string): Promise<DetachedState>
  /** Ends a detached script and all its children. */
  killDetached(folder: string): Promise<void>
  /** Removes the folder. */
  forgetDetached(folder: string): Promise<void>
  /**
   * A TCP connection to a host and port as they are seen from the machine, such as to a JVM that only listens there. It ends with the
   * machine's connection. Rejects with `ReachFailure`.
   */
  forward(host: string, port: number): Promise<Duplex>
  /** Tries everything once: what `tscaler check` shows. Lines in an operator's words. */
  check(): Promise<MachineCheck>
  /** Open, connecting, backing off…, for pages and alerts. */
  readonly status: MachineStatus
  close(): void
}

export interface MachineCheck {
  ok: boolean
  findings: { what: string; ok: boolean; text: string }[]
}

export interface MachineStatus {
  state: 'idle' | 'connecting' | 'open' | 'backing-off' | 'stopped'
  /** The last failure; null where the last try went well. */
  failure: { kind: FailureKind; text: string; at: number } | null
  retryAt: number | null
  openedAt: number | null
}

/**
 * A key that a host showed in place of the pinned one (`changed`: its machine is stopped), a first one that the profile lets in, or a
 * first one that it does not (`unknown`: nothing was sent; a person may confirm it).
 */
export interface HostKeyEvent {
  nodeId: number
  kind: 'accepted-new' | 'changed' | 'unknown'
  /** `ssh-ed25519 AAAA…` */
  offered: string
  pinned: string | null
}

/** All that is needed to reach a node over SSH, secrets opened. It lives in memory only. */
export interface SshAccess {
  nodeId: number
  nodeName: string
  hostname: string
  port: number
  user: string
  privateKey: string | null
  passphrase: string | null
  password: string | null
  agent: string | null
  hostKey: string | null
  hostKeys: 'strict' | 'accept-new'
  jump: readonly string[]
  knownHosts: string | null
  certAuthorities: readonly string[]
  /** A changed key was shown and nobody has accepted it: nothing is sent. */
  stopped: boolean
}

/** Where machines come from: one per node, kept for as long as its access stays the same. */
export interface Reach {
  /** The node's machine; undefined where tscaler does not know the node. */
  find(nodeId: number): Machine | undefined
  /** A machine of its own by that access, for the caller to close, such as of a node that is not known yet. Its host key is told to nobody. */
  visit(access: SshAccess): Machine
  /** Takes over the nodes there are now: opens none, closes what left or whose access changed. */
  configure(accesses: readonly SshAccess[], localNodeIds: readonly number[]): void
  onHostKey(listener: (event: HostKeyEvent) => void): void
  close(): Promise<void>
}
