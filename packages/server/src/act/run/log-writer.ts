import type { Queue } from '../../keep/queue/queue.ts'
import { tell } from '../../keep/queue/topics.ts'
import type { Store } from '../../keep/store/store.ts'
import type { New } from '../../keep/store/table.ts'
import type { Clock } from '../../model/clock.ts'
import { messageOf, TscalerError } from '../../model/problem.ts'
import type { LogLine } from '../../model/run.ts'

/** Soon enough to look live, seldom enough that a chatty script costs ten writes a second. */
const batchMs = 100
const batchBytesMax = 65_536
/** After lines could not be stored. */
const againMs = 2_000
/** Nobody reads a longer line, and a page should not have to show it. */
const lineLengthMax = 10_000
/** What one task may leave in the store. */
const taskBytesMax = 5_000_000

/** Whose lines they are. */
export interface LogSubject {
  runId: number
  n: number
  taskId: number
  nodeId: number | null
}

/** Where one task's log stands when an attempt begins or is followed again. */
export interface LogStart {
  bytes: number
  /** Lines of each stream that are stored already and will come again. */
  skip: { out: number; err: number }
}

/** Takes one task's lines. */
export type TaskLog = (text: string, stream?: LogLine['stream']) => void

/** Gathers the lines of all tasks of this process and stores them in batches; then they are told to whoever watches. */
export class LogWriter {
  readonly #parts: { store: Store; queue: Queue; clock: Clock; report: (text: string) => void }
  #lines: New<LogLine>[] = []
  #bytes = 0
  #subjects = new Map<number, LogSubject>()
  /** The last line that was told of; lines of these tasks after it are new. */
  #lastId: number | undefined
  #cancelTimer: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: { store: Store; queue: Queue; clock: Clock; report: (text: string) => void }) {
    this.#parts = parts
  }

  /** A log that masks, cuts and bounds what it is given. */
  open(subject: LogSubject, mask: (text: string) => string, start: LogStart): TaskLog {
    const skip = { ...start.skip }
    let bytes = start.bytes
    return (text, stream = 'out') => {
      for (const line of linesOf(text)) {
        if (stream !== 'note' && skip[stream] > 0) {
          skip[stream]--
          continue
        }
        if (bytes > taskBytesMax) continue
        const cut = cutTo(mask(line), lineLengthMax)
        bytes += Buffer.byteLength(cut)
        this.#add(subject, cut, stream)
        if (bytes > taskBytesMax)
          this.#add(subject, `more than ${taskBytesMax} bytes: the rest of this log is not kept`, 'note')
      }
    }
  }

  /** Resolves once everything that was logged before is stored, or could not be. */
  flush(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  #add(subject: LogSubject, text: string, stream: LogLine['stream']): void {
    this.#subjects.set(subject.taskId, subject)
    this.#lines.push({ taskId: subject.taskId, at: this.#parts.clock.now(), stream, text })
    this.#bytes += text.length
    if (this.#bytes >= batchBytesMax) void this.flush()
    else this.#cancelTimer ??= this.#parts.clock.after(batchMs, () => void this.flush())
  }

  async #write(): Promise<void> {
    if (this.#lines.length === 0) return
    const [lines, subjects] = [this.#lines, this.#subjects]
    this.#lines = []
    this.#bytes = 0
    this.#subjects = new Map()
    const { store, report } = this.#parts
    try {
      this.#lastId ??= (await store.logLines.list({ order: 'desc', limit: 1 }))[0]?.id ?? 0
      await store.logLines.insertMany(lines)
      this.#tell(await store.logLines.list({ where: { taskId: [...subjects.keys()] }, cursor: this.#lastId }), subjects)
    } catch (thrown) {
      report(`${lines.length} log lines could not be stored: ${messageOf(thrown)}`)
      this.#keep(lines, subjects, thrown)
    }
  }

  /** A full disk may have room again; a task's own limit bounds what is kept until then. */
  #keep(lines: New<LogLine>[], subjects: ReadonlyMap<number, LogSubject>, thrown: unknown): void {
    if (!(thrown instanceof TscalerError) || !thrown.retryable) return
    this.#lines = [...lines, ...this.#lines]
    for (const [taskId, subject] of subjects) this.#subjects.set(taskId, subject)
    this.#cancelTimer ??= this.#parts.clock.after(againMs, () => void this.flush())
  }

  #tell(lines: readonly LogLine[], subjects: ReadonlyMap<number, LogSubject>): void {
    this.#lastId = lines.at(-1)?.id ?? this.#lastId
    for (const [taskId, own] of Map.groupBy(lines, (line) => line.taskId)) {
      const subject = subjects.get(taskId)
      if (subject) tell(this.#parts.queue, 'log.appended', { ...subject, lines: own })
    }
  }
}

/** The note that begins an attempt's part of a task's log. */
export function attemptNote(attempt: number, what: string): string {
  return `attempt ${attempt}: ${what}`
}

/** Where the log stands: what is stored of the attempt comes again when its script is followed again. */
export async function logStart(store: Store, taskId: number, isFollowed: boolean): Promise<LogStart> {
  const lines = await store.logLines.list({ where: { taskId } })
  const bytes = lines.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  if (!isFollowed) return { bytes, skip: { out: 0, err: 0 } }
  const own = lines.slice(
    lines.findLastIndex(({ stream, text }) => stream === 'note' && /^attempt \d+: /.test(text)) + 1,
  )
  const count = (stream: LogLine['stream']) => own.filter((line) => line.stream === stream).length
  return { bytes, skip: { out: count('out'), err: count('err') } }
}

function linesOf(text: string): string[] {
  return text
    .replace(/\r?\n$/, '')
    .replaceAll('\0', '\uFFFD')
    .split(/\r?\n/)
}

function cutTo(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
