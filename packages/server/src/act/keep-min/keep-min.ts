import type { Outlook } from '../../decide/situation.ts'
import type { Store } from '../../keep/store/store.ts'
import type { Clock } from '../../model/clock.ts'
import { messageOf } from '../../model/problem.ts'
import type { Run } from '../../model/run.ts'
import type { Guard } from '../../model/verdict.ts'
import type { Admission, Kept } from '../admit.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { ActionKinds } from '../plan.ts'
import { growingTriggers, keeperOf, shortfallOf } from './wanted-to-keep.ts'

/** Keeps clusters at their min. */
export interface KeepMin {
  /** Looks at every cluster now: what lacks nodes is brought to admission. Never rejects. */
  ask(): Promise<void>
  /** Asks no more, and waits for what has begun. */
  close(): Promise<void>
}

/** What keeping works with. */
export interface KeepMinParts {
  store: Store
  clock: Clock
  kinds: ActionKinds
  admission: Pick<Admission, 'admitKeep'>
  alerts: Pick<Alerts, 'raise' | 'resolve'>
  /** The last step of the wall clock, for the guard. */
  clockStep: () => Outlook['clockStep']
  /** Hears of every run that it began, as of a fire of its trigger. */
  began: (run: Run) => void
  report: (text: string) => void
}

/** A default period: whoever waits for a node waits minutes. */
const everyMs = 10_000
/** A configuration is put together, and a node replaced by hand, within a minute; before that nobody is told. */
const patienceMs = 60_000

/** Begins: every 10 s, and whenever it is asked. */
export function openKeepMin(parts: KeepMinParts): KeepMin {
  return new MinKeeper(parts)
}

class MinKeeper implements KeepMin {
  readonly #parts: KeepMinParts
  /** Clusters that nobody can help, and since when, by the steady clock. */
  readonly #lacking = new Map<number, number>()
  #asking: Promise<void> | null = null
  #again = false
  #cancel: () => void
  #isClosed = false

  constructor(parts: KeepMinParts) {
    this.#parts = parts
    const next = () => {
      this.#cancel = parts.clock.after(everyMs, next)
      void this.ask()
    }
    this.#cancel = parts.clock.after(everyMs, next)
  }

  ask(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#again = this.#asking !== null
    this.#asking ??= this.#askUntilQuiet().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancel()
    await this.#asking
  }

  async #askUntilQuiet(): Promise<void> {
    do {
      this.#again = false
      try {
        await this.#askAll()
      } catch (thrown) {
        this.#parts.report(`Clusters could not be kept at their min: ${messageOf(thrown)}`)
      }
    } while (this.#again && !this.#isClosed)
  }

  async #askAll(): Promise<void> {
    const { store } = this.#parts
    const clusters = await store.clusters.list()
    for (const { id } of clusters) await this.#askOne(id)
    const known = new Set(clusters.map(({ id }) => id))
    for (const id of this.#lacking.keys()) if (!known.has(id)) this.#lacking.delete(id)
    // By the store, not by what is remembered: alerts outlive the process, and clusters go.
    const open = await store.alerts.list({ where: { kind: 'below-min', state: ['open', 'acknowledged'] } })
    for (const { subject } of open) {
      if (!this.#lacking.has(Number(subject.slice(subjectStart.length)))) {
        await this.#parts.alerts.resolve('below-min', subject)
      }
    }
  }

  async #askOne(clusterId: number): Promise<void> {
    const { clockStep, began } = this.#parts
    const kept = await this.#admit(clusterId, clockStep())
    const trouble = troubleOf(kept)
    if (trouble !== undefined) return this.#lack(clusterId, trouble)
    this.#lacking.delete(clusterId)
    if ('kept' in kept && 'run' in kept.kept) began(kept.kept.run)
  }

  /** Mostly there is nothing to admit: a look costs nothing, an admission a write, and hundreds of clusters are asked. */
  async #admit(clusterId: number, clockStep: Outlook['clockStep']): Promise<Kept> {
    const { store, kinds, admission } = this.#parts
    const shortfall = await shortfallOf(store, clusterId)
    if (!shortfall) return { enough: true }
    const keeper = await keeperOf(store, shortfall, kinds)
    return typeof keeper === 'string' ? { nobody: keeper } : admission.admitKeep(clusterId, clockStep)
  }

  async #lack(clusterId: number, text: string): Promise<void> {
    const { store, clock, kinds, alerts } = this.#parts
    const since = this.#lacking.get(clusterId) ?? clock.monotonic()
    this.#lacking.set(clusterId, since)
    if (clock.monotonic() - since <= patienceMs) return
    const subject = `${subjectStart}${clusterId}`
    const told = await store.alerts.findOne({ kind: 'below-min', subject, state: ['open', 'acknowledged'] })
    if (told?.text === text) return
    if (told || (await isInUse(store, clusterId, kinds))) await alerts.raise('below-min', subject, text)
  }
}

const subjectStart = 'cluster:'

/** What only a person can change; a refusal that passes by itself, or that a person has just asked for, is seen on the trigger's page. */
function troubleOf(kept: Kept): string | undefined {
  if ('nobody' in kept) return kept.nobody
  if (!('kept' in kept) || !('refusal' in kept.kept)) return undefined
  const { guard, until, reason } = kept.kept.refusal
  return until === null && lasting.includes(guard) ? reason : undefined
}

const lasting: readonly Guard[] = ['state', 'size', 'blast-radius']

/** A cluster that was only just made lacks the default min of one node, which is news to nobody. */
async function isInUse(store: Store, clusterId: number, kinds: ActionKinds): Promise<boolean> {
  return (
    (await store.nodes.count({ clusterId })) > 0 ||
    (await growingTriggers(store, clusterId, kinds)).length > 0 ||
    (await store.runs.count({ clusterId, effect: ['grow', 'remove'] })) > 0
  )
}
