import type { Clock } from '../../../model/clock.ts'
import { messageOf, TscalerError } from '../../../model/problem.ts'
import { failureKinds, type SeriesId } from '../../../model/sample.ts'
import type { Bucket, Column, Failure, History, Kept } from '../history.ts'
import { Backlog } from './backlog.ts'
import type { Batch } from './batch.ts'
import { type Heard, HistoryThread, type Thread } from './history-thread.ts'
import { type Now, WAITING_SAMPLES_MAX } from './keeper.ts'
import type { Questions, WorkerStart } from './messages.ts'
import { Outgoing } from './outgoing.ts'
import type { Limits } from './retention.ts'

/** A tick: what a crash may cost. */
export const TICK_MS = 1_000

/** Chunks that have grown old are written though nothing comes; they were to wait 12 minutes, one more is no harm. */
const QUIET_TICKS_MAX = 60

/** Ticks on their way to the thread; more wait here, where they can be counted and dropped. */
const UNDER_WAY_MAX = 4

/** Numbers of series that are no more are forgotten once a day. */
const NAMES_TICKS = 86_400

const DAY_MS = 86_400_000

/** Raw 30 days or 5 GB, rollups 400 days: a year can be compared with the last one. */
export const usualLimits: Limits = { rawMs: 30 * DAY_MS, rawBytesMax: 5_000_000_000, rollupMs: 400 * DAY_MS }

export interface EmbeddedHistoryOptions {
  /** Where `samples.db` is or will be; its folder is there. */
  path: string
  clock: Clock
  /** Hears what people should know: a damaged file was moved aside, the thread was begun again. */
  note: (text: string) => void
  limits?: Limits
  /** Samples that wait in memory while the disk takes none. */
  waitingSamplesMax?: number
  /** Begins the thread; another than usual in tests of a thread that hangs or ends. */
  beginThread?: (start: WorkerStart, heard: Heard) => Thread
}

/** History in `samples.db`, written and read in a thread of its own. Never rejects for what the disk does: see `trouble()`. */
export function embeddedHistory(options: EmbeddedHistoryOptions): History {
  return new EmbeddedHistory(options)
}

class EmbeddedHistory implements History {
  readonly #options: EmbeddedHistoryOptions
  readonly #outgoing = new Outgoing()
  readonly #backlog: Backlog<Batch>
  readonly #sent: (() => void)[] = []
  #thread: Thread | undefined
  #samplesUnderWay: number[] = []
  #lost = 0
  #restarts = 0
  #quietTicks = 0
  #ticks = 0
  #trouble: string | null = null
  #cancelTick: () => void
  #isClosed = false

  constructor(options: EmbeddedHistoryOptions) {
    this.#options = options
    this.#backlog = new Backlog(options.waitingSamplesMax ?? WAITING_SAMPLES_MAX)
    this.#begin()
    this.#cancelTick = options.clock.after(TICK_MS, () => this.#tick())
  }

  append(samples: readonly Kept[]): void {
    for (const sample of samples) {
      if (!Number.isFinite(sample.at))
        throw new TypeError(`series ${sample.series}: a sample at ${sample.at} has no time`)
      this.#outgoing.push(sample)
    }
  }

  async range(series: SeriesId, from: number, to: number): Promise<Column> {
    return this.#ask('range', { series, from, to })
  }

  async failures(series: SeriesId, from: number, to: number, limit: number): Promise<Failure[]> {
    const found = await this.#ask('failures', { series, from, to, limit })
    return found.map(({ at, failure, text }) => ({ at, kind: failureKinds[failure - 1] ?? 'internal', text }))
  }

  async rollups(series: SeriesId, from: number, to: number): Promise<Bucket[]> {
    return this.#ask('rollups', { series, from, to })
  }

  async oldest(series: SeriesId): Promise<number | null> {
    return this.#ask('oldest', { series })
  }

  async retain(now: number): Promise<void> {
    await this.#ask('retain', { now })
  }

  async flush(): Promise<void> {
    const trouble = await this.#ask('flush', { now: this.#now() })
    if (trouble !== null) throw new TscalerError('disk-full', trouble, { retryable: true })
  }

