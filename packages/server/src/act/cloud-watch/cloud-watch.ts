import { listen } from '../../keep/queue/topics.ts'
import type { Transaction } from '../../keep/store/store.ts'
import { messageOf } from '../../model/problem.ts'
import { endedRunStates } from '../../model/run.ts'
import { endInstance } from './end-instance.ts'
import { lookOnce } from './look.ts'
import { Memory } from './memory.ts'
import type { CloudWatchParts, Seen } from './parts.ts'

/** Compares the clouds with the nodes, both ways; design, "Act". Of itself it starts, stops, registers and ends no machine. */
export interface CloudWatch {
  readonly seen: Seen
  /** A look that begins now, or once the one under way has ended. Never rejects: what went wrong is its trouble. */
  look(): Promise<Seen>
  /** Looks now, unless that was done within seconds. */
  fresh(): Promise<Seen>
  /**
   * Ends a machine for good: one of this installation that no node has. `also` is written before, and it happens to both or none. Throws
   * `not-found`, `in-use`, `wrong-state`, `refused-by-guard`, `cloud-failed`.
   */
  end(vmId: string, also: (tx: Transaction) => Promise<void>): Promise<void>
  /** Looks no more, and waits for what has begun. */
  close(): Promise<void>
}

/** The first one soon: nobody knows what happened while tscaler was down. */
const firstMs = 5_000
const everyMs = 60_000 // design, "Act"
/** A look that takes longer than the time to the next has stuck. */
const limitMs = 45_000
/** Whoever presses F5 is shown what was seen a moment ago: a cloud that is asked too often throttles deployments too. */
const freshMs = 2_000

/** Begins to look: soon, then every minute, and at once when a run that changed nodes has ended. */
export function openCloudWatch(parts: CloudWatchParts): CloudWatch {
  return new Watch(parts)
}

class Watch implements CloudWatch {
  seen: Seen = { instances: [], lookedAt: null, trouble: [] }
  readonly #parts: CloudWatchParts
  readonly #memory = new Memory()
  readonly #closing = new AbortController()
  readonly #stopListening: () => void
  #looking: Promise<Seen> | null = null
  #next: Promise<Seen> | null = null
  #beganAt = Number.NEGATIVE_INFINITY
  #cancel: () => void

  constructor(parts: CloudWatchParts) {
    this.#parts = parts
    const next = () => {
      this.#cancel = parts.clock.after(everyMs, next)
      void this.look()
    }
    this.#cancel = parts.clock.after(firstMs, next)
    this.#stopListening = listen(parts.queue, 'run.changed', ({ runId }) => {
      this.#afterRun(runId).catch((thrown: unknown) => parts.report(messageOf(thrown)))
    })
  }

  look(): Promise<Seen> {
    if (this.#closing.signal.aborted) return Promise.resolve(this.seen)
    // The one under way may have read already what has changed since.
    if (this.#looking) this.#next ??= this.#looking.then(() => this.#begin())
    return this.#next ?? this.#begin()
  }

  fresh(): Promise<Seen> {
    const { clock } = this.#parts
    const isFresh = this.seen.lookedAt !== null && Math.abs(clock.now() - this.seen.lookedAt) < freshMs
    return isFresh ? Promise.resolve(this.seen) : this.look()
  }

  async end(vmId: string, also: (tx: Transaction) => Promise<void>): Promise<void> {
    await endInstance(this.#parts, vmId, also)
    void this.look()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#cancel()
    this.#stopListening()
    await (this.#next ?? this.#looking)
  }

  #begin(): Promise<Seen> {
    this.#next = null
    this.#looking = this.#look().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #look(): Promise<Seen> {
    const { clock, report } = this.#parts
    const limit = new AbortController()
    const cancel = clock.after(limitMs, () => limit.abort('timeout'))
    const signal = AbortSignal.any([limit.signal, this.#closing.signal])
    this.#beganAt = clock.now()
    try {
      const seen = await lookOnce(this.#parts, this.#memory, { signal, closing: this.#closing.signal })
      if (seen) this.seen = seen
    } catch (thrown) {
      report(`The clouds could not be compared with the nodes: ${messageOf(thrown)}`)
      this.seen = { ...this.seen, trouble: [messageOf(thrown)] }
    } finally {
      cancel()
    }
    return this.seen
  }

  /** Told of every change of every run: one that ended before the last look began has been looked after. */
  async #afterRun(runId: number): Promise<void> {
    const run = await this.#parts.store.runs.find(runId)
    if (!run || run.effect === 'none' || !endedRunStates.includes(run.state)) return
    if ((run.endedAt ?? 0) >= this.#beganAt) await this.look()
  }
}
