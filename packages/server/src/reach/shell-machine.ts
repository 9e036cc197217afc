import type { Duplex } from 'node:stream'
import type { Clock } from '../model/clock.ts'
import { Detached } from './detached/detached.ts'
import type {
  DetachedScript,
  DetachedState,
  LineSink,
  Machine,
  MachineCheck,
  MachineStatus,
  RoundAnswer,
  RoundScript,
} from './machine.ts'
import { checkShell } from './shell/check-shell.ts'
import type { MachineHost } from './shell/host.ts'
import { ShellRounds } from './shell/rounds.ts'

/** A machine whose shells are started by a host: over SSH, or here. */
export class ShellMachine implements Machine {
  readonly #host: MachineHost
  readonly #clock: Clock
  readonly #rounds: ShellRounds
  readonly #detached: Detached

  constructor(host: MachineHost, clock: Clock) {
    this.#host = host
    this.#clock = clock
    this.#rounds = new ShellRounds(host, clock)
    this.#detached = new Detached(host, clock)
  }

  get status(): MachineStatus {
    return this.#host.status
  }

  round(
    scripts: readonly RoundScript[],
    limits: { deadlineMs: number; scriptLimitMs: number },
  ): Promise<RoundAnswer[]> {
    return this.#rounds.round(scripts, limits)
  }

  startDetached(script: DetachedScript): Promise<void> {
    return this.#detached.start(script)
  }

  followDetached(folder: string, sink: LineSink, signal: AbortSignal): Promise<{ exitCode: number }> {
    return this.#detached.follow(folder, sink, signal)
  }

  detachedState(folder: string): Promise<DetachedState> {
    return this.#detached.state(folder)
  }

  killDetached(folder: string): Promise<void> {
    return this.#detached.kill(folder)
  }

  forgetDetached(folder: string): Promise<void> {
    return this.#detached.forget(folder)
  }

  forward(host: string, port: number): Promise<Duplex> {
    return this.#host.forward(host, port)
  }

  check(): Promise<MachineCheck> {
    return checkShell(this.#host, this.#clock)
  }

  close(): void {
    this.#rounds.close()
    this.#host.close()
  }
}
