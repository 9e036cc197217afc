import { messageOf, TscalerError } from '../../model/problem.ts'
import type { Run, Step, Task } from '../../model/run.ts'
import { type ActionKind, type Attempt, abortReason, type Probe, TaskFailed, TaskUnknown } from '../action.ts'
import { masking } from '../mask.ts'
import { readContext, readTarget } from './context.ts'
import { attemptNote, type LogWriter, logStart } from './log-writer.ts'
import type { Outcome } from './outcome.ts'
import type { EngineParts } from './parts.ts'

/** A task with all that an attempt of it needs. */
export interface AttemptSubject {
  run: Run
  step: Step
  task: Task
}

/** Whether the attempt begins, or was under way when somebody stopped; an undo takes it back. */
export type AttemptMode = 'begin' | 'recover' | 'undo'

/** How long an action may take to stop what it began, once its time is over: ending a script over a slow connection takes 20 s. */
const graceMs = 30_000
/** When this process is told to end, waiting for what it lets go of should not hold it up. */
const leaveGraceMs = 5_000

/** One attempt in this process. */
export interface RunningAttempt {
  /** Asks it to stop; the reason is what its outcome will say. Asking again changes nothing. */
  abort(reason: 'cancel' | 'leave'): void
  /** Never rejects. undefined: it was let go of, and the store still says that it runs. */
  outcome: Promise<Outcome | undefined>
  /** Removes what it left lying about; only once its outcome is stored, for until then that is what a probe looks at. */
  forget(): Promise<void>
}

/** Begins, follows or takes back one attempt. Its intent is stored already. */
export function startAttempt(
  parts: EngineParts,
  logs: LogWriter,
  subject: AttemptSubject,
  mode: AttemptMode,
): RunningAttempt {
  const aborting = new AbortController()
  let made: Attempt | undefined
  const outcome = attempt(parts, logs, subject, mode, aborting, (prepared) => {
    made = prepared
  })
  return {
    abort: (reason) => aborting.abort(reason),
    outcome: outcome.catch((thrown: unknown): Outcome => {
      // A fault of our own or of the store: whether the outside world was touched is not known to be false.
      parts.report(`Run ${subject.run.id}: ${messageOf(thrown)}`)
      return { kind: 'unknown', text: messageOf(thrown) }
    }),
    forget: async () => {
      if (made) await forget(parts, parts.kinds.get(subject.step.type), made)
    },
  }
}

/** What an attempt of this subject is handed, secrets opened, without starting anything. */
async function prepare(
  parts: EngineParts,
  logs: LogWriter,
  subject: AttemptSubject,
  mode: AttemptMode,
  signal: AbortSignal,
) {
  const { run, step, task } = subject
  const { store, clock, vault, machines, kinds, publicUrl } = parts
  const opened = Object.entries(step.action.secrets).map(([name, sealed]) => [name, vault.open(sealed)] as const)
  const mask = masking(opened.map(([, value]) => value))
  const isFirst = task.attempts === 1 && mode === 'begin'
  const start = isFirst ? { bytes: 0, skip: { out: 0, err: 0 } } : await logStart(store, task.id, mode === 'recover')
  const log = logs.open({ runId: run.id, n: step.n, taskId: task.id, nodeId: task.nodeId }, mask, start)
  const node = await readTarget(store, task)
  let remark: string | null = null
  const made: Attempt = {
    taskId: task.id,
    fields: step.action.fields,
    secrets: Object.fromEntries(opened),
    run: await readContext(store, kinds, run, publicUrl),
    step: step.n,
    attempt: task.attempts,
    node,
    machine: node === null ? null : (machines.find(node.id) ?? null),
    token: task.token,
    folder: `${run.id}-${step.n}-${task.id}-${task.attempts}`,
    log,
    remark: (text) => {
      remark = mask(text)
      log(text, 'note')
    },
    signal,
    clock,
  }
  return { made, mask, remarkOf: () => remark }
}

async function attempt(
  parts: EngineParts,
  logs: LogWriter,
  subject: AttemptSubject,
  mode: AttemptMode,
  aborting: AbortController,
  onPrepared: (made: Attempt) => void,
): Promise<Outcome | undefined> {
  const { step, task } = subject
  const kind = parts.kinds.get(step.type)
  if (!kind) return { kind: 'failed', text: `this version can't run ${step.type}`, retryable: false }
  const prepared = await prepare(parts, logs, subject, mode, aborting.signal).catch((thrown: unknown) =>
    troubled(thrown, messageOf(thrown), mode),
  )
  if ('kind' in prepared) return prepared
  const { made, mask, remarkOf } = prepared
  onPrepared(made)
  const barred = whyBarred(parts, kind, made)
  if (barred !== undefined) return { kind: 'failed', text: barred, retryable: false }
  const allowedMs =
    mode === 'recover' ? (task.startedAt ?? 0) + step.action.timeoutMs - parts.clock.now() : step.action.timeoutMs
  const over = parts.clock.after(Math.max(0, allowedMs), () => aborting.abort('timeout'))
  const watch = watchStopping(parts, made)
  try {
    const work = perform(kind, made, mode, { mask, remarkOf, timeoutMs: step.action.timeoutMs })
    const outcome = await Promise.race([work, watch.stuck])
    await logs.flush()
    return outcome
  } finally {
    over()
    watch.end()
  }
}

