import { randomBytes } from 'node:crypto'
import { type Clock, pause } from '../../model/clock.ts'
import { type ProblemCode, TscalerError } from '../../model/problem.ts'
import { failureOf, problemOf } from '../failure.ts'
import type { DetachedScript, DetachedState, LineSink } from '../machine.ts'
import type { ShellHost } from '../shell/host.ts'
import { type Outcome, runOnce } from '../shell/run-once.ts'
import { envFile } from './env-file.ts'
import { follow } from './follow.ts'
import { Lines } from './lines.ts'
import { forgetProgram, killProgram, putProgram, startProgram, stateProgram } from './programs.ts'

/** Starting and looking are over in a moment; a slow disk or a machine under load is given this long. */
const limitMs = 30_000
/** Ending gives a script 5 s before it is killed, and its keeper 2 s after. */
const killLimitMs = 20_000
/** Files of some megabytes over a line of a megabit a second. */
const putLimitMs = 120_000
/** From one look at a lost connection to the next; connecting has a back-off of its own. */
const retryMs = 2_000

/** Detached scripts of one machine. All throw `TscalerError`. */
export class Detached {
  readonly #host: ShellHost
  readonly #clock: Clock

  constructor(host: ShellHost, clock: Clock) {
    this.#host = host
    this.#clock = clock
  }

  /** See `Machine.startDetached`. */
  async start({ folder, script, env, sudo, files = {} }: DetachedScript): Promise<void> {
    for (const [name, bytes] of Object.entries(files)) await this.#put(checked(folder), checked(name), bytes)
    const mark = randomBytes(16).toString('hex') // the environment and the script end with it, so neither may hold it
    const values = [checked(folder), sudo ? 'yes' : 'no', mark].join('\n')
    const input = `${values}\n${envFile(env)}${mark}\n${script.replace(/\n$/, '')}\n${mark}\n`
    const outcome = await this.#run(startProgram, input)
    if (outcome.exitCode === 0) return
    const why = startTroubles[String(outcome.exitCode)] ?? `the shell ended with ${outcome.exitCode ?? 'a signal'}`
    throw this.#trouble("can't start a script", why, outcome, isFull(outcome) ? 'disk-full' : 'task-failed')
  }

  /** Nothing begins by it: the start takes what was gathered, and forgetting the folder removes what was not. */
  async #put(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    const input = Buffer.concat([Buffer.from(`${folder}\n${name}\n${bytes.length}\n`), bytes])
    const outcome = await this.#run(putProgram, input, putLimitMs)
    if (outcome.exitCode === 0) return
    const why = startTroubles[String(outcome.exitCode)] ?? `the shell ended with ${outcome.exitCode ?? 'a signal'}`
    throw this.#trouble(`can't hand over ${name}`, why, outcome, isFull(outcome) ? 'disk-full' : 'task-failed')
  }

  /** See `Machine.detachedState`. */
  async state(folder: string): Promise<DetachedState> {
    const outcome = await this.#run(stateProgram, `${checked(folder)}\n`)
    const [word = '', detail = ''] = outcome.out.trim().split(' ')
    if (outcome.exitCode === 0) {
      if (word === 'absent' || word === 'running') return { kind: word }
      if (word === 'ended' && /^\d+$/.test(detail)) return { kind: 'ended', exitCode: Number(detail) }
      if (word === 'lost') return { kind: 'lost', text: `${this.#host.nodeName}: ${lostTexts[detail] ?? detail}` }
    }
    throw this.#trouble(
      `can't tell how ${folder} stands`,
      `it answered ${JSON.stringify(outcome.out.slice(0, 100))}`,
      outcome,
      'task-failed',
    )
  }

  /** See `Machine.followDetached`. Comes back after lost connections, without a gap and without a line twice. */
  async follow(folder: string, sink: LineSink, signal: AbortSignal): Promise<{ exitCode: number }> {
    const lines = { out: new Lines((line) => sink('out', line)), err: new Lines((line) => sink('err', line)) }
    for (;;) {
      signal.throwIfAborted()
      try {
        await follow(this.#host, checked(folder), lines, signal)
        signal.throwIfAborted()
        const state = await this.state(folder)
        if (state.kind === 'ended') {
          lines.out.end()
          lines.err.end()
          return { exitCode: state.exitCode }
        }
        if (state.kind === 'absent')
          throw this.#problem(
            `${this.#host.nodeName}: there is no ${shownFolder(folder)} to follow; it never began, or was removed.`,
          )
        if (state.kind === 'lost') throw this.#problem(state.text)
      } catch (thrown) {
        signal.throwIfAborted()
        if (!problemOf(thrown).retryable) throw problemOf(thrown)
      }
      await pause(this.#clock, retryMs, signal)
    }
  }

  /** See `Machine.killDetached`. */
  async kill(folder: string): Promise<void> {
    const outcome = await this.#run(killProgram, `${checked(folder)}\n`, killLimitMs)
    if (outcome.exitCode !== 0)
      throw this.#trouble(`can't end ${folder}`, 'its processes are still there', outcome, 'task-failed')
  }

  /** See `Machine.forgetDetached`. */
  async forget(folder: string): Promise<void> {
    const outcome = await this.#run(forgetProgram, `${checked(folder)}\n`)
    if (outcome.exitCode !== 0)
      throw this.#trouble(`can't remove ${shownFolder(folder)}`, 'rm failed', outcome, 'task-failed')
  }

  async #run(program: string, input: string | Uint8Array, limit = limitMs): Promise<Outcome> {
    try {
      return await runOnce(this.#host, { program, input, place: 'urgent', clock: this.#clock, limitMs: limit })
    } catch (thrown) {
      throw problemOf(failureOf(thrown))
    }
  }

  #trouble(what: string, why: string, { err }: Outcome, code: ProblemCode): TscalerError {
    const words = err.trim() === '' ? '' : `; it said ${JSON.stringify(err.trim().slice(0, 300))}`
    return new TscalerError(
      code,
      `${this.#host.nodeName}: ${what}: ${why}${words}. See the user's home folder on the machine: its space, and who owns .tscaler.`,
    )
  }

  #problem(text: string): TscalerError {
    return new TscalerError('task-failed', text)
  }
}

const startTroubles: Readonly<Record<string, string>> = {
  73: 'its folder could not be made',
  74: 'its files could not be written',
  75: 'it arrived cut short, and nothing was started',
  76: 'it did not begin within 5 s',
}

const lostTexts: Readonly<Record<string, string>> = {
  'no-pid': "the script's folder is there, but whether it began is not known. Look at what it should have done.",
  restarted: 'the machine was restarted before the script ended. Look at what it had done by then.',
  gone: "the script's processes are gone and left no exit code: killed from outside, or no memory. Look at what it had done by then.",
}

function isFull({ err }: Outcome): boolean {
  // A shell's own printf says no more than "I/O error"; what df says of the disk stands beside it.
  return /no space left|quota exceeded| 100% /i.test(err)
}

/** A folder's name can't lead out of .tscaler, nor hide there. */
function checked(folder: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(folder)) return folder
  throw new TscalerError(
    'bad-input',
    `Folder of a detached script: got ${JSON.stringify(folder)}, expected letters, digits, ".", "_" and "-", 200 at most.`,
  )
}

function shownFolder(folder: string): string {
  return `~/.tscaler/${folder}`
}
