import { Worker } from 'node:worker_threads'
import { messageOf, TscalerError } from '../../../model/problem.ts'
import { workerUrl } from '../../../worker-url.ts'
import type { FromWorker, Questions, Tick, WorkerStart } from './messages.ts'

// 50,000 series take 100 MB of the old space, and a limit costs nothing until it is reached; a small young space does save
// memory in a product that idles.
const HEAP = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 }

interface Asked {
  resolve: (answer: Questions[keyof Questions]['answer']) => void
  reject: (reason: Error) => void
}

/** What the thread's owner hears from it. */
export interface Heard {
  /** A tick was taken; why it could not be written, or null. */
  taken(trouble: string | null): void
  note(text: string): void
  /** The thread has ended without being asked to; the samples on their way to it are lost. */
  ended(why: string): void
}

/** One life of the thread that keeps samples: ticks in, answers out. */
export interface Thread {
  tick(tick: Omit<Tick, 'kind'>): void
  /** Rejects with `internal` where the file can't be read or the thread ends meanwhile. */
  ask<Kind extends keyof Questions>(
    kind: Kind,
    question: Questions[Kind]['question'],
  ): Promise<Questions[Kind]['answer']>
  /** Ends the thread; what it had not been asked to close is as after a crash. */
  end(): Promise<void>
}

/** A true worker thread. */
export class HistoryThread implements Thread {
  readonly #worker: Worker
  readonly #heard: Heard
  readonly #asked = new Map<number, Asked>()
  #nextId = 1
  #isEnding = false
  #why = 'it ended by itself'

  constructor(start: WorkerStart, heard: Heard) {
    this.#heard = heard
    this.#worker = new Worker(workerUrl(import.meta.url, 'history-worker'), {
      workerData: start,
      resourceLimits: HEAP,
      name: 'history',
    })
    this.#worker.on('message', (message: FromWorker) => this.#hear(message))
    this.#worker.on('error', (thrown: unknown) => {
      this.#why = messageOf(thrown)
    })
    this.#worker.on('exit', () => this.#end())
  }

  tick(tick: Omit<Tick, 'kind'>): void {
    this.#worker.postMessage({ kind: 'tick', ...tick }, [tick.batch.buffer])
  }

  ask<Kind extends keyof Questions>(
    kind: Kind,
    question: Questions[Kind]['question'],
  ): Promise<Questions[Kind]['answer']> {
    const id = this.#nextId++
    this.#worker.postMessage({ kind, id, ...question })
    return new Promise<Questions[keyof Questions]['answer']>((resolve, reject) => {
      this.#asked.set(id, { resolve, reject })
    })
  }

  async end(): Promise<void> {
    this.#isEnding = true
    await this.#worker.terminate()
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'taken') this.#heard.taken(message.trouble)
    else if (message.kind === 'note') this.#heard.note(message.text)
    else if (message.kind === 'answer') this.#settled(message.id)?.resolve(message.answer)
    else this.#settled(message.id)?.reject(unreadable(message.why))
  }

  #settled(id: number): Asked | undefined {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    return asked
  }

  #end(): void {
    for (const { reject } of this.#asked.values()) reject(unreadable(this.#why))
    this.#asked.clear()
    if (!this.#isEnding) this.#heard.ended(this.#why)
  }
}

function unreadable(why: string): TscalerError {
  return new TscalerError('internal', `The history of samples could not be read: ${why}`, { retryable: true })
}