function whyBarred({ serverCommands }: EngineParts, kind: ActionKind, { node }: Attempt): string | undefined {
  if (serverCommands || (!kind.onServer && !node?.local)) return undefined
  return "it would run a command on tscaler's own machine, where server commands are off. Set TSCALER_SERVER_COMMANDS=on."
}

interface Reading {
  mask: (text: string) => string
  remarkOf: () => string | null
  timeoutMs: number
}

async function perform(
  kind: ActionKind,
  made: Attempt,
  mode: AttemptMode,
  reading: Reading,
): Promise<Outcome | undefined> {
  const { mask, remarkOf } = reading
  try {
    if (mode === 'recover') {
      const probe = await kind.probe(made)
      if (probe.kind !== 'running') return settled(probe, made, mask)
      await kind.resume(made)
    } else if (mode === 'undo') {
      if ((await kind.undo?.(made)) === 'kept') return { kind: 'kept' }
    } else {
      made.log(attemptNote(made.attempt, kind.plan(made.fields, made.node)), 'note')
      await kind.run(made)
    }
    return { kind: 'succeeded', remark: remarkOf() }
  } catch (thrown) {
    return failed(thrown, made, mode, reading)
  }
}

function settled(
  probe: Exclude<Probe, { kind: 'running' }>,
  { log }: Attempt,
  mask: (text: string) => string,
): Outcome {
  if (probe.kind === 'not-done') return probe
  log(probe.text, 'note')
  const text = mask(probe.text)
  switch (probe.kind) {
    case 'done':
      return { kind: 'succeeded', remark: null }
    case 'doubtful':
      return { kind: 'succeeded', remark: text }
    case 'failed':
      return { kind: 'failed', text, retryable: probe.retryable }
    case 'unknown':
      return { kind: 'unknown', text }
    default:
      return probe satisfies never
  }
}

function failed(
  thrown: unknown,
  { signal, log }: Attempt,
  mode: AttemptMode,
  { mask, timeoutMs }: Reading,
): Outcome | undefined {
  const why = abortReason(signal)
  if (why === 'leave') return undefined
  const text = mask(messageOf(thrown))
  log(text, 'note')
  if (thrown instanceof TaskUnknown) return { kind: 'unknown', text }
  const after = thrown instanceof TaskFailed && thrown.aftermath ? `. ${mask(thrown.aftermath)}` : ''
  if (why === 'cancel') return { kind: 'cancelled', text: `cancelled while it ran${after}` }
  if (why === 'timeout') {
    const seen = thrown instanceof TaskFailed && thrown.lastSeen ? `; last seen: ${mask(thrown.lastSeen)}` : ''
    return { kind: 'failed', text: `timed out after ${timeoutMs / 1_000} s${seen}${after}`, retryable: true }
  }
  if (thrown instanceof TaskFailed) return { kind: 'failed', text, retryable: thrown.retryable }
  return troubled(thrown, text, mode)
}

/** Trouble with a machine or a secret: nothing was begun, so another attempt may do better; of a probe, that it can't tell yet. */
function troubled(thrown: unknown, text: string, mode: AttemptMode): Outcome {
  if (!(thrown instanceof TscalerError)) return { kind: 'unknown', text: `tscaler itself failed: ${text}` }
  return mode === 'recover' ? { kind: 'unknown', text } : { kind: 'failed', text, retryable: thrown.retryable }
}

/** Watches whether an action stops once it is told to; `stuck` resolves only where it does not. */
function watchStopping(
  { clock }: EngineParts,
  { log, signal }: Attempt,
): { stuck: Promise<Outcome | undefined>; end: () => void } {
  let cancel = () => {}
  const stuck = new Promise<Outcome | undefined>((resolve) => {
    const told = () => {
      const leaves = abortReason(signal) === 'leave'
      cancel = clock.after(leaves ? leaveGraceMs : graceMs, () => {
        if (leaves) return resolve(undefined)
        const text = `did not stop within ${graceMs / 1_000} s after it was told to`
        log(text, 'note')
        resolve({ kind: 'unknown', text })
      })
    }
    if (signal.aborted) told()
    else signal.addEventListener('abort', told, { once: true })
  })
  return { stuck, end: () => cancel() }
}

/** Best effort: what stays behind is a folder. */
async function forget({ report }: EngineParts, kind: ActionKind | undefined, made: Attempt): Promise<void> {
  try {
    await kind?.forget?.(made)
  } catch (thrown) {
    report(`${made.folder} could not be removed${made.node ? ` from ${made.node.name}` : ''}: ${messageOf(thrown)}`)
  }
}
