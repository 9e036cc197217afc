import { type JmxConnection, JmxError } from '@tscaler/jmx'
import type { Clock } from '../../model/clock.ts'
import type { ReachFailure } from '../failure.ts'
import type { MBeanRead, MBeanValues, ReadAnswer } from './jvm-link.ts'
import { jvmFailure, ofConnection } from './trouble.ts'

/** What a pattern matches is asked for again after this long: a web application that comes is on the graph within a minute. */
const namesForMs = 60_000

/** More MBeans than this for one counter are a pattern that is too wide: each costs a call a round. */
const matchesMax = 1_000

/** The answers of one round, and why the JVM gave none at all; null where it gave some. */
export interface RoundRead {
  answers: ReadAnswer[]
  silent: ReachFailure | null
}

/** Reads MBeans over one session, pipelined; remembers what its patterns matched and which MBeans were slow. */
export class Reader {
  readonly #connection: JmxConnection
  readonly #title: string
  readonly #clock: Clock
  readonly #prepared = new WeakMap<MBeanRead, Map<string, AttributeReader>>()
  readonly #matches = new WeakMap<MBeanRead, { names: readonly string[]; until: number }>()
  #slow = new WeakSet<MBeanRead>()
  #slowCount = 0

  constructor(connection: JmxConnection, { title, clock }: { title: string; clock: Clock }) {
    this.#connection = connection
    this.#title = title
    this.#clock = clock
  }

  /** One answer for each read, in their order, by `endAt` (monotonic). Never rejects. */
  async read(reads: readonly MBeanRead[], endAt: number): Promise<RoundRead> {
    const order = this.#inOrder(reads)
    const outcomes = await Promise.all(order.map((read) => this.#one(read, endAt)))
    this.#remember(order, outcomes)
    const failed = outcomes.flatMap((outcome) => ('thrown' in outcome ? [outcome.thrown] : []))
    const silent = failed.length === order.length ? failed.find(({ kind }) => ofConnection.has(kind)) : undefined
    const answers = outcomes.map(
      (outcome): ReadAnswer =>
        'thrown' in outcome
          ? { kind: 'failure', failure: outcome.thrown.kind, text: outcome.thrown.message }
          : outcome.answer,
    )
    return {
      answers: order === reads ? answers : reads.map((read) => answers[order.indexOf(read)] as ReadAnswer),
      silent: silent ?? null,
    }
  }

  /** A JVM answers one call after another: those that were too slow before are asked last, so that only they are late. */
  #inOrder(reads: readonly MBeanRead[]): readonly MBeanRead[] {
    if (this.#slowCount === 0) return reads
    return [...reads.filter((read) => !this.#slow.has(read)), ...reads.filter((read) => this.#slow.has(read))]
  }

  /** The first one that was late held up those behind it. */
  #remember(order: readonly MBeanRead[], outcomes: readonly Outcome[]): void {
    const late = outcomes.findIndex((outcome) => 'thrown' in outcome && outcome.thrown.kind === 'timeout')
    const read = order[late]
    if (read !== undefined && !this.#slow.has(read)) {
      this.#slow.add(read)
      this.#slowCount += 1
    } else if (read === undefined && this.#slowCount > 0) {
      this.#slow = new WeakSet()
      this.#slowCount = 0
    }
  }

  async #one(read: MBeanRead, endAt: number): Promise<Outcome> {
    try {
      return { answer: read.isPattern ? await this.#all(read, endAt) : await this.#named(read, endAt) }
    } catch (thrown) {
      return { thrown: jvmFailure(this.#title, thrown) }
    }
  }

  async #named(read: MBeanRead, endAt: number): Promise<ReadAnswer> {
    return { kind: 'values', mbeans: [await this.#values(read, read.mbean, endAt)] }
  }

  async #all(read: MBeanRead, endAt: number): Promise<ReadAnswer> {
    const names = await this.#namesOf(read, endAt)
    if (names.length > matchesMax) {
      const text = `${this.#title}: ${read.mbean} matches ${names.length} MBeans, expected at most ${matchesMax}. Narrow the pattern.`
      return { kind: 'failure', failure: 'no-such-mbean', text }
    }
    const found = await Promise.all(names.map((name) => this.#present(read, name, endAt)))
    return { kind: 'values', mbeans: found.filter((one) => one !== undefined) }
  }

  /** undefined where the MBean has gone since the pattern was looked up; the next round looks again. */
  async #present(read: MBeanRead, name: string, endAt: number): Promise<MBeanValues | undefined> {
    try {
      return await this.#values(read, name, endAt)
    } catch (thrown) {
      if (!(thrown instanceof JmxError) || thrown.code !== 'no-such-mbean') throw thrown
      this.#matches.delete(read)
      return undefined
    }
  }

  async #namesOf(read: MBeanRead, endAt: number): Promise<readonly string[]> {
    const now = this.#clock.monotonic()
    const known = this.#matches.get(read)
    if (known !== undefined && known.until > now) return known.names
    const names = await this.#connection.queryNames(read.mbean, { timeoutMs: Math.max(1, endAt - now) })
    // Nothing there yet is looked for again at once: the application may be starting.
    if (names.length > 0) this.#matches.set(read, { names, until: now + namesForMs })
    this.#prepared.delete(read)
    return names
  }

  /** Throws where no attribute was read, for a reason that is not the attributes' own. */
  async #values(read: MBeanRead, mbean: string, endAt: number): Promise<MBeanValues> {
    if (read.attributes.length === 0) return { mbean, readings: [] }
    const timeoutMs = Math.max(1, endAt - this.#clock.monotonic())
    return { mbean, readings: await this.#preparedFor(read, mbean).read({ timeoutMs }) }
  }

  #preparedFor(read: MBeanRead, mbean: string): AttributeReader {
    const known = this.#prepared.get(read) ?? new Map<string, AttributeReader>()
    this.#prepared.set(read, known)
    const prepared = known.get(mbean) ?? this.#connection.prepare(mbean, read.attributes)
    known.set(mbean, prepared)
    return prepared
  }
}

type AttributeReader = ReturnType<JmxConnection['prepare']>

type Outcome = { answer: ReadAnswer } | { thrown: ReachFailure }
