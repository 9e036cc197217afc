import { listen } from '../keep/queue/topics.ts'
import { pause } from '../model/clock.ts'
import { randomHex } from '../model/ids.ts'
import { messageOf } from '../model/problem.ts'
import type { RunState } from '../model/run.ts'
import { leaseMs, RunDriver } from './run/driver.ts'
import { LogWriter } from './run/log-writer.ts'
import type { EngineParts } from './run/parts.ts'

/** Drives runs: takes those that nobody holds, and goes on with them where they stand. */
export interface Engine {
  /** Looks at this run now. Never rejects. */
  wake(runId: number): Promise<void>
  /** Takes no more work, lets go of attempts (what runs detached goes on), gives the leases back. */
  close(): Promise<void>
}

/** Runs that are to be driven; one that awaits approval is not. */
const openStates: readonly RunState[] = ['planned', 'running', 'waiting', 'compensating']

/** A crashed process' lease ends after 6 s; with this a run goes on within 8. */
const sweepMs = 2_000

/** Removing a folder takes a round trip; a machine that does not answer should not hold up the end. */
const tidyMs = 5_000

/** Starts the engine: wake-ups of the queue at once, and a sweep now and every 2 s for runs that nobody drives. */
export async function openEngine(parts: EngineParts): Promise<Engine> {
  const engine = new LeasingEngine(parts)
  await engine.start()
  return engine
}

class LeasingEngine implements Engine {
  readonly #parts: EngineParts
  readonly #logs: LogWriter
  readonly #holder = randomHex(8)
  readonly #drivers = new Map<number, { driver: RunDriver; ended: Promise<void> }>()
  /** Runs whose lease is being asked for. */
  readonly #taking = new Set<number>()
  readonly #closing = new AbortController()
  readonly #tidying = new Set<Promise<void>>()
  #stops: (() => void | Promise<void>)[] = []
  #sweeping: Promise<void> = Promise.resolve()

  constructor(parts: EngineParts) {
    this.#parts = parts
    this.#logs = new LogWriter(parts)
  }

  async start(): Promise<void> {
    const { queue } = this.#parts
    this.#stops = [
      await queue.consume('run.wake', async (message) => {
        if (isWake(message)) await this.wake(message.runId)
      }),
      listen(queue, 'stops.changed', () => this.#stirAll()),
    ]
    this.#sweeping = this.#sweep()
  }

  async wake(runId: number): Promise<void> {
    const known = this.#drivers.get(runId)
    if (known) return known.driver.stir()
    if (this.#closing.signal.aborted || this.#taking.has(runId)) return
    this.#taking.add(runId)
    try {
      const lease = await this.#parts.store.leases.take({
        name: `run-${runId}`,
        holder: this.#holder,
        lengthMs: leaseMs,
      })
      if (!lease) return
      if (this.#closing.signal.aborted) return await this.#parts.store.leases.release(lease)
      const driver = new RunDriver(this.#parts, {
        lease,
        runId,
        logs: this.#logs,
        onUnlocked: () => this.#stirAll(),
        onTidying: (tidying) => this.#tidy(tidying),
      })
      const ended = driver.drive().then(() => this.#letGo(runId, lease, driver))
      this.#drivers.set(runId, { driver, ended })
    } catch (thrown) {
      this.#parts.report(`Run ${runId} could not be taken: ${messageOf(thrown)}`)
    } finally {
      this.#taking.delete(runId)
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    for (const stop of this.#stops) await stop()
    await this.#sweeping
    for (const { driver } of this.#drivers.values()) driver.leave()
    await Promise.all([...this.#drivers.values()].map(({ ended }) => ended))
    await this.#logs.flush()
    await Promise.race([Promise.all(this.#tidying), pause(this.#parts.clock, tidyMs)])
  }

  #tidy(tidying: Promise<void>): void {
    this.#tidying.add(tidying)
    void tidying.finally(() => this.#tidying.delete(tidying))
  }

  async #letGo(
    runId: number,
    lease: Parameters<EngineParts['store']['leases']['release']>[0],
    driver: RunDriver,
  ): Promise<void> {
    await this.#parts.store.leases.release(lease).catch((thrown: unknown) => {
      this.#parts.report(`The lease of run ${runId} could not be given back: ${messageOf(thrown)}`)
    })
    this.#drivers.delete(runId)
    // It was asked for while it ended, such as by a retry.
    if (driver.isStirred && !this.#closing.signal.aborted) await this.wake(runId)
  }

  #stirAll(): void {
    for (const { driver } of this.#drivers.values()) driver.stir()
  }

  async #sweep(): Promise<void> {
    const { store, clock, report } = this.#parts
    while (!this.#closing.signal.aborted) {
      try {
        const open = await store.runs.list({ where: { state: openStates } })
        for (const { id } of open) if (!this.#drivers.has(id)) await this.wake(id)
      } catch (thrown) {
        report(`Runs could not be looked for: ${messageOf(thrown)}`)
      }
      await pause(clock, sweepMs, this.#closing.signal)
    }
  }
}

function isWake(message: unknown): message is { runId: number } {
  return typeof message === 'object' && message !== null && 'runId' in message && typeof message.runId === 'number'
}
