import { pause } from '../../model/clock.ts'
import { messageOf, TscalerError } from '../../model/problem.ts'
import { ReachFailure } from '../../reach/failure.ts'
import type { DetachedScript, DetachedState, LineSink, Machine } from '../../reach/machine.ts'
import { type Attempt, abortReason, type Probe, TaskFailed, TaskUnknown } from '../action.ts'

/** From one look at a machine that is out of reach to the next; connecting has a back-off of its own. */
const againMs = 2_000
/** For the last lines of a script that was ended; what is left of the 30 s that stopping may take. */
const restMs = 5_000

/** What an exit code that is not 0 means. */
type Explain = (exitCode: number) => TaskFailed

/** Runs a script detached in the attempt's folder and follows it to its end. Throws `TaskFailed`, `TaskUnknown`. */
export async function runDetached(
  attempt: Attempt,
  machine: Machine,
  script: Omit<DetachedScript, 'folder'>,
  explain: Explain = ofShell,
): Promise<void> {
  attempt.signal.throwIfAborted()
  await start(attempt, machine, { ...script, folder: attempt.folder })
  await followDetached(attempt, machine, explain)
}

/** Follows the attempt's script to its end; its output comes from the beginning. */
export async function followDetached(attempt: Attempt, machine: Machine, explain: Explain = ofShell): Promise<void> {
  const exitCode = await exitCodeOf(attempt, machine)
  if (exitCode !== 0) throw explain(exitCode)
}

/** What became of the attempt's script. An ended one is to be followed too: its last lines may not be stored yet. */
export async function probeDetached(attempt: Attempt, machine: Machine): Promise<Probe> {
  const state = await stateOf(attempt, machine)
  if (state === undefined)
    return { kind: 'unknown', text: `${nameOf(attempt)} could not be asked what became of the script` }
  switch (state.kind) {
    case 'absent':
      return { kind: 'not-done' }
    case 'running':
    case 'ended':
      return { kind: 'running' }
    case 'lost':
      return { kind: 'unknown', text: state.text }
    default:
      return state satisfies never
  }
}

/** A connection that drops while the script is handed over leaves open whether it began; its folder tells. */
async function start(attempt: Attempt, machine: Machine, script: DetachedScript): Promise<void> {
  try {
    await machine.startDetached(script)
  } catch (thrown) {
    if (!mayHaveBegun(thrown)) throw thrown
    const state = await stateOf(attempt, machine)
    if (state?.kind === 'absent') throw thrown
    if (state === undefined)
      throw new TaskUnknown(`whether the script began is not known: ${messageOf(thrown)}`, { cause: thrown })
  }
}

function mayHaveBegun(thrown: unknown): boolean {
  const { cause } = thrown instanceof Error ? thrown : { cause: undefined }
  return cause instanceof ReachFailure && (cause.kind === 'connection-lost' || cause.kind === 'timeout')
}

/** Asks until the machine answers; undefined where it does not before the signal aborts. It is asked once in any case. */
async function stateOf({ folder, signal, clock }: Attempt, machine: Machine): Promise<DetachedState | undefined> {
  for (;;) {
    try {
      return await machine.detachedState(folder)
    } catch (thrown) {
      if (!(thrown instanceof TscalerError) || !thrown.retryable) throw thrown
    }
    if (signal.aborted) return undefined
    await pause(clock, againMs, signal)
    if (abortReason(signal) === 'leave') return undefined
  }
}

/** Lines of each stream that were logged already. */
type Logged = Record<'out' | 'err', number>

async function exitCodeOf(attempt: Attempt, machine: Machine): Promise<number> {
  const { signal } = attempt
  const logged: Logged = { out: 0, err: 0 }
  try {
    return await follow(attempt, machine, logged, signal)
  } catch (thrown) {
    if (signal.aborted) return stop(attempt, machine, logged)
    throw new TaskUnknown(messageOf(thrown), { cause: thrown })
  }
}

/** Logs what comes after the lines that were logged already; a follower always begins at the beginning. */
async function follow(
  { folder, log }: Attempt,
  machine: Machine,
  logged: Logged,
  signal: AbortSignal,
): Promise<number> {
  const skip = { ...logged }
  const sink: LineSink = (stream, text) => {
    if (skip[stream] > 0) skip[stream]--
    else {
      logged[stream]++
      log(text, stream)
    }
  }
  return (await machine.followDetached(folder, sink, signal)).exitCode
}

/** Ends the script, unless this process only lets go of it. One that ended by itself just before has done its work. */
async function stop(attempt: Attempt, machine: Machine, logged: Logged): Promise<number> {
  const { folder, signal } = attempt
  const why = abortReason(signal)
  if (why === 'leave') throw new TaskFailed('was let go of', { retryable: true })
  const told = why === 'cancel' ? 'cancelled' : 'timed out'
  try {
    await machine.killDetached(folder)
    const state = await machine.detachedState(folder)
    await logRest(attempt, machine, logged)
    if (state.kind === 'ended' && state.exitCode === 0) return 0
  } catch (thrown) {
    throw new TaskUnknown(`${told}, and the script could not be ended: ${messageOf(thrown)}`, { cause: thrown })
  }
  throw new TaskFailed(`${told}, and the script was ended`, { retryable: true })
}

/** What it wrote before it was ended says where it hung. Without it there is still the outcome. */
async function logRest(attempt: Attempt, machine: Machine, logged: Logged): Promise<void> {
  const limit = new AbortController()
  const cancel = attempt.clock.after(restMs, () => limit.abort())
  await follow(attempt, machine, logged, limit.signal).catch((thrown: unknown) => {
    attempt.log(`the end of the output could not be read: ${messageOf(thrown)}`, 'note')
  })
  cancel()
}

function ofShell(exitCode: number): TaskFailed {
  return new TaskFailed(exitText(exitCode), { retryable: true })
}

/** What shells say by an exit code. */
function exitText(exitCode: number): string {
  if (exitCode === 126) return 'the script exited with 126: something in it could not be executed'
  if (exitCode === 127) return 'the script exited with 127: a command was not found'
  if (exitCode > 128 && exitCode < 160) return `the script exited with ${exitCode}: ended by signal ${exitCode - 128}`
  return `the script exited with ${exitCode}`
}

function nameOf({ node }: Attempt): string {
  return node?.name ?? "tscaler's own machine"
}
