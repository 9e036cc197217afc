import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { ReachFailure } from '../failure.ts'
import type { MachineStatus } from '../machine.ts'
import { type MachineHost, type Program, programs, type ShellStream } from '../shell/host.ts'
import { ChildStream } from './child-stream.ts'

/** Whom the shells belong to; nobody named: whoever runs tscaler. */
export interface Owner {
  uid?: number
  gid?: number
}

/** Shells of this machine, each the leader of a group of its own, in an environment of their own. */
export class LocalHost implements MachineHost {
  readonly nodeName: string
  /** There is nothing to connect to, so nothing that could fail. */
  readonly status: MachineStatus = { state: 'open', failure: null, retryAt: null, openedAt: null }
  readonly #home: string
  readonly #env: Readonly<Record<string, string>>
  readonly #owner: Owner
  readonly #children = new Set<ChildProcessWithoutNullStreams>()

  /** Nothing of tscaler's own environment is handed on: it holds its secrets. */
  constructor(nodeName: string, env: Readonly<Record<string, string>> & { HOME: string }, owner: Owner = {}) {
    this.nodeName = nodeName
    this.#owner = owner
    this.#home = env.HOME
    this.#env = env
  }

  open(program: Program): Promise<ShellStream> {
    return new Promise((resolve, reject) => {
      const child = spawn('/bin/sh', ['-c', programs[program]], {
        cwd: this.#home,
        env: this.#env,
        detached: true,
        ...this.#owner,
      })
      child.once('error', (cause) => {
        const text = `${this.nodeName}: can't start /bin/sh in ${this.#home}: ${cause.message}. See that both are there.`
        reject(new ReachFailure('no-shell', text, { cause }))
      })
      child.once('spawn', () => {
        this.#children.add(child)
        child.once('close', () => this.#children.delete(child))
        resolve(new ChildStream(child))
      })
    })
  }

  forward(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true })
      const failed = (cause: Error) =>
        reject(
          new ReachFailure('unreachable', `${this.nodeName}: no TCP connection to ${host}:${port}: ${cause.message}.`, {
            cause,
          }),
        )
      socket.once('error', failed)
      socket.once('connect', () => {
        socket.removeListener('error', failed)
        resolve(socket)
      })
    })
  }

  proved(): void {}

  suspect(): void {}

  close(): void {
    for (const child of this.#children) child.stdin.end()
  }
}
