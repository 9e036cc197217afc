import type { Alerts } from '../act/alerts/alerts.ts'
import type { Cycle } from '../cycle.ts'
import type { History } from '../keep/history/history.ts'
import type { Queue } from '../keep/queue/queue.ts'
import { listen } from '../keep/queue/topics.ts'
import type { Vault } from '../keep/secrets/secrets.ts'
import type { Store } from '../keep/store/store.ts'
import type { ActionType, Effect } from '../model/action.ts'
import type { Clock } from '../model/clock.ts'
import { messageOf } from '../model/problem.ts'
import { accessesOf, type Fleet, readFleet } from '../observe/fleet.ts'
import { jvmAccessesOf } from '../observe/jvm-accesses.ts'
import type { Jvms } from '../reach/jmx/jvms.ts'
import type { Reach } from '../reach/machine.ts'

/** What keeps the loop going. */
export interface LoopParts {
  clock: Clock
  store: Store
  queue: Queue
  vault: Vault
  reach: Reach
  jvms: Jvms
  cycle: Cycle
  alerts: Alerts
  effectOf: (type: ActionType) => Effect
  /** The path of the ssh-agent's socket; null: there is none. */
  agent: string | null
  history: History
  /** Restores hits from history; called once, before the first round. */
  restore: (fleet: Fleet) => Promise<void>
  /** Is given the way to the newest configuration before the first round. */
  began: (fleet: () => Fleet) => void
  report: (text: string) => void
}

/** The aggregates are judged, and the wall clock is looked at, this often: a tick. */
const tickMs = 1_000
/** Old samples are dropped this often; a day more of them is no harm, an hour is cheap. */
const retainMs = 3_600_000
/** A step of the wall clock that is more than drift; design, "Decide". */
const clockStepMs = 2_000

/** Begins the loop with the configuration there is and follows its changes. The answer ends it. */
export async function keepLoop(parts: LoopParts): Promise<{ fleet: () => Fleet; close: () => void }> {
  const fleet = new FollowedFleet(parts)
  await fleet.begin()
  const stops = [
    listen(parts.queue, 'config.changed', () => fleet.read()),
    every(parts.clock, tickMs, tick(parts)),
    every(parts.clock, retainMs, () => retain(parts)),
  ]
  return {
    fleet: () => fleet.now,
    close() {
      for (const stop of stops) stop()
      parts.cycle.close()
    },
  }
}

/** The configuration that the loop works with; changes that come while it is read are read once more, together. */
class FollowedFleet {
  now!: Fleet
  readonly #parts: LoopParts
  #reading: Promise<void> | null = null
  #again = false

  constructor(parts: LoopParts) {
    this.#parts = parts
  }

  async begin(): Promise<void> {
    await this.#take()
    this.#parts.began(() => this.now)
    await this.#parts.restore(this.now)
    this.#parts.cycle.observe(this.now)
  }

  read(): void {
    if (this.#reading !== null) {
      this.#again = true
      return
    }
    this.#reading = this.#readAll()
      .catch((thrown: unknown) =>
        this.#parts.report(`The changed configuration could not be read: ${messageOf(thrown)}`),
      )
      .finally(() => {
        this.#reading = null
      })
  }

  async #readAll(): Promise<void> {
    do {
      this.#again = false
      await this.#take()
      this.#parts.cycle.observe(this.now)
    } while (this.#again)
  }

  async #take(): Promise<void> {
    const { store, vault, reach, jvms, cycle, effectOf, agent } = this.#parts
    const fleet = await readFleet(store, effectOf)
    this.now = fleet
    const local = [...fleet.nodes.values()].filter((node) => node.local).map(({ id }) => id)
    reach.configure(accessesOf(fleet, vault, agent), local)
    jvms.configure(jvmAccessesOf(fleet, vault))
    cycle.configure(fleet)
  }
}

function tick({ clock, cycle, alerts, report }: LoopParts): () => void {
  let before = { wall: clock.now(), steady: clock.monotonic() }
  return () => {
    const now = { wall: clock.now(), steady: clock.monotonic() }
    const byMs = now.wall - before.wall - (now.steady - before.steady)
    before = now
    if (Math.abs(byMs) > clockStepMs) {
      cycle.clockStepped(byMs)
      const text = `This machine's clock stepped by ${Math.round(byMs / 1_000)} s. Hits and cooldowns go on as if it had not; no trigger fires for one period. See to its time service.`
      alerts.raise('clock-step', 'tscaler', text).catch((thrown: unknown) => report(messageOf(thrown)))
    }
    cycle.tick()
  }
}

function retain({ history, clock, report }: LoopParts): void {
  history
    .retain(clock.now())
    .catch((thrown: unknown) => report(`Old samples could not be dropped: ${messageOf(thrown)}`))
}

function every(clock: Clock, periodMs: number, work: () => void): () => void {
  let cancel = clock.after(periodMs, next)
  function next(): void {
    cancel = clock.after(periodMs, next)
    work()
  }
  return () => cancel()
}
