import type { Clock } from '../../../model/clock.ts'
import { messageOf } from '../../../model/problem.ts'
import { formatSampleLine } from '../sample-line.ts'
import type { LoggedSample, SampleLog } from '../sample-log.ts'
import { RotatedFile } from './rotated-file.ts'

const TICK_MS = 1_000

// 100,000 lines of 150 bytes are 15 MB: ten seconds of the largest fleet, and what a slow disk may cost in memory.
const WAITING_LINES_MAX = 100_000

export interface SampleLogFilesOptions {
  /** Where `samples.log`, `samples.log.1`, … are; made if missing. */
  folder: string
  clock: Clock
  /** 50 MB a file and 10 files: half a gigabyte, a day of 40 samples a second. */
  fileBytesMax?: number
  filesMax?: number
  waitingLinesMax?: number
}

/** The log of counters in `samples.log`, rotated. A disk that takes nothing is `trouble()` and costs lines, never more. */
export function sampleLogFiles(options: SampleLogFilesOptions): SampleLog {
  return new SampleLogFiles(options)
}

class SampleLogFiles implements SampleLog {
  readonly #file: RotatedFile
  readonly #folder: string
  readonly #clock: Clock
  readonly #waitingMax: number
  #waiting: LoggedSample[] = []
  #writing: Promise<void> | undefined
  #lost = 0
  #failure: string | null = null
  #cancelTick: () => void

  constructor({ folder, clock, fileBytesMax = 50_000_000, filesMax = 10, waitingLinesMax }: SampleLogFilesOptions) {
    this.#file = new RotatedFile({ folder, name: 'samples.log', fileBytesMax, filesMax })
    this.#folder = folder
    this.#clock = clock
    this.#waitingMax = waitingLinesMax ?? WAITING_LINES_MAX
    this.#cancelTick = clock.after(TICK_MS, () => this.#tick())
  }

  append(samples: readonly LoggedSample[]): void {
    for (const sample of samples) this.#waiting.push(sample)
    const surplus = this.#waiting.length - this.#waitingMax
    if (surplus <= 0) return
    this.#waiting = this.#waiting.slice(surplus)
    this.#lost += surplus
  }

  async flush(): Promise<void> {
    await this.#writing
    await this.#write()
  }

  trouble(): string | null {
    if (this.#failure === null) return null
    const lost = this.#lost === 0 ? '' : ` ${this.#lost} lines are lost.`
    return `${this.#folder}/samples.log can't be written: ${this.#failure}. Writing is tried again every second.${lost}`
  }

  async close(): Promise<void> {
    this.#cancelTick()
    await this.flush()
    await this.#file.close()
  }

  #tick(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => this.#tick())
    // A write that still goes on takes the next lines with the next tick.
    if (!this.#writing && this.#waiting.length > 0) void this.#write()
  }

  /** One write for all that wait; they wait on where it fails. */
  #write(): Promise<void> {
    this.#writing ??= this.#tryWrite().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #tryWrite(): Promise<void> {
    const samples = this.#waiting
    if (samples.length === 0) return
    this.#waiting = []
    try {
      await this.#file.append(samples.map(formatSampleLine).join(''))
      this.#failure = null
      this.#lost = 0
    } catch (thrown) {
      this.#failure = messageOf(thrown)
      const later = this.#waiting
      this.#waiting = samples
      this.append(later)
    }
  }
}
