import { tell } from '../../keep/queue/topics.ts'
import type { Lease } from '../../keep/store/leases.ts'
import { messageOf } from '../../model/problem.ts'
import type { Run } from '../../model/run.ts'
import { type RunningAttempt, startAttempt } from './attempt.ts'
import { compensate } from './compensate.ts'
import type { Changed } from './end-run.ts'
import type { LogWriter } from './log-writer.ts'
import type { Outcome } from './outcome.ts'
import type { EngineParts } from './parts.ts'
import { type Begun, storeOutcomes, type Turn, takeTurn } from './turn.ts'

/** The lease of a run, and how often it is renewed: three renewals may be missed. */
export const leaseMs = 6_000
const renewMs = 2_000
/** After trouble with the store: it may be full, or away. */
const troubleMs = 2_000
/** A run that waits longer than this for somebody is told of. */
const heldMs = 300_000

/** What a driver is made with, beside the engine's own parts. */
export interface DriverParts {
  lease: Lease
  runId: number
  logs: LogWriter
  /** Nodes are free for other runs. */
  onUnlocked: () => void
  /** Something is being removed from a machine; a process that ends should give it a moment. */
  onTidying: (tidying: Promise<void>) => void
}

/** Drives one run as long as this process holds its lease. */
export class RunDriver {
  readonly #parts: EngineParts
  readonly #logs: LogWriter
  readonly #lease: Lease
  readonly #runId: number
  readonly #onUnlocked: () => void
  readonly #onTidying: (tidying: Promise<void>) => void
  readonly #attempts = new Map<number, RunningAttempt>()
  /** Attempts that have ended, with outcomes that are not stored yet. */
  readonly #ended = new Map<number, { attempt: RunningAttempt; outcome: Outcome }>()
  #undoing: RunningAttempt | undefined
  #stirred = false
  #leaving = false
  #wake: () => void = () => {}
  #waitingSince: number | undefined
  #heldTold = false

  constructor(parts: EngineParts, { lease, runId, logs, onUnlocked, onTidying }: DriverParts) {
    this.#parts = parts
    this.#lease = lease
    this.#runId = runId
    this.#logs = logs
    this.#onUnlocked = onUnlocked
    this.#onTidying = onTidying
  }

  /** Something may have changed: look again. */
  stir(): void {
    this.#stirred = true
    this.#wake()
  }

  /** Whether it was stirred since it last looked. */
  get isStirred(): boolean {
    return this.#stirred
  }

