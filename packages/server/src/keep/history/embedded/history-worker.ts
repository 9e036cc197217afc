import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../../model/problem.ts'
import { Keeper } from './keeper.ts'
import type { FromWorker, Question, Questions, ToWorker, WorkerStart } from './messages.ts'
import { readFailures, readOldest, readRange, readRollups } from './reads.ts'
import { retain } from './retention.ts'

/*
 * The thread that owns samples.db: writing and reading never hold up a run. It loads nothing but SQLite, for its memory
 * counts in every installation.
 */
const start = workerData as WorkerStart
const keeper = new Keeper({ ...start, note: (text) => send({ kind: 'note', text }) })

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'tick') {
    keeper.learn(message.names, message.afresh)
    keeper.take(message.batch, message.now)
    send({ kind: 'taken', trouble: keeper.trouble() })
  } else
    answer(message).then(
      (found) => send({ kind: 'answer', id: message.id, answer: found }, buffersOf(found)),
      (thrown: unknown) => send({ kind: 'refused', id: message.id, why: messageOf(thrown) }),
    )
})

async function answer(question: Question): Promise<Questions[keyof Questions]['answer']> {
  switch (question.kind) {
    case 'range':
      return readRange(keeper, question)
    case 'failures':
      return readFailures(keeper, question, question.limit)
    case 'rollups':
      return readRollups(keeper, question)
    case 'oldest':
      return readOldest(keeper, question.series)
    case 'retain':
      return retainInSlices(question.now)
    case 'flush':
      keeper.write(question.now)
      return keeper.trouble()
    case 'close':
      keeper.close(question.now)
      return keeper.trouble()
    default:
      return question satisfies never
  }
}

/** Between two slices ticks are taken and reads answered. */
async function retainInSlices(now: number): Promise<null> {
  for (const _ of retain(keeper.file.db, now, start.limits)) await new Promise((resume) => setImmediate(resume))
  return null
}

function buffersOf(found: Questions[keyof Questions]['answer']): ArrayBuffer[] {
  if (found === null || typeof found !== 'object' || !('times' in found)) return []
  return [found.times, found.values, found.failures, found.hits].map(({ buffer }) => buffer as ArrayBuffer)
}

function send(message: FromWorker, buffers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers)
}
