import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { type Clock, pause } from '../../model/clock.ts'
import { messageOf } from '../../model/problem.ts'
import { Lines } from '../detached/lines.ts'
import type { Owner } from './local-host.ts'
import { accountFor } from './local-machine.ts'

/** One call of a program on tscaler's own machine. */
export interface ProgramCall {
  /** The program and its arguments; no shell reads them. */
  argv: readonly string[]
  /** All that it finds in its environment. */
  env: Readonly<Record<string, string>>
  stdin: string
  /** Past it, the program and all it has started are ended. */
  limitMs: number
  /** The most that it may write to its standard output. */
  outBytesMax: number
  /** Its error output, line by line, as it comes. */
  onErrorLine(line: string): void
  /** Aborts: the program is ended. */
  signal: AbortSignal
}

/** How a call ended. `not-begun`: the program never ran. `cut-short`: it was ended, and may have done anything. */
export type ProgramEnd =
  | { kind: 'ended'; exitCode: number; stdout: string }
  | { kind: 'not-begun'; text: string }
  | { kind: 'cut-short'; why: 'limit' | 'output' | 'aborted' | 'signal' }

/** Programs on tscaler's own machine, that answer on their standard output. */
export interface LocalPrograms {
  /** Never rejects. What the program leaves running in its process group ends with it. */
  run(call: ProgramCall): Promise<ProgramEnd>
}

/** Programs as a user of this machine; null: as whoever runs tscaler. Throws `bad-input` where there is no such user. */
export function openLocalPrograms({ clock, user }: { clock: Clock; user: string | null }): LocalPrograms {
  const { env, owner } = accountFor(user)
  return {
    async run(call) {
      const program = findProgram(call.argv[0] ?? '')
      if (program === undefined) return { kind: 'not-begun', text: `${call.argv[0]} is not there, or not executable` }
      if (call.signal.aborted) return { kind: 'not-begun', text: 'the call was given up before' }
      try {
        return await new RunningProgram(clock, call, start(program, call, { cwd: env.HOME, owner })).end
      } catch (thrown) {
        return { kind: 'not-begun', text: messageOf(thrown) } // such as arguments that are too long
      }
    },
  }
}

// The same places as a server command is looked for in.
const places = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'.split(':')

function findProgram(name: string): string | undefined {
  const candidates = name.includes('/') ? [name] : places.map((place) => join(place, name))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** To a program that was told to end, before it is killed. */
const graceMs = 2_000
/** For what is still in the pipes of a program that has ended. */
const restMs = 1_000
/** The watch in the shell comes after both: it is for the case that tscaler itself was killed meanwhile. */
const watchMs = 3_000

/**
 * Its text is a constant; `$1` is the watch's seconds, the rest the program. The watch belongs to the program's group, which it ends: so it
 * is no longer there when that group's number may be another's. It outlives a polite end, and holds no pipe. What shells add to the environment is
 * taken out.
 */
const script = `(trap '' TERM INT HUP; /bin/sleep "$1"; kill -s KILL -- "-$$") </dev/null >/dev/null 2>&1 &
shift
unset PWD OLDPWD SHLVL
exec "$@"`

function start(
  program: string,
  { argv, env, limitMs }: ProgramCall,
  { cwd, owner }: { cwd: string; owner: Owner },
): ChildProcessWithoutNullStreams {
  const seconds = `${Math.ceil((limitMs + watchMs) / 1_000)}`
  const words = ['-c', script, 'tscaler', seconds, program, ...argv.slice(1)]
  return spawn('/bin/sh', words, { cwd, env, detached: true, ...owner })
}

/** One program from its start to its end. */
class RunningProgram {
  readonly end: Promise<ProgramEnd>
  readonly #clock: Clock
  readonly #child: ChildProcessWithoutNullStreams
  readonly #over = new AbortController()
  #why: 'limit' | 'output' | 'aborted' | undefined
  #isCleared = false

  constructor(clock: Clock, call: ProgramCall, child: ChildProcessWithoutNullStreams) {
    this.#clock = clock
    this.#child = child
    const cancel = clock.after(call.limitMs, () => this.#stop('limit'))
    const abort = () => this.#stop('aborted')
    call.signal.addEventListener('abort', abort, { once: true })
    this.end = this.#ending(call).finally(() => {
      cancel()
      call.signal.removeEventListener('abort', abort)
      this.#over.abort()
    })
    child.stdin.on('error', () => {}) // it need not read what it is given
    child.stdin.end(call.stdin)
  }

  #ending({ outBytesMax, onErrorLine }: ProgramCall): Promise<ProgramEnd> {
    const child = this.#child
    const [kept, lines] = [[] as Buffer[], new Lines(onErrorLine)]
    let bytes = 0
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= outBytesMax) kept.push(chunk)
      else this.#stop('output')
    })
    child.stderr.on('data', (chunk: Buffer) => lines.push(chunk))
    return new Promise((resolve) => {
      child.once('error', (cause) => resolve({ kind: 'not-begun', text: cause.message }))
      child.once('exit', () => this.#clear())
      child.once('close', (exitCode) => {
        lines.end()
        if (this.#why !== undefined) resolve({ kind: 'cut-short', why: this.#why })
        else if (exitCode === null) resolve({ kind: 'cut-short', why: 'signal' })
        else resolve({ kind: 'ended', exitCode, stdout: Buffer.concat(kept).toString() })
      })
    })
  }

  #stop(why: 'limit' | 'output' | 'aborted'): void {
    if (this.#why !== undefined) return
    this.#why = why
    this.#signal('SIGTERM')
    void pause(this.#clock, graceMs, this.#over.signal).then(() => {
      if (!this.#over.signal.aborted) this.#signal('SIGKILL')
    })
  }

  /** The program is gone; the watch and what it left behind go too, and whoever left the group holds up nobody. */
  #clear(): void {
    this.#signal('SIGKILL')
    this.#isCleared = true
    void pause(this.#clock, restMs, this.#over.signal).then(() => {
      this.#child.stdout.destroy()
      this.#child.stderr.destroy()
    })
  }

  #signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#child.pid === undefined || this.#isCleared) return
    try {
      process.kill(-this.#child.pid, name)
    } catch {
      // Nobody is left in the group.
    }
  }
}