  /** Lets go: what runs detached goes on, the rest may end. */
  leave(): void {
    this.#leaving = true
    for (const attempt of this.#attempts.values()) attempt.abort('leave')
    this.#undoing?.abort('leave')
    this.stir()
  }

  /** Drives until the run has ended, the lease is lost, or it was told to leave. Never rejects. */
  async drive(): Promise<void> {
    const stopRenewing = this.#renewing()
    try {
      while (!this.#leaving) {
        const turn = await this.#turn()
        if (turn === undefined) continue
        if (turn.kind === 'lost') {
          this.leave()
          break
        }
        this.#announce(turn.run, turn.changed)
        // What it would have begun is probed by the next holder, and found not done.
        if (turn.kind === 'ended' || this.#leaving) break
        await this.#follow(turn)
      }
      await this.#settle()
    } finally {
      stopRenewing()
    }
  }

  /** undefined: the store had trouble; what was to be stored is kept, and it is tried again. */
  async #turn(): Promise<Turn | undefined> {
    this.#stirred = false
    const outcomes = this.#outcomes()
    const input = {
      lease: this.#lease,
      runId: this.#runId,
      outcomes,
      underWay: new Set([...this.#attempts.keys(), ...outcomes.keys()]),
    }
    try {
      const now = this.#parts.clock.now()
      const turn = await this.#parts.store.transaction((tx) => takeTurn(tx, this.#parts, { ...input, now }))
      if (turn.kind !== 'lost') this.#stored(outcomes)
      return turn
    } catch (thrown) {
      this.#parts.report(`Run ${this.#runId} can't go on: ${messageOf(thrown)}`)
      await this.#rest(this.#parts.clock.now() + troubleMs)
      return undefined
    }
  }

  async #follow(turn: Extract<Turn, { kind: 'compensate' | 'going' }>): Promise<void> {
    if (turn.kind === 'compensate') {
      if (!(await this.#compensate(turn.run))) await this.#rest(null)
      return
    }
    for (const begun of turn.start) this.#start(turn.run, begun, 'begin')
    for (const begun of turn.probe) this.#start(turn.run, begun, 'recover')
    if (turn.run.cancelRequested) for (const attempt of this.#attempts.values()) attempt.abort('cancel')
    await this.#tellHeld(turn.run)
    await this.#rest(turn.wait?.until ?? null)
  }

  #start(run: Run, { step, task }: Begun, mode: 'begin' | 'recover'): void {
    const attempt = startAttempt(this.#parts, this.#logs, { run, step, task }, mode)
    this.#attempts.set(task.id, attempt)
    void attempt.outcome.then((outcome) => {
      this.#attempts.delete(task.id)
      if (outcome) this.#ended.set(task.id, { attempt, outcome })
      this.stir()
    })
  }

  #outcomes(): Map<number, Outcome> {
    return new Map([...this.#ended].map(([taskId, { outcome }]) => [taskId, outcome]))
  }

  /** These outcomes are in the store: what the attempts left may go, but where somebody still has to look at it. */
  #stored(outcomes: ReadonlyMap<number, Outcome>): void {
    for (const [taskId, { kind }] of outcomes) {
      const attempt = this.#ended.get(taskId)?.attempt
      this.#ended.delete(taskId)
      if (attempt && kind !== 'unknown') this.#onTidying(attempt.forget())
    }
  }

  async #compensate(run: Run): Promise<boolean> {
    try {
      const onUndoing = (attempt: RunningAttempt) => {
        this.#undoing = attempt
      }
      const changed = await compensate(this.#parts, this.#logs, { lease: this.#lease, run, onUndoing })
      if (changed) this.#announce(run, changed)
      return changed !== undefined
    } catch (thrown) {
      this.#parts.report(`Run ${run.id} can't take back its steps: ${messageOf(thrown)}`)
      await this.#rest(this.#parts.clock.now() + troubleMs)
      return true
    }
  }

  /** Until it is stirred, or until that instant. */
  async #rest(until: number | null): Promise<void> {
    if (this.#stirred) return
    const { clock } = this.#parts
    await new Promise<void>((resolve) => {
      const cancel = until === null ? () => {} : clock.after(Math.max(0, until - clock.now()), resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = () => {}
  }

  /** Renews the lease until it is told to stop. A renewal is also the moment to see what other processes asked of the run. */
  #renewing(): () => void {
    let cancel = () => {}
    let stopped = false
    const next = () => {
      if (!stopped) cancel = this.#parts.clock.after(renewMs, () => void this.#renew().finally(next))
    }
    next()
    return () => {
      stopped = true
      cancel()
    }
  }

  async #renew(): Promise<void> {
    const { store, report } = this.#parts
    try {
      if (!(await store.leases.renew(this.#lease, leaseMs))) return this.leave()
      const run = await store.runs.find(this.#runId)
      if (!run || run.cancelRequested || run.state === 'waiting' || run.state === 'compensating') this.stir()
    } catch (thrown) {
      report(`The lease of run ${this.#runId} could not be renewed: ${messageOf(thrown)}`)
    }
  }

  async #tellHeld(run: Run): Promise<void> {
    try {
      if (run.state !== 'waiting') await this.#tellGoing(run)
      else await this.#tellWaiting(run)
    } catch (thrown) {
      this.#parts.report(`Whether run ${run.id} is held could not be told: ${messageOf(thrown)}`)
    }
  }

  async #tellGoing(run: Run): Promise<void> {
    this.#waitingSince = undefined
    if (!this.#heldTold) return
    this.#heldTold = false
    await this.#parts.alerts.resolve('run-held', `run:${run.id}`)
  }

  async #tellWaiting(run: Run): Promise<void> {
    const { clock, alerts } = this.#parts
    this.#waitingSince ??= clock.monotonic()
    if (this.#heldTold || clock.monotonic() - this.#waitingSince < heldMs) return
    this.#heldTold = true
    await alerts.raise('run-held', `run:${run.id}`, `Run ${run.id} has waited for 5 minutes: ${run.note ?? ''}.`)
  }

  #announce(run: Run, { steps, alerts, unlocked }: Changed): void {
    const { queue } = this.#parts
    tell(queue, 'run.changed', { runId: run.id })
    for (const n of steps) tell(queue, 'step.changed', { runId: run.id, n })
    if (alerts.length > 0) this.#parts.alerts.announce(alerts)
    if (unlocked) this.#onUnlocked()
  }

  /** Waits for attempts that were let go of, and stores what they still said while the lease is ours. */
  async #settle(): Promise<void> {
    await Promise.all([...this.#attempts.values()].map(({ outcome }) => outcome))
    const outcomes = this.#outcomes()
    if (outcomes.size === 0) return
    const { store, clock, report } = this.#parts
    const input = { lease: this.#lease, runId: this.#runId, outcomes, underWay: new Set<number>() }
    try {
      const isStored = await store.transaction((tx) => storeOutcomes(tx, this.#parts, { ...input, now: clock.now() }))
      if (isStored) this.#stored(outcomes)
    } catch (thrown) {
      report(`Run ${this.#runId}: an outcome could not be stored: ${messageOf(thrown)}`)
    }
  }
}