  trouble(): string | null {
    if (this.#trouble !== null)
      return this.#lost === 0 ? this.#trouble : `${this.#trouble} ${this.#lost} samples are lost.`
    if (this.#backlog.length === 0) return null
    const lost = this.#backlog.dropped === 0 ? '' : ` ${this.#backlog.dropped} older ones are lost.`
    return `${this.#options.path}: the disk is slow; ${this.#backlog.length} seconds of samples wait in memory.${lost}`
  }

  /** Everything is written first, as far as the disk takes it; what can't be is noted, for nobody is there to try again. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#cancelTick()
    try {
      const trouble = await this.#ask('close', { now: this.#now() })
      if (trouble !== null) this.#options.note(trouble)
    } catch (thrown) {
      this.#options.note(`${this.#options.path}: the last samples may be lost: ${messageOf(thrown)}`)
    }
    this.#isClosed = true
    await this.#thread?.end()
  }

  #begin(): void {
    const { path, clock, limits, waitingSamplesMax, beginThread = begin } = this.#options
    const start = {
      path,
      now: { wallAt: clock.now(), monotonicMs: clock.monotonic() },
      limits: limits ?? usualLimits,
      waitingSamplesMax: waitingSamplesMax ?? WAITING_SAMPLES_MAX,
    }
    this.#outgoing.resendNames()
    this.#thread = beginThread(start, {
      taken: (trouble) => this.#taken(trouble),
      note: this.#options.note,
      ended: (why) => this.#beginAgain(why),
    })
  }

  #tick(): void {
    this.#cancelTick = this.#options.clock.after(TICK_MS, () => this.#tick())
    if (!this.#thread) this.#begin()
    this.#quietTicks++
    if (this.#outgoing.count > 0 || this.#trouble !== null || this.#quietTicks >= QUIET_TICKS_MAX) this.#gather()
    const isAllSent = this.#outgoing.count === 0 && this.#backlog.length === 0
    if (++this.#ticks % NAMES_TICKS === 0 && isAllSent) this.#outgoing.forgetNames()
  }

  /** Everything that has come goes on its way. */
  #gather(): void {
    this.#quietTicks = 0
    this.#backlog.push(this.#outgoing.take())
    this.#sendOn()
  }

  #sendOn(): void {
    while (this.#thread && this.#samplesUnderWay.length < UNDER_WAY_MAX) {
      const batch = this.#backlog.shift()
      if (!batch) break
      this.#samplesUnderWay.push(batch.count)
      this.#thread.tick({ now: this.#now(), batch, ...this.#outgoing.takeNames() })
    }
    if (this.#backlog.length === 0) for (const resume of this.#sent.splice(0)) resume()
  }

  #taken(trouble: string | null): void {
    this.#samplesUnderWay.shift()
    this.#restarts = 0
    this.#trouble = trouble
    this.#sendOn()
  }

  /** A question comes after everything that was appended before it. */
  async #ask<Kind extends keyof Questions>(
    kind: Kind,
    question: Questions[Kind]['question'],
  ): Promise<Questions[Kind]['answer']> {
    if (this.#outgoing.count > 0) this.#gather()
    if (this.#backlog.length > 0) await new Promise<void>((resolve) => this.#sent.push(resolve))
    if (!this.#thread || this.#isClosed)
      throw new TscalerError('internal', `The history of samples is not open. ${this.#trouble ?? ''}`, {
        retryable: true,
      })
    return this.#thread.ask(kind, question)
  }

  /** The next tick begins another thread, for samples are to be kept whatever ended this one. */
  #beginAgain(why: string): void {
    this.#lost += this.#samplesUnderWay.reduce((sum, count) => sum + count, 0)
    this.#samplesUnderWay = []
    this.#thread = undefined
    this.#restarts++
    for (const resume of this.#sent.splice(0)) resume()
    this.#trouble = `${this.#options.path}: the thread that writes it has ended (${why}) and is begun again.`
    if (this.#restarts === 1) this.#options.note(this.#trouble)
  }

  #now(): Now {
    return { wallAt: this.#options.clock.now(), monotonicMs: this.#options.clock.monotonic() }
  }
}

function begin(start: WorkerStart, heard: Heard): Thread {
  return new HistoryThread(start, heard)
}
