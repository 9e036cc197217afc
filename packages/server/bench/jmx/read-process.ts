import { type AttributeReader, connect } from '@tscaler/jmx'
import { answerQuestions } from '../part.ts'
import { profiled } from '../profile.ts'
import { bulkReader, numbersIn, singleReaders } from './lanes.ts'
import type { ReadFigures, ReadQuestion } from './questions.ts'

// Our client alone in a process, reading as fast as it can while it is asked to measure, and idle between.
interface Lane {
  readers: AttributeReader[]
  next: number
}

// Java's client waits for ever. Ten JVMs that have just been started, on a busy machine, need more than our 10 s for the first
// 25,000 reads.
const timeoutMs = 60_000

const lanes: Lane[] = []
let ended = false

answerQuestions(async (question: ReadQuestion): Promise<ReadFigures | undefined> => {
  if (question.kind === 'measure') return await profiled(question.profile, () => measure(question.forMs))
  await begin(question)
  return undefined
})

/** As many lanes a connection as requests are to be under way on it. */
async function begin(question: Extract<ReadQuestion, { kind: 'begin' }>): Promise<void> {
  const { jvms, connectionsEach, reads, depth, mbeans } = question
  for (const jvm of jvms) {
    for (let opened = 0; opened < connectionsEach; opened += 1) {
      const connection = await connect({ ...jvm, timeoutMs })
      const numbers = Array.from({ length: mbeans }, (_, n) => n)
      const bulk = reads === 'bulk'
      const readers = numbers.flatMap((n) => (bulk ? [bulkReader(connection, n)] : singleReaders(connection, n)))
      // Spread evenly, so that at no moment all of them read the same.
      for (let lane = 0; lane < depth; lane += 1)
        lanes.push({ readers, next: Math.floor((lane * readers.length) / depth) })
    }
  }
}

async function measure(forMs: number): Promise<ReadFigures> {
  const [cpu, beganAt] = [process.cpuUsage(), performance.now()]
  ended = false
  setTimeout(() => {
    ended = true
  }, forMs)
  const counts = await Promise.all(lanes.map(readOn))
  const used = process.cpuUsage(cpu)
  return {
    values: counts.reduce((sum, count) => sum + count, 0),
    cpuS: (used.user + used.system) / 1e6,
    wallS: (performance.now() - beganAt) / 1e3,
  }
}

/** One read after the other until the end; gives back how many values came. */
async function readOn(lane: Lane): Promise<number> {
  let values = 0
  while (!ended) {
    const reader = lane.readers[lane.next++ % lane.readers.length] as AttributeReader
    const readings = await reader.read()
    values += numbersIn(readings)
  }
  return values
}
